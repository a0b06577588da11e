"""From a person's words to the passages that answer them.

The encoder was taught to put a story beside the advice for it. Its nearness to the whole passage and to the passage's
nearest sentence are added up, with a little for rare words, for articles of ours that are about the situation, and for
advice that speaks to the right side.
"""

from collections.abc import Iterable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import BadQuery
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage, article_of, passage_of
from knowledge.side_reader import SideReader
from knowledge.sides import Side, side_of_advice
from knowledge.situations import SituationFinder
from knowledge.store import DEFAULT_COLLECTION, sentence_collection

_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """How nearness is added up, and how near the nearest five passages must be, on average, to cover a question.

    Chosen on development questions about the built-in library and about raw articles (docs/retrieval.md). The library
    is dense, and the encoder knows it: of a question that it does not answer, something still lies near.
    """

    sentence: float = 1.0
    words: float = 0.05
    side: float = 0.05
    article: float = 0.10
    candidates: int = 40
    sentences: int = 120
    covered: float = 0.315
    covered_by_library: float = 0.46


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first, and whether they cover the question."""

    passages: tuple[Passage, ...]
    covered: bool


class Retriever:
    """Searches one index with one encoder."""

    def __init__(
        self,
        index: PassageIndex,
        lexical: LexicalIndex,
        situations: SituationFinder,
        encoder: Encoder,
        sides: SideReader,
        weights: Weights | None = None,
    ) -> None:
        self._index = index
        self._lexical = lexical
        self._situations = situations
        self._encoder = encoder
        self._sides = sides
        self._weights = weights or Weights()
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="search")

    def search(
        self, query: str, collection: str = DEFAULT_COLLECTION, k: int = 5, side: Side | None = None
    ) -> Retrieved:
        """The `k` best passages for `query`, scored by the sum (about 0 to 2).

        `side` is the person's, where it is known better than by the words of the query.

        Raises:
            BadQuery: the query is blank or `k` is not between 1 and 100.
        """
        if not 1 <= k <= 100:
            raise BadQuery(f"k is {k}: ask for 1 to 100 passages")
        if not query.strip():
            raise BadQuery("the query is empty: write what you look for")
        vector = self._encoder.embed([query])[0]
        side = side or self._sides.of(query)
        # Chroma and SQLite work outside of Python's lock: side by side they take less time.
        searched = self._pool.submit(self._index.search, collection, vector, max(k, self._weights.candidates))
        told = self._pool.submit(self._told, collection, vector)
        routed = self._situations.articles(self._situations.votes(vector, side))
        words = self._lexical.search(collection, query, self._weights.candidates)
        beside = _Beside(self._weights, told.result(), words, routed)
        near = searched.result()
        return Retrieved(self._ranked(collection, vector, near, beside, k, side), self._covers(collection, near))

    def _covers(self, collection: str, near: tuple[Passage, ...]) -> bool:
        """Whether the collection speaks of the matter: one near passage may be chance, several are not."""
        nearest = [passage.score for passage in near[:_NEAREST]]
        enough = self._weights.covered_by_library if collection == DEFAULT_COLLECTION else self._weights.covered
        return bool(nearest) and sum(nearest) / len(nearest) >= enough

    def _ranked(
        self, collection: str, vector: Vectors, near: tuple[Passage, ...], beside: "_Beside", k: int, side: Side | None
    ) -> tuple[Passage, ...]:
        weight = self._weights.side

        def summed(passages: Iterable[Passage]) -> list[Passage]:
            return [
                replace(one, score=one.score + beside.of(one.id) + weight * _agreement(side, one.text))
                for one in passages
            ]

        best = sorted(summed(near), key=_best_first)
        # The rest is farther than all of `near`: most of it cannot get among the first k, and need not be read.
        most = min((passage.score for passage in near), default=1.0) + (weight if side else 0.0)
        needed = best[k - 1].score if len(best) >= k else 0.0
        others = beside.named - {passage.id for passage in near}
        hopeful = [key for key in others if most + beside.of(key) >= needed]
        best += summed(self._index.scored(collection, vector, hopeful))
        return tuple(sorted(best, key=_best_first)[:k])

    def _told(self, collection: str, vector: Vectors) -> dict[str, float]:
        """How near the nearest sentence of each passage is, for the passages with the nearest sentences."""
        nearest: dict[str, float] = {}
        sentences = self._index.nearest(sentence_collection(collection), vector, self._weights.sentences)
        for sentence, score in sentences.items():
            nearest.setdefault(passage_of(sentence), score)
        return nearest


class _Beside:
    """What passages are worth besides their own nearness and the side that they speak to."""

    def __init__(
        self, weights: Weights, told: Mapping[str, float], words: Mapping[str, float], routed: Mapping[str, float]
    ) -> None:
        self._weights = weights
        self._told = told
        self._words = words
        self._routed = routed
        self._strongest = max(words.values(), default=1.0)
        self._untold = min(told.values(), default=0.0)

    @property
    def named(self) -> Set[str]:
        """The passages that something besides their own nearness speaks for."""
        return self._words.keys() | self._told.keys()

    def of(self, passage: str) -> float:
        worth = self._weights.sentence * self._told.get(passage, self._untold)
        worth += self._weights.words * self._words.get(passage, 0.0) / self._strongest
        return worth + self._weights.article * self._routed.get(article_of(passage), 0.0)


def _best_first(passage: Passage) -> tuple[float, str]:
    return -passage.score, passage.id


def _agreement(side: Side | None, advice: str) -> float:
    """1 where advice speaks to this person's side, -1 where it speaks to the other, 0 where nobody can tell."""
    if side is None or (spoken_to := side_of_advice(advice)) is None:
        return 0.0
    return 1.0 if side == spoken_to else -1.0
