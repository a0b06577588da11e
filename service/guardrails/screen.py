"""One engine for everything that is judged: detectors find, the screen decides.

A certain hit is never outvoted. What one detector doubts passes with care; what two doubt does not pass.

This is where `allow`, `redirect`, `escalate`, `refuse`, `pass`, `block` and `flag` are decided.
"""

import logging
from collections.abc import Iterable, Sequence

from knowledge.tactics import KINDS, Surface, Tactics
from service.conversation import Turn
from service.guardrails.guardrail import GUARD_FAILURE, Decision, Detector, Finding, Hit, Subject, Verdict
from service.guardrails.normalise import normalise

log = logging.getLogger(__name__)

HISTORY_TURNS = 12
"""Turns before the text that detectors are shown."""

_ESCALATES = frozenset({"crisis_self_harm", "crisis_violence", "abuse_victim", "minor"})


class Screen:
    """Runs every detector over a text and gives one verdict."""

    def __init__(self, detectors: Sequence[Detector], tactics: Tactics, judge: Detector | None = None) -> None:
        """`judge` is asked only where `detectors` are left in doubt."""
        self._detectors = tuple(detectors)
        self._tactics = tactics
        self._judge = judge

    async def judge(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Verdict:
        """Judge `text` on `surface` after `history`. Never raises for any text: a detector that breaks blocks."""
        recent = tuple(history)[-HISTORY_TURNS:]
        subject = Subject.model_construct(surface=surface, text=text, history=recent, normalised=normalise(text))
        findings, doubts = await self._found(self._detectors, subject)
        if doubts and not findings and self._judge is not None:
            findings, doubts = await self._found((self._judge,), subject)
        ranked = tuple(sorted(findings.values(), key=lambda finding: -finding.score))
        decision = decide(surface, (finding.label for finding in ranked))
        return Verdict(decision=decision, findings=ranked, doubts=() if ranked else tuple(doubts))

    async def _found(self, detectors: Sequence[Detector], subject: Subject) -> tuple[dict[str, Finding], list[str]]:
        """The surest finding of each label, and the labels that are in doubt."""
        findings: dict[str, Finding] = {}
        doubted: list[tuple[Detector, Hit]] = []
        for detector in detectors:
            for hit in await self._run(detector, subject):
                if not hit.certain:
                    doubted.append((detector, hit))
                elif hit.label not in findings or hit.score > findings[hit.label].score:
                    findings[hit.label] = self._finding(detector, hit, subject)
        for detector, hit in _agreed(doubted, subject.surface):
            findings.setdefault(hit.label, self._finding(detector, hit, subject))
        return findings, [hit.label for _, hit in doubted]

    async def _run(self, detector: Detector, subject: Subject) -> tuple[Hit, ...]:
        try:
            return await detector.detect(subject)
        except Exception as error:  # noqa: BLE001 - whatever broke, an unjudged text must not pass
            log.error("detector %s failed (%s): blocked", detector.name, type(error).__name__)
            return (Hit(label=GUARD_FAILURE, score=1.0, start=0, end=len(subject.text)),)

    def _finding(self, detector: Detector, hit: Hit, subject: Subject) -> Finding:
        tactic = self._tactics.get(hit.label)
        return Finding(
            label=hit.label,
            score=round(hit.score, 4),
            evidence=subject.text[hit.start : hit.end],
            start=hit.start,
            end=hit.end,
            detector=detector.name,
            explanation=tactic.harm if tactic else "This could not be checked, so it does not pass.",
            alternative=tactic.alternative if tactic else "Please try again in a moment, or in other words.",
        )


def _agreed(doubted: Sequence[tuple[Detector, Hit]], surface: Surface) -> list[tuple[Detector, Hit]]:
    """Hits that were in doubt alone, where detectors of two kinds lead to the same decision: the closest evidence."""
    found: list[tuple[Detector, Hit]] = []
    known = [(detector, hit) for detector, hit in doubted if hit.label in KINDS]
    for decision in dict.fromkeys(decide(surface, (hit.label,)) for _, hit in known):
        agreeing = [(detector, hit) for detector, hit in known if decide(surface, (hit.label,)) == decision]
        if len({detector.name for detector, _ in agreeing}) > 1:
            found.append(min(agreeing, key=lambda pair: pair[1].end - pair[1].start))
    return found


def decide(surface: Surface, labels: Iterable[str]) -> Decision:
    """What labels mean on a surface: escalate before refuse before redirect before allow."""
    found = set(labels)
    if surface == "coach_draft":
        return "block" if found else "pass"
    if surface == "message_to_ex":
        return "flag" if found else "pass"
    if found & _ESCALATES:
        return "escalate"
    if any(label == GUARD_FAILURE or KINDS.get(label) == "security" for label in found):
        return "refuse"
    return "redirect" if found else "allow"
