"""What a judge learns from: cases with their labels, and texts of which only a teacher's opinion is known."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.cases import Case
from knowledge.questions import answered_questions, unanswered_questions
from knowledge.sentences import split_sentences
from knowledge.tactics import Surface
from service.guardrails.judgement import OUTPUTS
from service.guardrails.screen import decide

Array = NDArray[np.float32]

_SEED = 7


@dataclass(frozen=True, slots=True)
class Opinion:
    """A teacher's logits: of every decision, those of other surfaces without meaning, and of every label."""

    decisions: Array
    labels: Array


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text. `labels` are nothing where nobody wrote them down; `opinion` is nothing where no teacher was asked."""

    surface: Surface
    history: tuple[tuple[str, str], ...]
    text: str
    labels: tuple[str, ...] | None
    opinion: Opinion | None = None

    @property
    def key(self) -> str:
        """Names the text and what stands before it."""
        told = "\n".join((self.surface, *(f"{role}: {content}" for role, content in self.history), self.text))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def lessons(cases: Iterable[Case]) -> list[Lesson]:
    """A lesson for each case."""
    return [Lesson(case.surface, case.history, case.text, case.labels) for case in cases]


def unlabelled(cases: Sequence[Case]) -> list[Lesson]:
    """Texts that only a teacher can judge: the questions people ask, and half of the cases with one sentence left out.

    Which sentence it was tells the student where in a text the pressure sits.
    """
    chance = random.Random(_SEED)
    asked = [*dict.fromkeys((*(one.query for one in answered_questions()), *unanswered_questions()))]
    return [*(Lesson("user_message", (), query, None) for query in asked), *_shortened(cases, chance)]


def _shortened(cases: Iterable[Case], chance: random.Random) -> Iterator[Lesson]:
    for case in cases:
        sentences = split_sentences(case.text)
        if len(sentences) > 1:
            left_out = sentences[chance.randrange(len(sentences))]
            text = f"{case.text[: left_out.start]}{case.text[left_out.end :]}".strip()
            lesson = Lesson(case.surface, case.history, text, None)
            if text and int(lesson.key, 16) % 2 == 0:
                yield lesson


def with_opinions(given: Iterable[Lesson], opinions: Mapping[str, Opinion]) -> list[Lesson]:
    """The lessons that can be learned from, each with its opinion where there is one that its labels do not refute."""
    found = [replace(lesson, opinion=_tenable(lesson, opinions.get(lesson.key))) for lesson in given]
    return [lesson for lesson in found if lesson.labels is not None or lesson.opinion is not None]


def _tenable(lesson: Lesson, opinion: Opinion | None) -> Opinion | None:
    if opinion is None or lesson.labels is None:
        return opinion
    columns = {decision: column for column, (of, decision) in enumerate(OUTPUTS) if of == lesson.surface}
    thought = max(columns, key=lambda decision: opinion.decisions[columns[decision]])
    return opinion if thought == decide(lesson.surface, lesson.labels) else None


def write_opinions(path: Path, opinions: Mapping[str, Opinion]) -> None:
    """Keep opinions, at half precision."""
    np.savez_compressed(
        path,
        keys=np.array([int(key, 16) for key in opinions], dtype=np.uint64),
        decisions=np.array([opinion.decisions for opinion in opinions.values()], dtype=np.float16),
        labels=np.array([opinion.labels for opinion in opinions.values()], dtype=np.float16),
    )


def read_opinions(path: Path) -> dict[str, Opinion]:
    """The opinions in a file; none where there is no file."""
    if not path.exists():
        return {}
    with np.load(path) as stored:
        keys, decisions, labels = stored["keys"], stored["decisions"], stored["labels"]
    return {
        f"{int(key):016x}": Opinion(decision.astype(np.float32), label.astype(np.float32))
        for key, decision, label in zip(keys, decisions, labels, strict=True)
    }
