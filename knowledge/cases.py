"""Labelled cases: what teaches the guards, and what tests them.

A case says what a text on a surface is, after what was said before. The decision follows from its labels.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from knowledge.errors import KnowledgeDataError
from knowledge.tactics import KINDS, SURFACES, Surface

DIFFICULTIES = ("plain", "subtle", "hard")


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text. `lookalike` is the label that a passing text resembles."""

    id: str
    surface: Surface
    text: str
    labels: tuple[str, ...]
    history: tuple[tuple[str, str], ...] = ()
    lookalike: str | None = None
    difficulty: str = "subtle"
    lang: str = "en"


def load_cases(folder: Traversable | None = None) -> tuple[Case, ...]:
    """The cases that train the guards: every `*.jsonl` in `folder`, by file and line.

    Raises:
        KnowledgeDataError: a line is not a case; the message names it.
    """
    folder = folder or files("knowledge") / "cases"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".jsonl")), key=lambda path: path.name)
    return tuple(
        case for path in paths for case in read_cases(path.name, path.read_text(encoding="utf-8").splitlines())
    )


def read_cases(name: str, lines: Iterable[str]) -> Iterator[Case]:
    """The cases in `lines` of JSON; `name` is used in errors.

    Raises:
        KnowledgeDataError: a line is not a case.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield _case(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise KnowledgeDataError(f"{name}, line {number}: {error}") from error


def _case(row: dict[str, Any]) -> Case:
    unknown = [label for label in row["categories"] if label not in KINDS]
    if unknown or row["surface"] not in SURFACES or row["difficulty"] not in DIFFICULTIES or not row["text"].strip():
        raise ValueError(f"not a case: {row['id']} {unknown}")
    return Case(
        id=row["id"],
        surface=row["surface"],
        text=row["text"],
        labels=tuple(row["categories"]),
        history=tuple((turn["role"], turn["content"]) for turn in row["history"]),
        lookalike=row["lookalike"],
        difficulty=row["difficulty"],
        lang=row["lang"],
    )
