"""What a turn carries from node to node, and what of it is kept."""

import time
from collections.abc import Iterable
from typing import Annotated, Any, Literal, NotRequired

from langgraph.channels import UntrackedValue
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from knowledge.passages import Passage
from knowledge.tactics import Tactic
from service.conversation import Turn
from service.guardrails.guardrail import Verdict
from service.memory.checkin import CheckIn
from service.memory.facts import Fact, facts_told, latest
from service.memory.journey import Journey, journey_of
from service.memory.ledger import LedgerEntry, noted
from service.writing.citations import Citation
from service.writing.practice import Practice, spoken
from service.writing.writer import Usage

_STILL_IN_VIEW = 4

HISTORY_KEPT = 40
"""Exchanges of a session that are kept; older ones are forgotten."""


class ChatRequest(BaseModel):
    """One message to the coach."""

    model_config = ConfigDict(frozen=True)

    message: str
    session_id: str = Field(description="Empty for a turn of which nothing is kept.")
    turn_id: str
    locale: str
    streamed: bool = False


class Exchange(TypedDict):
    """One turn as it is kept: plain values, so that a checkpoint reads the same in every version.

    One that was held elsewhere has no id, may lack a message or a reply, and is `unjudged`.
    """

    turn_id: str
    at: str
    message: str
    reply: str
    decision: str
    categories: list[str]


class Draft(BaseModel):
    """What a writer wrote. `failed` when it broke off; `vetted` when it was put together from vetted words alone.

    `judged` is what the release gate said, where that tells of the whole.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    model: str
    failed: bool = False
    vetted: bool = False
    judged: Verdict | None = None


class Stopped(BaseModel):
    """Why a draft was stopped, without a word of it."""

    model_config = ConfigDict(frozen=True)

    label: str
    explanation: str
    alternative: str

    @classmethod
    def of(cls, tactic: Tactic) -> "Stopped":
        """What may be told of a tactic that was found, or in doubt, in a draft that never leaves."""
        return cls(label=tactic.label, explanation=tactic.harm, alternative=tactic.alternative)


class Guardrails(BaseModel):
    """What the guards did in a turn."""

    model_config = ConfigDict(frozen=True)

    input: Verdict
    output: Verdict
    redrafts: int = Field(description="Drafts that were stopped and written anew.")
    composed: bool = Field(description="Whether the composer stood in for a model that failed or was stopped.")
    stopped: tuple[Stopped, ...] = Field((), description="Why drafts were stopped; their words are not kept.")


class Reply(BaseModel):
    """The coach's answer to one message."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    turn_id: str
    reply: str
    decision: Literal["allow", "redirect", "escalate", "refuse"]
    citations: tuple[Citation, ...]
    guardrails: Guardrails
    model: str
    usage: Usage
    timings_ms: dict[str, float]


class ChatState(TypedDict):
    """The graph's state. What has no `UntrackedValue` is written to the checkpoint; the rest lives for one turn."""

    history: NotRequired[list[Exchange]]
    ledger: NotRequired[list[dict[str, str]]]
    journey: NotRequired[list[dict[str, object]]]
    practice: NotRequired[dict[str, Any] | None]
    checkin: NotRequired[Annotated[CheckIn | None, UntrackedValue]]
    request: NotRequired[Annotated[ChatRequest, UntrackedValue]]
    started: NotRequired[Annotated[float, UntrackedValue]]
    verdict: NotRequired[Annotated[Verdict, UntrackedValue]]
    passages: NotRequired[Annotated[tuple[Passage, ...], UntrackedValue]]
    covered: NotRequired[Annotated[bool, UntrackedValue]]
    draft: NotRequired[Annotated[Draft, UntrackedValue]]
    released: NotRequired[Annotated[str, UntrackedValue]]
    output: NotRequired[Annotated[Verdict, UntrackedValue]]
    redrafts: NotRequired[Annotated[int, UntrackedValue]]
    composed: NotRequired[Annotated[bool, UntrackedValue]]
    stopped: NotRequired[Annotated[tuple[Stopped, ...], UntrackedValue]]
    usage: NotRequired[Annotated[Usage, UntrackedValue]]
    timings: NotRequired[Annotated[dict[str, float], UntrackedValue]]
    reply: NotRequired[Annotated[Reply, UntrackedValue]]


def wishes(state: ChatState) -> tuple[LedgerEntry, ...]:
    """What the other person has asked for, as the ledger has it."""
    return tuple(LedgerEntry.model_validate(entry) for entry in state.get("ledger", []))


def practice(state: ChatState) -> Practice | None:
    """The rehearsal that is on, if any."""
    kept = state.get("practice")
    return None if kept is None else Practice.model_validate(kept)


def remembered(state: ChatState) -> tuple[Fact, ...]:
    """What the person told of their story."""
    return tuple(Fact.model_validate(fact) for fact in state.get("journey", []))


def plain(facts: Iterable[Fact]) -> list[dict[str, object]]:
    """Facts as they are kept: plain values, so that a checkpoint reads the same in every version."""
    return [fact.model_dump(mode="json", exclude_defaults=True) for fact in facts]


def journey(state: ChatState) -> Journey:
    """Where that puts them."""
    return journey_of(remembered(state), wishes(state))


def judged_history(state: ChatState) -> tuple[Turn, ...]:
    """The conversation as the guards are shown it, with the wishes that recent turns do not tell, in their words.

    So a wish still counts when the turn that told it has long left the guards' window. Of a practice talk they are
    shown what was said, without its marks.
    """
    before = tuple(
        Turn(role=turn.role, content=spoken(turn.content)) if turn.role == "assistant" else turn
        for turn in turns(state.get("history", []))
    )
    recent = " ".join(turn.content for turn in before[-_STILL_IN_VIEW:])
    told = (Turn(role="user", content=entry.sentence) for entry in wishes(state) if entry.sentence not in recent)
    return (*before, *told)


def turns(history: list[Exchange]) -> tuple[Turn, ...]:
    """The kept exchanges as a conversation, oldest first."""
    said = (
        turn
        for exchange in history
        for turn in (Turn(role="user", content=exchange["message"]), Turn(role="assistant", content=exchange["reply"]))
    )
    return tuple(turn for turn in said if turn.content)


def begun(conversation: Iterable[Turn]) -> ChatState:
    """The state that a conversation held elsewhere leaves: the inverse of `turns`, with the wishes and story it tells.

    It is what a caller claims: what the assistant said in it is context, and only the person's turns tell anything.
    """
    history: list[Exchange] = []
    ledger: tuple[LedgerEntry, ...] = ()
    facts: tuple[Fact, ...] = ()
    for turn in conversation:
        if turn.role == "user":
            ledger = noted(ledger, turn.content)
            facts = latest((*facts, *facts_told(turn.content, "", "")))
            history.append(_elsewhere(message=turn.content))
        elif history and not history[-1]["reply"]:
            history[-1]["reply"] = turn.content
        else:
            history.append(_elsewhere(reply=turn.content))
    return {
        "history": history[-HISTORY_KEPT:],
        "ledger": [entry.model_dump() for entry in ledger],
        "journey": plain(facts),
    }


def _elsewhere(message: str = "", reply: str = "") -> Exchange:
    return Exchange(turn_id="", at="", message=message, reply=reply, decision="unjudged", categories=[])


def timed(state: ChatState, step: str, started: float) -> dict[str, float]:
    """The timings of a turn, with the milliseconds since `started` added to a step."""
    spent = round((time.perf_counter() - started) * 1000, 2)
    timings = state.get("timings", {})
    return {**timings, step: round(timings.get(step, 0.0) + spent, 2)}
