"""From a person's words to the passages that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.encoder import Encoder
from knowledge.errors import BadQuery
from knowledge.index import PassageIndex
from knowledge.passages import Passage
from knowledge.store import DEFAULT_COLLECTION

COVERED_AT = 0.30
"""Cosine similarity of the best passage from which the sources count as covering the question."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first, and whether they cover the question."""

    passages: tuple[Passage, ...]
    covered: bool


class Retriever:
    """Searches one index with one encoder."""

    def __init__(self, index: PassageIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder

    def search(self, query: str, collection: str = DEFAULT_COLLECTION, k: int = 5) -> Retrieved:
        """The `k` best passages for `query`.

        Raises:
            BadQuery: the query is blank or `k` is not between 1 and 100.
        """
        return self.search_all([query], collection, k)[0]

    def search_all(self, queries: Sequence[str], collection: str = DEFAULT_COLLECTION, k: int = 5) -> list[Retrieved]:
        """As `search`, for many queries in one encoder pass."""
        if not 1 <= k <= 100:
            raise BadQuery(f"k is {k}: ask for 1 to 100 passages")
        if any(not query.strip() for query in queries):
            raise BadQuery("the query is empty: write what you look for")
        vectors = self._encoder.embed(queries)
        found = [self._index.search(collection, vector, k) for vector in vectors]
        return [Retrieved(passages, bool(passages) and passages[0].score >= COVERED_AT) for passages in found]
