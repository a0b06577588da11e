"""A reply drafted by any model, from the passages and under the house rules."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from service.conversation import Turn
from service.writing.gateway import Gateway
from service.writing.memory_orders import orders_from_memory
from service.writing.practice import EX, LineMarker, spoken
from service.writing.prompts import coach_prompt, practice_prompt
from service.writing.redaction import NOTE, Redaction
from service.writing.writer import Brief, Chunk

_HISTORY_TURNS = 10


class LiteLLMWriter:
    """Asks the model behind a gateway; with `redact`, without telling its provider who the person speaks of."""

    def __init__(self, gateway: Gateway, *, redact: bool = False) -> None:
        self._gateway = gateway
        self._redact = redact

    @property
    def name(self) -> str:
        return self._gateway.model

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        marker = LineMarker(EX, begun=bool(brief.begun)) if brief.practice is not None else None
        redaction = Redaction(_told(brief) if self._redact else ())
        messages = messages_for(_hidden(brief, redaction))
        if redaction:
            messages[0]["content"] += f"\n\n{NOTE}"
        async with (
            aclosing(self._gateway.stream(messages)) as chunks,
            aclosing(redaction.restored(chunks)) as restored,
        ):
            async for chunk in restored:
                yield chunk if marker is None else replace(chunk, text=marker.add(chunk.text))
        if marker is not None and (held := marker.end()):
            yield Chunk(held)


def messages_for(brief: Brief) -> list[dict[str, str]]:
    """The conversation as a model is shown it."""
    instructions = (coach_prompt(), _material(brief)) if brief.practice is None else (practice_prompt(),)
    system = "\n\n".join((*instructions, *_orders(brief)))
    earlier = [
        {"role": turn.role, "content": spoken(turn.content)}
        for turn in brief.history[-_HISTORY_TURNS:]
        if turn.role != "system"
    ]
    return [{"role": "system", "content": system}, *earlier, {"role": "user", "content": brief.message}]


def _material(brief: Brief) -> str:
    if not brief.covered or not brief.passages:
        return "There are no passages for this question. Say plainly that your articles do not cover it."
    listed = "\n\n".join(
        f"[{number}] {' > '.join(passage.headings) or passage.title}\n{passage.text}"
        for number, passage in enumerate(brief.passages, start=1)
    )
    return f"Passages:\n\n{listed}"


def _orders(brief: Brief) -> list[str]:
    orders: list[str] = []
    if brief.declined is not None:
        orders.append(
            f"The person asks for something that you do not help with: {brief.declined.definition} Hear the pain "
            "behind it, decline it in one clause without preaching, give no wording or plan for it, and coach the "
            f"honest alternative: {brief.declined.alternative}"
        )
    for tactic in brief.stopped:
        orders.append(
            f"An earlier draft of this reply was stopped: {tactic.definition} Write it anew without anything of that "
            f"kind. {tactic.alternative}"
        )
    if brief.careful:
        orders.append(
            "It is unclear whether the person wants to put pressure on the other. Accuse nobody; coach in a way that "
            "leaves the other person free, and offer no wording to send."
        )
    if brief.watchful:
        orders.append(
            "The person may be in danger, or may not. Few words: hear them, and ask whether they are safe. No task."
        )
    if brief.wishes:
        told = " ".join(f'"{sentence}"' for sentence in brief.wishes)
        orders.append(f"What the person told of the other person's wishes, which any advice respects: {told}")
    orders += orders_from_memory(brief.journey, None if brief.begun else brief.checkin)
    if brief.begun:
        orders.append(
            "The person has already read the beginning of this reply. Go on right after it, without repeating any of "
            f"it, so that both read as one coherent reply of the usual length. The beginning: <<{brief.begun}>>"
        )
    elif brief.first_turn and brief.practice is None:
        orders.append("This is your first reply to this person: say in half a sentence that you are an AI coach.")
    return orders


def _told(brief: Brief) -> tuple[str, ...]:
    """All words of the brief that come from the conversation."""
    return (brief.message, *(turn.content for turn in brief.history), *brief.wishes, brief.begun)


def _hidden(brief: Brief, redaction: Redaction) -> Brief:
    return replace(
        brief,
        message=redaction.hide(brief.message),
        history=tuple(Turn(role=turn.role, content=redaction.hide(turn.content)) for turn in brief.history),
        wishes=tuple(redaction.hide(wish) for wish in brief.wishes),
        begun=redaction.hide(brief.begun),
    )
