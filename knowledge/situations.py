"""The situations people come with: how they put it, and what can be said to anyone who is in it.

People tell situations and articles give advice; a situation knows both languages. Retrieval crosses over it, and the
composer speaks from it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.article import Stage
from knowledge.asks import ask_passages, sync_asks
from knowledge.encoder import Vectors
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import article_of
from knowledge.sides import Side, side_of_person
from knowledge.yamls import read_rows

GENERAL = "general"
NOT_COVERED = "not-covered"

_ASKS = "situation-asks"
_NEIGHBOURS = 6
_CANDIDATES = 24
_NEAR = 0.42
"""Cosine similarity below which an ask has no vote."""
_TOLD = 0.5
_TOLD_ASIDE = 0.7
"""And below which it is not spoken of: words for another situation hurt more than general ones."""
_WORDS = 0.15
"""What the best match of rare words adds to a similarity."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation: `asks` are the ways in which people put it, the rest is what the coach can say.

    `articles` are those of ours that are about it. `side` tells whether the person in it did the harm or suffered it,
    where it can only be one.
    """

    id: str
    stage: Stage
    articles: tuple[str, ...]
    side: Side | None
    asks: tuple[str, ...]
    openers: tuple[str, ...]
    bridges: tuple[str, ...]
    steps: tuple[str, ...]
    questions: tuple[str, ...]


@cache
def load_situations() -> Mapping[str, Situation]:
    """All situations by id; `general` and `not-covered` are always among them."""
    return {row["id"]: _situation(row) for row in read_rows("situations")}


def _situation(row: dict[str, Any]) -> Situation:
    texts = {
        key: tuple(str(text).strip() for text in row[key])
        for key in ("asks", "openers", "bridges", "steps", "questions")
    }
    return Situation(id=row["id"], stage=row["stage"], articles=tuple(row["articles"]), side=row.get("side"), **texts)


class SituationFinder:
    """Tells which situations a text is in, by a vote of the nearest asks."""

    def __init__(self, index: PassageIndex, lexical: LexicalIndex, situations: Mapping[str, Situation]) -> None:
        self._index = index
        self._lexical = lexical
        self._situations = situations

    def sync(self) -> None:
        """Bring the index up to date with what is written."""
        asks = ask_passages({situation.id: situation.asks for situation in self._situations.values()})
        sync_asks(self._index, _ASKS, asks)
        self._lexical.sync(_ASKS, asks)

    def votes(self, text: str, vector: Vectors, near: float = _NEAR, side: Side | None = None) -> Mapping[str, float]:
        """Weights of the situations that `text` is near to, best first, summing to 1; none when none is near.

        A situation of one who suffered what this person did, or the other way round, has no vote. `side` is the
        person's, where it is known better than by the words of `text`.
        """
        side = side or side_of_person(text)
        words = self._lexical.search(_ASKS, text, _CANDIDATES)
        strongest = max(words.values(), default=1.0)
        asks = [
            (article_of(ask), score + _WORDS * words.get(ask, 0.0) / strongest)
            for ask, score in self._index.nearest(_ASKS, vector, _CANDIDATES).items()
            if score >= near and (side is None or self._situations[article_of(ask)].side in (None, side))
        ]
        votes: dict[str, float] = defaultdict(float)
        for name, score in sorted(asks, key=lambda row: -row[1])[:_NEIGHBOURS]:
            votes[name] += (score - near / 2) ** 2
        total = sum(votes.values())
        return {name: votes[name] / total for name in sorted(votes, key=lambda name: -votes[name])}

    def find(self, text: str, vector: Vectors, side: Side | None = None, *, aside: bool = False) -> str | None:
        """The situation that `text` tells, surely enough to speak of it; or nothing.

        Said `aside`, in the middle of a story that was told, it must be surer: "it is blocked" may be an account.
        """
        return next(iter(self.votes(text, vector, _TOLD_ASIDE if aside else _TOLD, side)), None)

    def articles(self, votes: Mapping[str, float]) -> Mapping[str, float]:
        """How much each of our articles is about these situations, 0 to 1."""
        weights: dict[str, float] = defaultdict(float)
        for name, weight in votes.items():
            for article in self._situations[name].articles:
                weights[article] += weight
        return weights
