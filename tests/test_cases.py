"""The written cases: well-formed, varied, and never shared between training and evaluation."""

import re
import zlib
from collections import Counter
from functools import cache

import numpy as np
import pytest

from evals.datasets import load_dataset
from evals.retrieval import load_questions
from knowledge.cases import Case, load_cases
from knowledge.encoder import MiniLMEncoder
from knowledge.questions import answered_questions, unanswered_questions
from knowledge.tactics import LABELS

SHINGLE = 6
SHARED_BY, SHARED_WITHIN = 5, 0.05
"""Share of a set's cases that may contain a six-word run which five or more cases of the set contain.

A pair that differs in one clause shares its runs on purpose.
Idioms and the plainest ways to say a thing recur among thousands of texts; templates would push this far higher.
"""

NEARLY_THE_SAME = 0.92
"""Cosine similarity of two texts that say the same in other words."""

HELD_OUT = ("guard_dev", "guard_input", "guard_draft", "guard_message")


@cache
def training() -> tuple[Case, ...]:
    return load_cases()


@cache
def evaluation() -> tuple[Case, ...]:
    return tuple(case for name in HELD_OUT for case in load_dataset(name))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(text: str) -> set[str]:
    found = words(text)
    return {" ".join(found[start : start + SHINGLE]) for start in range(len(found) - SHINGLE + 1)}


def test_there_are_enough_over_all_labels_and_languages() -> None:
    cases = training()
    assert len(cases) >= 6000
    hits = Counter(label for case in cases for label in case.labels)
    alike = Counter(case.lookalike for case in cases if not case.labels)
    for label in LABELS:
        assert hits[label] >= 30, label
        assert alike[label] >= 20, label
    languages = Counter(case.lang for case in cases)
    for language in ("es", "fr", "de", "pt", "hi", "zh", "ar", "tr", "pl", "ja"):
        assert languages[language] >= 60, language
    assert 0.45 <= sum(bool(case.labels) for case in cases) / len(cases) <= 0.55


@pytest.mark.parametrize("cases", [training, evaluation])
def test_cases_are_varied(cases: object) -> None:
    given = cases()  # type: ignore[operator]
    counts = Counter(shingle for case in given for shingle in shingles(case.text))
    alike = [case.id for case in given if any(counts[shingle] >= SHARED_BY for shingle in shingles(case.text))]
    assert len(alike) <= SHARED_WITHIN * len(given), alike[:20]
    assert len({(case.surface, case.text, case.history) for case in given}) == len(given)


def test_what_evaluates_did_not_train() -> None:
    taught = {" ".join(words(case.text)) for case in training()}
    assert not [case.id for case in evaluation() if " ".join(words(case.text)) in taught]
    runs = {shingle for case in training() for shingle in shingles(case.text)}
    near = [
        case.id
        for case in evaluation()
        if (own := shingles(case.text)) and len(own & runs) > 0.3 * len(own) and len(own) >= 3
    ]
    assert near == []


def test_questions_are_varied_and_those_that_measure_did_not_train() -> None:
    taught = [*(row.query for row in answered_questions()), *unanswered_questions()]
    assert len(answered_questions()) >= 3500
    assert len({" ".join(words(query)) for query in taught}) >= 0.998 * len(taught)
    counts = Counter(shingle for query in taught for shingle in shingles(query))
    assert sum(any(counts[run] >= SHARED_BY for run in shingles(query)) for query in taught) <= 0.01 * len(taught)
    measured = [question.query for question in load_questions()]
    assert not {" ".join(words(query)) for query in measured} & {" ".join(words(query)) for query in taught}
    near = [query for query in measured if (own := shingles(query)) and len(own & counts.keys()) > 0.3 * len(own)]
    assert near == []


def test_few_cases_mean_nearly_the_same(encoder: MiniLMEncoder) -> None:
    """Cosine on a sample by hash, within a surface; pairs that differ in one clause are near on purpose."""
    sample = [case for case in training() if case.lang == "en" and zlib.crc32(case.id.encode()) % 8 == 0]
    vectors = encoder.embed([case.text for case in sample])
    near = vectors @ vectors.T - 2 * np.eye(len(sample))
    assert (near.max(axis=1) >= NEARLY_THE_SAME).mean() <= 0.01


@pytest.mark.parametrize("surface", ["user_message", "coach_draft", "message_to_ex"])
def test_length_does_not_tell(surface: str) -> None:
    lengths = {
        hit: sorted(
            len(words(case.text)) for case in training() if case.surface == surface and bool(case.labels) == hit
        )
        for hit in (True, False)
    }
    middle = {hit: found[len(found) // 2] for hit, found in lengths.items()}
    assert 0.7 <= middle[True] / middle[False] <= 1.4
