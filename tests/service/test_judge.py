"""The second opinion: asked only in doubt, remembered, and closed when it fails."""

import asyncio
from dataclasses import dataclass, field

import pytest

from knowledge.tactics import load_tactics
from service.errors import ProviderError
from service.guardrails.guardrail import GUARD_FAILURE, Hit, Subject
from service.guardrails.judge import ModelJudge
from service.guardrails.screen import Screen
from service.writing.writer import Chunk

TEXT = "I'd like her to notice that I am doing well. What do I post?"


@dataclass
class Answers:
    """A model that gives the next of its answers, and raises when it runs out."""

    answers: list[str]
    asked: list[list[dict[str, str]]] = field(default_factory=list)

    async def complete(self, messages: list[dict[str, str]]) -> Chunk:
        self.asked.append(messages)
        if not self.answers:
            raise ProviderError("down")
        return Chunk(self.answers.pop(0))


@dataclass
class Doubtful:
    """A detector that always has the same opinion."""

    certain: bool
    name: str = "doubtful"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        return (Hit(label="jealousy_play", score=0.6, start=0, end=5, certain=self.certain),)


def screen(model: Answers, *detectors: Doubtful) -> Screen:
    return Screen(detectors, load_tactics(), ModelJudge(model, load_tactics()))


def test_without_doubt_no_model_is_asked() -> None:
    model = Answers([])
    assert asyncio.run(screen(model).judge("user_message", TEXT)).decision == "allow"
    assert asyncio.run(screen(model, Doubtful(True)).judge("user_message", TEXT)).decision == "redirect"
    assert model.asked == []


def test_in_doubt_its_opinion_counts_with_its_evidence() -> None:
    model = Answers(['Sure: {"labels": ["jealousy_play"], "evidence": "her to notice"}'])
    verdict = asyncio.run(screen(model, Doubtful(False)).judge("user_message", TEXT))
    assert verdict.decision == "redirect"
    (finding,) = verdict.findings
    assert finding.evidence == "her to notice"
    assert finding.detector == "judge"


def test_it_may_clear_a_text_and_is_remembered() -> None:
    model = Answers(['{"labels": [], "evidence": ""}'])
    judging = screen(model, Doubtful(False))
    for _ in range(2):
        verdict = asyncio.run(judging.judge("user_message", TEXT))
        assert verdict.decision == "allow"
        assert verdict.doubts == ()
    assert len(model.asked) == 1
    assert TEXT in model.asked[0][1]["content"]


@pytest.mark.parametrize("answers", [[], ["I think it is fine."], ['{"labels": ["naughty"]}'], ['{"labels": 3}']])
def test_what_it_cannot_judge_does_not_pass(answers: list[str]) -> None:
    verdict = asyncio.run(screen(Answers(answers), Doubtful(False)).judge("coach_draft", TEXT))
    assert verdict.decision == "block"
    assert verdict.categories == (GUARD_FAILURE,)
