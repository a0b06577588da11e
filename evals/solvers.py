"""What is done with a case: let the guards judge it, or hold the conversation with the coach."""

import time
import uuid
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from inspect_ai.model import ModelOutput, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import BaseModel, ConfigDict

from evals.target import Coaching, target
from evals.writers import InspectWriter
from service.conversation import Turn
from service.flow.context import Replied, SentenceReleased
from service.flow.state import Reply
from service.guardrails.guardrail import Verdict
from service.memory.ledger import LedgerEntry
from service.writing.writer import Writer

NO_MODEL = "none/none"


class SeenVerdict(BaseModel):
    """What the guards decided, and the learned judge's probability where it could be asked."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    score: float | None = None


class SeenTurn(BaseModel):
    """One turn as the person saw it. `released` is what was shown while the reply was written."""

    model_config = ConfigDict(frozen=True)

    user: str
    reply: Reply
    released: str
    ledger: tuple[LedgerEntry, ...]
    first_ms: float
    whole_ms: float


def seen_verdict(state: TaskState) -> SeenVerdict:
    """What `judge` saw."""
    return SeenVerdict.model_validate(state.store.get("verdict"))


def seen_turns(state: TaskState) -> tuple[SeenTurn, ...]:
    """What `converse` saw, in order."""
    return tuple(SeenTurn.model_validate(turn) for turn in state.store.get("turns"))


@solver
def judge(url: str | None = None) -> Solver:
    """Let the guards judge a guard case."""
    coach = target(url)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = state.metadata["case"]
        history = turns_of(case["history"])
        verdict = await coach.judge(case["surface"], case["text"], history)
        seen = SeenVerdict(verdict=verdict, score=coach.score(case["surface"], case["text"], history))
        state.store.set("verdict", seen.model_dump(mode="json"))
        return done(state, verdict.decision)

    return solve


@solver
def converse(url: str | None = None) -> Solver:
    """Say the case's messages one after another in a fresh session, in the case's locale where it has one.

    The coach writes as it is configured; where Inspect is given a model (`--model`), that model writes.
    """
    coach = target(url)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        async with coach.open(writer_of(state)) as opened:
            turns = await talk(opened, state.metadata["says"], state.metadata.get("locale") or None)
        return told(state, turns)

    return solve


async def talk(coach: Coaching, messages: Sequence[str], locale: str | None = None) -> list[SeenTurn]:
    """Hold a conversation, and forget it."""
    session = f"eval-{uuid.uuid4().hex}"
    turns: list[SeenTurn] = []
    for message in messages:
        started = time.perf_counter()
        first, released, reply = 0.0, "", None
        async with aclosing(coach.stream(message, session, locale)) as events:
            async for event in events:
                match event:
                    case SentenceReleased(text):
                        first = first or _since(started)
                        released += text
                    case Replied(given):
                        reply = given
        if reply is None:
            raise AssertionError("a turn ended without a reply")
        spent = _since(started)
        kept = await coach.sessions.ledger(session)
        turns.append(
            SeenTurn(user=message, reply=reply, released=released, ledger=kept, first_ms=first, whole_ms=spent)
        )
    await coach.sessions.forget(session)
    return turns


def told(state: TaskState, turns: Sequence[SeenTurn]) -> TaskState:
    """Keep the turns for the scorer; the last reply is the output."""
    state.store.set("turns", [turn.model_dump(mode="json") for turn in turns])
    return done(state, turns[-1].reply.reply)


def done(state: TaskState, output: str) -> TaskState:
    """The state with its output, shown by `inspect view`."""
    state.output = ModelOutput.from_content(str(state.model), output)
    return state


def turns_of(history: Sequence[Any]) -> tuple[Turn, ...]:
    """The turns before a guard case, which are pairs of role and content."""
    return tuple(Turn(role=role, content=content) for role, content in history)


def writer_of(state: TaskState) -> Writer | None:
    """The model that Inspect was given, if any."""
    return None if str(state.model) == NO_MODEL else InspectWriter(get_model())


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
