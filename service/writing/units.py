"""The composer's written units: data, so that tone can be tested and mended without code."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from knowledge.article import Stage
from knowledge.passages import Passage


@dataclass(frozen=True, slots=True)
class Situation:
    """A situation people come with: how they put it, and what the coach can say to anyone who is in it."""

    id: str
    stage: Stage
    asks: tuple[str, ...]
    openers: tuple[str, ...]
    bridges: tuple[str, ...]
    steps: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def as_passages(self) -> tuple[Passage, ...]:
        """Its asks, as the index stores them."""
        return tuple(
            Passage(f"{self.id}#{number}", self.id, self.id, "situations", ask)
            for number, ask in enumerate(self.asks, start=1)
        )


Phrases = Mapping[str, tuple[str, ...]]


def load_situations() -> Mapping[str, Situation]:
    """All situations by id; `general` and `not-covered` are always among them."""
    return {row["id"]: _situation(row) for row in _read("situations.yaml")}


def load_phrases() -> Phrases:
    """Short texts that fit anyone, by purpose."""
    return {key: tuple(text.strip() for text in texts) for key, texts in _read("phrases.yaml").items()}


def _situation(row: dict[str, Any]) -> Situation:
    return Situation(
        id=row["id"],
        stage=row["stage"],
        **{
            key: tuple(text.strip() for text in row[key])
            for key in ("asks", "openers", "bridges", "steps", "questions")
        },
    )


def _read(name: str) -> Any:
    return yaml.safe_load((files("service.writing") / name).read_text(encoding="utf-8"))
