"""How long a search takes, by the size of a collection: `python -m benchmarks.search 1000 100000 [--url http://…]`.

Passages and vectors are synthetic; Chroma, its store and the word index are real. Prints a JSON object a size: seconds
of the import without the encoder's own time, and milliseconds of each search that one question makes: passages, their
sentences, words, and what ranking asks for (vectors of the found). Before them, one of the real encoder: how many
passages and sentences of the built-in library it embeds in a second.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.article import builtin_articles
from knowledge.chroma import Chroma, embedded, server
from knowledge.encoder import MiniLMEncoder, Vectors
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage, passages_of, sentences_of

DIMENSIONS = 384
CANDIDATES = 40
WORDS = 130
SEARCHES = 300
SENTENCES = 6
"""Sentences of a passage that are indexed: the mean of the built-in library."""
SENTENCE_CANDIDATES = 120
_COLLECTION = "synthetic"
_VOCABULARY = tuple(f"w{number}" for number in range(20_000))


class SyntheticEncoder:
    """A direction a text, drawn from clusters as those of real passages are."""

    name = "synthetic"

    def __init__(self, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._centres = self._random.normal(size=(200, DIMENSIONS))

    def embed(self, texts: Sequence[str]) -> Vectors:
        chosen = self._centres[self._random.integers(0, len(self._centres), len(texts))]
        rows = chosen + self._random.normal(size=(len(texts), DIMENSIONS))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def passages(size: int, seed: int = 1) -> Iterator[Passage]:
    """Passages of random words, ten to an article; frequent words are frequent here too."""
    random = np.random.default_rng(seed)
    for number in range(size):
        ranks = np.minimum(random.zipf(1.3, WORDS), len(_VOCABULARY)) - 1
        text = " ".join(_VOCABULARY[rank] for rank in ranks)
        article = f"article-{number // 10}.md"
        yield Passage(f"{article}#{number % 10 + 1}", article, article, article, text)


def sentences(size: int) -> Iterator[Passage]:
    """Stand-ins for the sentences of so many passages: their vectors are what counts here."""
    for number in range(size * SENTENCES):
        yield Passage(f"sentence-{number}", f"article-{number // 60}.md", "", "", f"sentence {number}")


def percentiles(work: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of `work` at the median and the 95th percentile, after warming up."""
    spent = np.empty(SEARCHES)
    for turn in range(-20, SEARCHES):
        started = time.perf_counter()
        work()
        spent[max(turn, 0)] = (time.perf_counter() - started) * 1000
    return {"p50": round(float(np.percentile(spent, 50)), 2), "p95": round(float(np.percentile(spent, 95)), 2)}


def measure(size: int, chroma: Chroma, folder: Path) -> dict[str, object]:
    """Import `size` passages and search them."""
    encoder = SyntheticEncoder()
    index, lexical = PassageIndex(chroma, encoder), LexicalIndex(folder / "words.sqlite3")
    made = list(passages(size))
    started = time.perf_counter()
    index.sync(_COLLECTION, made, lambda done, of: print(f"\r{done} of {of}", end="", file=sys.stderr))
    index.sync(f"{_COLLECTION}.sentences", list(sentences(size)))
    lexical.sync(_COLLECTION, made)
    imported = time.perf_counter() - started
    queries = iter(encoder.embed([""] * (SEARCHES + 20) * 4))
    found = [passage.id for passage in index.search(_COLLECTION, next(queries), CANDIDATES)]
    words = iter(passage.text for passage in passages(SEARCHES + 20, seed=2))
    return {
        "passages": size,
        "import_seconds": round(imported, 1),
        "vectors_ms": percentiles(lambda: index.search(_COLLECTION, next(queries), CANDIDATES)),
        "sentences_ms": percentiles(
            lambda: index.nearest(f"{_COLLECTION}.sentences", next(queries), SENTENCE_CANDIDATES)
        ),
        "words_ms": percentiles(lambda: lexical.search(_COLLECTION, " ".join(next(words).split()[:20]), CANDIDATES)),
        "ranking_ms": percentiles(lambda: index.scored(_COLLECTION, next(queries), found)),
    }


def throughput() -> dict[str, float]:
    """Texts a second."""
    encoder = MiniLMEncoder()
    own = [passage for article in builtin_articles() for passage in passages_of(article)]
    encoder.embed([passage.indexed_text for passage in own[:64]])  # loads the weights
    told: dict[str, float] = {}
    for name, texts in (("passages", own), ("sentences", sentences_of(own))):
        started = time.perf_counter()
        encoder.embed([text.indexed_text for text in texts])
        told[f"{name}_per_second"] = round(len(texts) / (time.perf_counter() - started), 1)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--url", help="a Chroma server instead of a folder; use an empty one")
    given = parser.parse_args()
    print(json.dumps(throughput()), flush=True)
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with closing(server(given.url) if given.url else embedded(folder / "index")) as chroma:
                print(json.dumps(measure(size, chroma, folder)), flush=True)


if __name__ == "__main__":
    main()
