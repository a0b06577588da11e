"""A verdict as it is shown to whoever asked for one, with something better to say."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.tactics import Surface
from service.conversation import Turn
from service.guardrails.guardrail import Decision, Finding, Verdict
from service.guardrails.messages import faults_of
from service.guardrails.screen import Screen
from service.writing.apology import ElementFound
from service.writing.faults import faults_in
from service.writing.message_review import NO_WORDING, review_message
from service.writing.rewriting import Rewrite


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Advice(_Frozen):
    """Something in the message that the guards let pass and that still stands in its way."""

    point: str
    start: int
    end: int
    why: str


class Change(_Frozen):
    """What the suggestion does with the sentence between these offsets, and why."""

    change: Literal["left out", "shortened", "replaced"]
    start: int
    end: int
    why: str


class Review(_Frozen):
    """What was decided about a text. `suggestion` is a fair version of a message, or the honest way to go on.

    A message of which nothing fair is left has none, because ready-made words would not be true in the person's mouth;
    the findings tell why, and what would be honest. A message may have more: the elements of an apology where it is
    one, advice on its craft, and what the suggestion changed.
    """

    decision: Decision
    categories: tuple[str, ...]
    findings: tuple[Finding, ...]
    suggestion: str | None
    apology: tuple[ElementFound, ...] = Field((), exclude_if=lambda value: not value)
    advice: tuple[Advice, ...] = Field((), exclude_if=lambda value: not value)
    changes: tuple[Change, ...] = Field((), exclude_if=lambda value: not value)


async def review(screen: Screen, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Review:
    """Judge `text` as in a turn. Whatever is suggested has passed the same judgement."""
    verdict = await screen.judge(surface, text, history)
    if surface == "message_to_ex":
        return await _of_message(screen, verdict, text, history)
    return Review(
        decision=verdict.decision,
        categories=verdict.categories,
        findings=verdict.findings,
        suggestion=verdict.findings[0].alternative if verdict.decision == "redirect" else None,
    )


async def _of_message(screen: Screen, verdict: Verdict, text: str, history: Sequence[Turn]) -> Review:
    async def stops(message: str) -> bool:
        return not await _passes(screen, message, history)

    found = await review_message(text, faults_of(verdict), stops)
    suggestion = found.rewrite.text if found.rewrite else None
    if not verdict.passed and suggestion is None:
        no_wording = bool(NO_WORDING & set(verdict.categories))
        suggestion = verdict.findings[0].alternative if no_wording else None
    return Review(
        decision=verdict.decision,
        categories=verdict.categories,
        findings=verdict.findings,
        suggestion=suggestion,
        apology=found.apology,
        advice=tuple(Advice(point=f.id, start=f.start, end=f.end, why=f.why) for f in faults_in(text)),
        changes=_changes(found.rewrite) if found.rewrite else (),
    )


def _changes(rewrite: Rewrite) -> tuple[Change, ...]:
    return tuple(Change(change=each.kind, start=each.start, end=each.end, why=each.why) for each in rewrite.changes)


async def _passes(screen: Screen, text: str, history: Sequence[Turn]) -> bool:
    return (await screen.judge("message_to_ex", text, history)).passed
