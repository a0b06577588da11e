"""Questions with the text that answers each: what the encoder learns from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from knowledge.article import builtin_articles
from knowledge.passages import Passage, passages_of
from knowledge.situations import GENERAL, NOT_COVERED, load_situations


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, a passage that answers it, and the sentences in it that do.

    Questions with the same `passage` share an answer; those with the same `theme` have answers that lie close together.
    """

    query: str
    passage: str
    sentence: str
    key: str
    theme: str


def answered_questions() -> tuple[Answered, ...]:
    """All questions with an answer; one whose sentence no longer stands in its article is left out."""
    return (*_of_the_library(), *_of_pages(), *_of_situations())


def unanswered_questions() -> tuple[str, ...]:
    """Questions that no article on trust answers."""
    return (*(str(row["query"]) for row in _rows("beyond.jsonl")), *load_situations()[NOT_COVERED].asks)


def _of_the_library() -> Iterator[Answered]:
    passages: dict[str, tuple[Passage, ...]] = {article.name: passages_of(article) for article in builtin_articles()}
    for row in _rows("library.jsonl"):
        found = next((one for one in passages.get(row["article"], ()) if row["answer"] in one.text), None)
        if found is not None:
            yield Answered(row["query"], found.indexed_text, row["answer"], found.id, found.article)


def _of_pages() -> Iterator[Answered]:
    for number, row in enumerate(_rows("pages.jsonl")):
        for question in row["questions"]:
            yield Answered(question["query"], row["text"], question["answer"], row["id"], f"page-{number // 10}")


def _of_situations() -> Iterator[Answered]:
    for situation in load_situations().values():
        if situation.id in (GENERAL, NOT_COVERED):
            continue
        for number, ask in enumerate(situation.asks):
            step = situation.steps[number % len(situation.steps)]
            bridge = situation.bridges[number % len(situation.bridges)]
            yield Answered(ask, f"{bridge} {step}", step, f"situation-{situation.id}", f"stage-{situation.stage}")


def _rows(name: str) -> list[dict[str, Any]]:
    text = (files("knowledge") / "questions" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
