"""Which situation a text is in, by the nearest of the ways in which people put it."""

from collections import defaultdict
from collections.abc import Mapping

from knowledge.encoder import Encoder
from knowledge.index import PassageIndex
from service.writing.units import Situation

COLLECTION = "situations"
_NEIGHBOURS = 6
_NEAR = 0.42
"""Cosine similarity below which no situation is claimed."""


class NearestSituation:
    """Votes among the nearest asks."""

    def __init__(self, index: PassageIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder

    def sync(self, situations: Mapping[str, Situation]) -> None:
        """Bring the index up to date with the written asks."""
        self._index.sync(COLLECTION, [ask for situation in situations.values() for ask in situation.as_passages])

    def find(self, text: str) -> str | None:
        near = self._index.search(COLLECTION, self._encoder.embed([text])[0], _NEIGHBOURS)
        if not near or near[0].score < _NEAR:
            return None
        votes: dict[str, float] = defaultdict(float)
        for ask in near:
            votes[ask.article] += max(ask.score - _NEAR / 2, 0.0)
        return max(votes, key=lambda situation: votes[situation])
