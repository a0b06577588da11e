"""The steps of a turn. Each reads the state and returns what it adds to it."""

import asyncio
import time
from contextlib import aclosing
from typing import Literal, cast

from langgraph.runtime import Runtime

from knowledge.sentences import split_sentences
from service.conversation import Turn
from service.errors import ProviderError
from service.flow.briefing import brief_for
from service.flow.care import care_for
from service.flow.context import Context, SentenceReleased, Status
from service.flow.decline import declined_reply
from service.flow.practising import drafting, practised
from service.flow.remember import advised, remember
from service.flow.state import (
    HISTORY_KEPT,
    ChatState,
    Draft,
    Exchange,
    Guardrails,
    Reply,
    Stopped,
    judged_history,
    timed,
    wishes,
)
from service.guardrails.guardrail import Verdict
from service.guardrails.release import ReleaseGate
from service.writing.citations import Citation, cite
from service.writing.writer import Usage, Writer

MAX_REDRAFTS = 2


async def guard_input(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Judge what the person wrote, and note what it tells of their story and of the other person's wishes."""
    runtime.stream_writer(Status("reading"))
    started = time.perf_counter()
    message = state["request"].message
    verdict = await runtime.context.screen.judge("user_message", message, judged_history(state))
    memory = remember(state, verdict, runtime.context.clock())
    began = asyncio.get_running_loop().time() - (time.perf_counter() - started)
    return {
        **memory,
        "verdict": verdict,
        "practice": practised(state, verdict, wishes(memory)),
        "started": began,
        "timings": timed(state, "guard_input", started),
    }


def after_input(state: ChatState) -> Literal["retrieve", "decline"]:
    """Danger and misuse get fixed words; everything else is coached."""
    return "retrieve" if state["verdict"].decision in ("allow", "redirect") else "decline"


async def draft(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Let the model write; after a stopped draft, tell it what to leave out."""
    again = state.get("redrafts", 0) > 0
    runtime.stream_writer(Status("rewriting" if again else "writing"))
    return await _write(state, runtime, drafting(state, runtime.context))


async def guard_output(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Judge the whole draft; what a model wrote must be beyond doubt. A stopped one leaves its reasons, no word."""
    runtime.stream_writer(Status("checking"))
    started = time.perf_counter()
    written = state["draft"]
    if written.failed:
        return {"output": Verdict(decision="block"), "timings": timed(state, "guard_output", started)}
    verdict = written.judged or await runtime.context.screen.judge("coach_draft", written.text, _before(state))
    if verdict.clear or (verdict.passed and written.vetted):
        return {"output": verdict, "timings": timed(state, "guard_output", started)}
    tactics = runtime.context.tactics
    labels = [label for label in (*verdict.categories, *verdict.doubts) if label in tactics]
    return {
        "output": verdict.model_copy(update={"decision": "block"}),
        "stopped": (*state.get("stopped", ()), *(Stopped.of(tactics[label]) for label in labels)),
        "redrafts": state.get("redrafts", 0) + 1,
        "timings": timed(state, "guard_output", started),
    }


def after_output(state: ChatState) -> Literal["respond", "draft", "compose", "decline"]:
    """Send what passed; redraft what did not, twice; then let the composer write; then give up safely."""
    if state["output"].passed:
        return "respond"
    if state.get("composed"):
        return "decline"
    if state["draft"].failed or state.get("redrafts", 0) > MAX_REDRAFTS:
        return "compose"
    return "draft"


async def compose(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Write from vetted passages only, where the model failed or was stopped."""
    runtime.stream_writer(Status("composing"))
    return {**await _write(state, runtime, runtime.context.composer), "composed": True}


async def respond(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Give the reply that passed, with citations; where danger is in doubt, with whom to reach."""
    care = care_for(state, runtime.context)
    text = "\n\n".join(part for part in (state["draft"].text, care) if part)
    return _finish(state, runtime, text, state["draft"].model, state["output"])


async def decline(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Give fixed, humane words and, where someone may be in danger, whom to reach. No model is asked."""
    context = runtime.context
    request, turn = state["request"], len(state.get("history", []))
    words = declined_reply(state["verdict"], request.message, request.locale, turn, context.tactics, context.resources)
    text = "\n\n".join(part for part in (state.get("released", ""), words) if part)
    return _finish(state, runtime, text, "fixed", Verdict(decision="pass"))


async def _write(state: ChatState, runtime: Runtime[Context], writer: Writer) -> ChatState:
    """Let `writer` write; where sentences are released one by one, judge each as soon as it is whole."""
    started = time.perf_counter()
    context, released = runtime.context, state.get("released", "")
    gate = ReleaseGate(context.screen, _before(state), released)
    by_sentence = state["request"].streamed and context.release == "sentence"
    usage = state.get("usage", Usage())
    failed, model = False, writer.name
    try:
        async with (
            asyncio.timeout_at(_deadline(state, context, writer)),
            aclosing(writer.write(brief_for(state, context, writer))) as chunks,
        ):
            async for chunk in chunks:
                usage += chunk.usage
                model = chunk.model or model
                # Of a draft that comes in one piece, only the whole is judged.
                goes_on = bool(gate.text and chunk.text)
                gate.add(chunk.text)
                if by_sentence and goes_on:
                    if (verdict := await gate.judge()) is not None and not verdict.clear:
                        break
                    if gate.released > len(released):
                        released = _release(gate.text[: gate.released], released, state, runtime)
    except (ProviderError, TimeoutError):
        failed = True
    written = Draft(
        text=gate.text.strip(),
        model=model,
        failed=failed or not _cited(gate.text, state, context)[0].strip(),
        vetted=writer is context.composer,
        judged=gate.judged,
    )
    return {"draft": written, "released": released, "usage": usage, "timings": timed(state, "draft", started)}


def _deadline(state: ChatState, context: Context, writer: Writer) -> float | None:
    """When, on the loop's clock, models have had their time in this turn; the composer always has time."""
    return None if writer is context.composer else state["started"] + context.turn_timeout


def _before(state: ChatState) -> tuple[Turn, ...]:
    return (*judged_history(state), Turn(role="user", content=state["request"].message))


def _finish(state: ChatState, runtime: Runtime[Context], draft: str, model: str, output: Verdict) -> ChatState:
    request, verdict, now = state["request"], state["verdict"], runtime.context.clock()
    _release(draft, state.get("released", ""), state, runtime)
    text, citations = _cited(draft, state, runtime.context)
    reply = Reply(
        session_id=request.session_id,
        turn_id=request.turn_id,
        reply=text,
        decision=cast(Literal["allow", "redirect", "escalate", "refuse"], verdict.decision),
        citations=citations,
        guardrails=Guardrails(
            input=verdict,
            output=output,
            redrafts=state.get("redrafts", 0),
            composed=state.get("composed", False),
            stopped=state.get("stopped", ()),
        ),
        model=model,
        usage=state.get("usage", Usage()),
        timings_ms=state.get("timings", {}),
    )
    exchange = Exchange(
        turn_id=request.turn_id,
        at=now.isoformat(timespec="seconds"),
        message=request.message,
        reply=text,
        decision=verdict.decision,
        categories=list(verdict.categories),
    )
    history = [*state.get("history", []), exchange][-HISTORY_KEPT:]
    return {"reply": reply, "history": history, **advised(state, text, now)}


def _release(passed: str, released: str, state: ChatState, runtime: Runtime[Context]) -> str:
    """Tell what of `passed` was not told yet, with markers as the reply will have them; gives what is told now."""
    text, _ = _cited(passed, state, runtime.context)
    cursor = len(_cited(released, state, runtime.context)[0])
    if runtime.context.release == "reply":
        runtime.stream_writer(SentenceReleased(text[cursor:]))
        return passed
    for sentence in split_sentences(text):
        if sentence.end > cursor:
            runtime.stream_writer(SentenceReleased(text[cursor : sentence.end]))
            cursor = sentence.end
    return passed


def _cited(text: str, state: ChatState, context: Context) -> tuple[str, tuple[Citation, ...]]:
    """What the person reads of `text`: only claims that hold, and what they stand on."""
    passages = state.get("passages", ())
    held = text if context.writer is context.composer else context.grounding.grounded(text, passages)
    return cite(held, passages)
