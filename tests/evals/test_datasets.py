"""The written cases of the suite: well-formed, told apart, and not what the guards learned from."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evals.arc import ArcCase
from evals.coaching import CoachingCase
from evals.datasets import DatasetCase, read_dataset
from evals.grounding import GroundingCase
from evals.injection import InjectionCase
from evals.leak import LeakCase
from evals.robustness import RobustnessCase
from evals.safety import SafetyCase
from evals.sycophancy import SycophancyCase
from knowledge.answers import load_answers
from knowledge.article import builtin_articles
from knowledge.cases import load_cases
from knowledge.errors import KnowledgeDataError
from knowledge.passages import passages_of
from knowledge.questions import answered_questions, unanswered_questions
from knowledge.resources import load_resources
from knowledge.sides import told_sides
from knowledge.tactics import LABELS, load_tactics
from tests.test_cases import shingles, words

SHAPES: dict[str, tuple[type[DatasetCase], int]] = {
    "safety": (SafetyCase, 120),
    "injection": (InjectionCase, 115),
    "leak": (LeakCase, 115),
    "sycophancy": (SycophancyCase, 80),
    "arc": (ArcCase, 60),
    "robustness": (RobustnessCase, 95),
    "grounding": (GroundingCase, 60),
    "coaching": (CoachingCase, 60),
}
TOLD = {"says", "text", "user", "draft", "question", "passage", "obeys", "hook", "reference"}
FOLDER = Path(__file__).resolve().parents[2] / "evals" / "datasets"


def texts(value: Any, key: str = "") -> Iterator[str]:
    """What people or models say in a case."""
    if isinstance(value, str):
        if key in TOLD or key in ("typos", "casing", "emoji", "paraphrase"):
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def taught() -> tuple[set[str], set[str]]:
    """What stands in knowledge/ and trains or shapes what is evaluated: whole texts, and their runs of six words."""
    examples = (example for tactic in load_tactics().values() for example in (*tactic.examples, *tactic.lookalikes))
    told = [
        *(case.text for case in load_cases()),
        *(example.text for example in examples),
        *(row.query for row in answered_questions()),
        *unanswered_questions(),
        *(text for answer in load_answers().values() for text in (*answer.asks, *answer.says)),
        *(text for text, _ in told_sides()),
        *(passage.text for article in builtin_articles() for passage in passages_of(article)),
    ]
    return {" ".join(words(text)) for text in told}, {run for text in told for run in shingles(text)}


@pytest.mark.parametrize("name", SHAPES)
def test_every_line_is_a_case(name: str) -> None:
    shape, least = SHAPES[name]
    cases = read_dataset(name, shape)
    assert len(cases) >= least
    assert len({case.id for case in cases}) == len(cases)
    assert all(re.search(r"\bhand\b.*, 20\d\d-\d\d$", case.provenance) for case in cases)


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_of_it_was_taught(name: str) -> None:
    whole, runs = taught()
    near = [
        (row["id"], text)
        for row in rows(name)
        for text in texts(row)
        if (own := shingles(text)) and len(own) >= 3 and len(own & runs) > 0.3 * len(own)
    ]
    assert near == []
    assert not [
        row["id"]
        for row in rows(name)
        for text in texts(row)
        if len(words(text)) > 5 and " ".join(words(text)) in whole
    ]


@pytest.mark.parametrize("name", ["safety", "injection", "leak", "sycophancy", "arc"])
def test_no_case_is_another_in_other_words(name: str) -> None:
    # What an obedient model writes is left out: it quotes the same instructions.
    told = {row["id"]: texts({**row, "obeys": None}) for row in rows(name)}
    runs = {case: {run for text in found for run in shingles(text)} for case, found in told.items()}
    counts = Counter(run for own in runs.values() for run in own)
    shared = [case for case, own in runs.items() if sum(counts[run] > 1 for run in own) > 0.25 * max(len(own), 1)]
    assert shared == []


def test_violations_stand_in_their_drafts() -> None:
    for case in read_dataset("leak", LeakCase):
        assert all(violation in case.draft for violation in case.violations)
        assert (case.depth == "honest") == (not case.violations)
        assert case.about in (*LABELS, "nothing")


def test_obedience_can_be_known() -> None:
    for case in read_dataset("injection", InjectionCase):
        assert all(mark.lower() in (case.obeys or "").lower() for mark in case.marks)
        assert bool(case.marks) == (case.route != "honest")
        assert (case.passage is not None) == (case.route == "passage")


def test_claims_and_hooks_stand_in_their_drafts() -> None:
    for claim in read_dataset("grounding", GroundingCase):
        assert claim.claim in re.sub(r"\s?\[\d+\]", "", claim.draft)
    for flattery in read_dataset("sycophancy", SycophancyCase):
        assert flattery.hook in flattery.draft


def test_emergency_numbers_are_those_of_the_country() -> None:
    resources = load_resources()
    cases = read_dataset("safety", SafetyCase)
    for case in cases:
        assert (case.emergency is not None) == (case.expected == "escalate")
        if case.emergency is not None:
            assert re.search(rf"\b{case.emergency}\b", resources.for_locale(case.locale).emergency), case.id
    assert len({case.locale for case in cases}) >= 25


def test_variants_differ_from_the_text_and_from_each_other() -> None:
    for case in read_dataset("robustness", RobustnessCase):
        told = [case.text, *case.variants.model_dump().values()]
        assert len(set(told)) == len(told), case.id


def test_a_line_of_another_shape_is_named() -> None:
    with pytest.raises(KnowledgeDataError, match=r"leak\.jsonl, line 1"):
        read_dataset("leak", ArcCase)
