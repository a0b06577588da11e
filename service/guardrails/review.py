"""A verdict as it is shown to whoever asked for one, with something better to say."""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from knowledge.sentences import split_sentences
from knowledge.tactics import Surface
from service.conversation import Turn
from service.guardrails.guardrail import Decision, Finding, Verdict
from service.guardrails.screen import Screen

FAIR_LINES = (
    "I'm sorry for my part in this. You don't have to answer.",
    "Thank you for telling me how it is for you. Take care of yourself.",
    "I understand. I wish you well.",
)
"""What can be said when nothing of a message can stay; tests prove that each passes."""

_EXCUSE = re.compile(r"[,;.\s–—-]*\b(?:but|if you (?:had|hadn't|weren't)|you know how)\b.*$", re.I | re.S)
_NO_WORDING = frozenset({"boundary_violation", "no_contact_order"})
_MAX_SENTENCES = 40


class Review(BaseModel):
    """What was decided about a text. `suggestion` is a fair version of a message, or the honest way to go on."""

    model_config = ConfigDict(frozen=True)

    decision: Decision
    categories: tuple[str, ...]
    findings: tuple[Finding, ...]
    suggestion: str | None


async def review(screen: Screen, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Review:
    """Judge `text` as in a turn. Whatever is suggested has passed the same judgement."""
    verdict = await screen.judge(surface, text, history)
    return Review(
        decision=verdict.decision,
        categories=verdict.categories,
        findings=verdict.findings,
        suggestion=await _suggestion(screen, surface, text, history, verdict),
    )


async def _suggestion(
    screen: Screen, surface: Surface, text: str, history: Sequence[Turn], verdict: Verdict
) -> str | None:
    if verdict.decision == "redirect" or (verdict.decision == "flag" and _NO_WORDING & set(verdict.categories)):
        return verdict.findings[0].alternative
    if verdict.decision != "flag":
        return None
    return await _fair_version(screen, text, history) or await _fair_line(screen, history)


async def _fair_version(screen: Screen, text: str, history: Sequence[Turn]) -> str | None:
    """The message without the sentences that press, in the person's own words; nothing when too little is left."""
    sentences = [sentence.text for sentence in split_sentences(text)][:_MAX_SENTENCES]
    kept: list[str] = []
    for sentence in sentences:
        for version in (sentence, _EXCUSE.sub(".", sentence)):
            if len(version.split()) >= 2 and await _passes(screen, " ".join((*kept, version)), history):
                kept.append(version)
                break
    fair = " ".join(kept)
    return fair if len(fair.split()) >= 4 and fair != text else None


async def _fair_line(screen: Screen, history: Sequence[Turn]) -> str | None:
    for line in FAIR_LINES:
        if await _passes(screen, line, history):
            return line
    return None


async def _passes(screen: Screen, text: str, history: Sequence[Turn]) -> bool:
    return (await screen.judge("message_to_ex", text, history)).passed
