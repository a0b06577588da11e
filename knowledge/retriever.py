"""From a person's words to the passages that answer them.

Three searches are fused: by the person's own words, by the advice that belongs to the situation they tell, and by rare
words. Articles of ours that are about the situation, and advice that speaks to the right side, are preferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import BadQuery
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage
from knowledge.sides import Side, side_of_advice, side_of_person
from knowledge.situations import NOT_COVERED, SituationFinder
from knowledge.store import DEFAULT_COLLECTION, sentence_collection


@dataclass(frozen=True, slots=True)
class Weights:
    """How the searches are fused, and from which cosine similarity on the sources count as covering a question."""

    sentence: float = 0.5
    advice: float = 0.5
    words: float = 0.10
    side: float = 0.10
    article: float = 0.20
    candidates: int = 40
    sentences: int = 200
    covered: float = 0.30
    covered_in_situation: float = 0.15


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
        weights: Weights | None = None,
    ) -> None:
        self._index = index
        self._lexical = lexical
        self._situations = situations
        self._encoder = encoder
        self._weights = weights or Weights()

    def search(
        self, query: str, collection: str = DEFAULT_COLLECTION, k: int = 5, side: Side | None = None
    ) -> Retrieved:
        """The `k` best passages for `query`, scored by the fusion (about 0 to 1.5).

        `side` is the person's, from what they told before; it counts where the query tells none.

        Raises:
            BadQuery: the query is blank or `k` is not between 1 and 100.
        """
        if not 1 <= k <= 100:
            raise BadQuery(f"k is {k}: ask for 1 to 100 passages")
        if not query.strip():
            raise BadQuery("the query is empty: write what you look for")
        vector = self._encoder.embed([query])[0]
        side = side_of_person(query) or side
        votes = self._situations.votes(query, vector, side)
        near = self._index.search(collection, vector, max(k, self._weights.candidates))
        ranked = self._ranked(query, collection, vector, votes, near, side)
        return Retrieved(tuple(ranked[:k]), self._covers(near, votes))

    def _covers(self, near: tuple[Passage, ...], votes: Mapping[str, float]) -> bool:
        """Whether a passage is near enough; in a situation that we know, less nearness will do."""
        if next(iter(votes), None) == NOT_COVERED:
            return False
        nearest = near[0].score if near else 0.0
        return nearest >= (self._weights.covered_in_situation if votes else self._weights.covered)

    def _ranked(
        self,
        query: str,
        collection: str,
        vector: Vectors,
        votes: Mapping[str, float],
        near: tuple[Passage, ...],
        side: Side | None,
    ) -> list[Passage]:
        candidates = max(len(near), self._weights.candidates)
        advice, routed = self._situations.advice(votes), self._situations.articles(votes)
        told = self._told(collection, vector)
        found = {passage.id: passage for passage in near}
        if advice is not None:
            for passage in self._index.search(collection, advice, candidates):
                found.setdefault(passage.id, passage)
        words = self._lexical.search(collection, query, candidates)
        found |= self._index.fetch(collection, [key for key in words | told if key not in found])
        vectors = self._index.vectors(collection, list(found))
        strongest = max(words.values(), default=1.0)
        untold = min(told.values(), default=0.0)

        def fused(passage: Passage) -> float:
            score = float(vectors[passage.id] @ vector)
            score += self._weights.sentence * told.get(passage.id, untold)
            if advice is not None:
                score += self._weights.advice * float(vectors[passage.id] @ advice)
            score += self._weights.article * routed.get(passage.article, 0.0)
            score += self._weights.words * words.get(passage.id, 0.0) / strongest
            return score + self._weights.side * _agreement(side, passage.text)

        scored = [replace(passage, score=fused(passage)) for passage in found.values() if passage.id in vectors]
        return sorted(scored, key=lambda passage: (-passage.score, passage.id))

    def _told(self, collection: str, vector: Vectors) -> dict[str, float]:
        """How near the nearest sentence of each passage is, for the passages with the nearest sentences."""
        nearest: dict[str, float] = {}
        for sentence in self._index.search(sentence_collection(collection), vector, self._weights.sentences):
            nearest.setdefault(sentence.article, sentence.score)
        return nearest


def _agreement(side: Side | None, advice: str) -> float:
    """1 where advice speaks to this person's side, -1 where it speaks to the other, 0 where nobody can tell."""
    spoken_to = side_of_advice(advice)
    if side is None or spoken_to is None:
        return 0.0
    return 1.0 if side == spoken_to else -1.0
