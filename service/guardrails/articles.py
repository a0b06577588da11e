"""Imported articles judged before they become sources: by rules alone.

The learned judge is not asked. It was taught how a coach writes, and calls nearly every passage of an honest web page
a draft to be stopped (docs/articles.md has the figures); what a rule finds can be read and released by name.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from knowledge.audit import Objection
from knowledge.sentences import split_sentences
from knowledge.tactics import KINDS, Tactics
from service.guardrails.guardrail import GUARD_FAILURE, Finding
from service.guardrails.patterns import ARTICLE_RULES, RULE_FILES, RuleDetector, load_rules, rule_detectors
from service.guardrails.screen import Screen

_EVIDENCE = 300


class ArticleAuditor:
    """Judges passages as drafts that would speak to the person, and by what only articles are held to."""

    def __init__(self, tactics: Tactics) -> None:
        self._screen = Screen((*rule_detectors(), RuleDetector(ARTICLE_RULES, load_rules(ARTICLE_RULES))), tactics)

    @property
    def version(self) -> str:
        rules = files("service.guardrails") / "rules"
        texts = (rules / f"{name}.yaml" for name in (*RULE_FILES, ARTICLE_RULES))
        return hashlib.sha256(b"".join(text.read_bytes() for text in texts)).hexdigest()[:16]

    def audit(self, texts: Sequence[str]) -> list[tuple[Objection, ...]]:
        return asyncio.run(self._audit(texts))

    async def _audit(self, texts: Sequence[str]) -> list[tuple[Objection, ...]]:
        verdicts = [await self._screen.judge("coach_draft", text) for text in texts]
        return [
            tuple(_objection(finding, text) for finding in verdict.findings)
            for text, verdict in zip(texts, verdicts, strict=True)
        ]


def _objection(finding: Finding, text: str) -> Objection:
    """What was found, in the sentence in which it stands: whoever reviews it must see what is said."""
    around = [found.text for found in split_sentences(text) if found.end > finding.start and found.start < finding.end]
    return Objection(
        label=finding.label,
        evidence=(" ".join(around) or finding.evidence)[:_EVIDENCE],
        reason=finding.explanation,
        whole=finding.label == GUARD_FAILURE or KINDS[finding.label] == "security",
    )
