"""How well the built-in library is searched: `python -m evals.retrieval`.

The questions (evals/datasets/retrieval_library.jsonl) name the articles that answer them; some have none.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from evals.statistics import Share
from knowledge.encoder import MiniLMEncoder
from knowledge.retriever import Retriever, Weights
from knowledge.situations import SituationFinder, load_situations
from service.settings import Settings
from service.wiring import build_library

FOUND_WITHIN = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the articles that answer it, none where none does."""

    id: str
    query: str
    kind: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the first answering article stood, 1 for first; nothing where it was not found."""

    question: Question
    rank: int | None
    covered: bool


def load_questions() -> tuple[Question, ...]:
    """All questions about the library."""
    lines = (files("evals.datasets") / "retrieval_library.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return tuple(Question(row["id"], row["query"], row["kind"], tuple(row["articles"])) for row in rows)


def search_all(retriever: Retriever, questions: Iterable[Question]) -> list[Found]:
    """Search for every question."""
    found: list[Found] = []
    for question in questions:
        result = retriever.search(question.query, k=FOUND_WITHIN)
        ranks = [rank for rank, p in enumerate(result.passages, start=1) if p.article in question.articles]
        found.append(Found(question, ranks[0] if ranks else None, result.covered))
    return found


def figures(found: Sequence[Found]) -> dict[str, Share]:
    """The headline figures."""
    answered = [row for row in found if row.question.articles]
    open_ones = [row for row in found if not row.question.articles]
    return {
        "answering article first": Share(sum(row.rank == 1 for row in answered), len(answered)),
        "among the first five": Share(sum(row.rank is not None for row in answered), len(answered)),
        "called covered": Share(sum(row.covered for row in answered), len(answered)),
        "unanswerable called not covered": Share(sum(not row.covered for row in open_ones), len(open_ones)),
    }


def main() -> None:
    """Print the ablation as Markdown."""
    questions, plain = load_questions(), Weights(sentence=0, words=0, side=0, article=0)
    whole = Weights()
    recipes = {
        "vectors alone": plain,
        "+ nearest sentence": replace(plain, sentence=whole.sentence),
        "+ words": replace(plain, sentence=whole.sentence, words=whole.words),
        "+ side": replace(whole, article=0),
        "+ articles of the situation": whole,
    }
    with tempfile.TemporaryDirectory() as folder:
        encoder = MiniLMEncoder(threads=2)
        library = build_library(Settings(data_dir=Path(folder)), encoder)
        library.sync()
        finder = SituationFinder(library.index, library.lexical, load_situations())
        finder.sync()
        rows = {
            name: figures(search_all(Retriever(library.index, library.lexical, finder, encoder, weights), questions))
            for name, weights in recipes.items()
        }
    names = list(next(iter(rows.values())))
    for line in (["recipe", *names], ["---"] * (len(names) + 1)):
        _say(line)
    for name, shares in rows.items():
        _say([name, *(str(share) for share in shares.values())])


def _say(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |")  # noqa: T201


if __name__ == "__main__":
    main()
