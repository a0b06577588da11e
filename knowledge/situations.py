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
from knowledge.encoder import Vectors
from knowledge.prototypes import Prototypes, Wordings
from knowledge.sides import Side
from knowledge.yamls import read_rows

GENERAL = "general"
NOT_COVERED = "not-covered"

_FAR = 0.48
"""Cosine to the nearest point below which a text tells none of them."""
_TOLD = 0.2
"""How likely a situation must be to be spoken of."""
_TOLD_ASIDE = 0.7
"""And in the middle of a talk: words for another situation hurt more than general ones."""


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


def wordings(situations: Mapping[str, Situation]) -> Wordings:
    """What situations are found by."""
    return Wordings(
        {one.id: one.asks for one in situations.values()},
        {one.id: (*one.openers, *one.questions) for one in situations.values()},
    )


class SituationFinder:
    """Tells which situations a text is in."""

    def __init__(self, situations: Mapping[str, Situation], prototypes: Prototypes) -> None:
        """`prototypes` are built from the wordings of `situations`."""
        self._situations = situations
        self._prototypes = prototypes

    def votes(self, vector: Vectors, side: Side | None) -> Mapping[str, float]:
        """How likely a text with this vector tells each situation, best first; none where it tells no such thing.

        A situation of one who suffered what this person did, or the other way round, has no vote.
        """
        if self._prototypes.nearness(vector) < _FAR:
            return {}
        return self._prototypes.shares(vector, lambda name: side is None or self._situations[name].side in (None, side))

    def find(self, vector: Vectors, side: Side | None, *, aside: bool = False) -> str | None:
        """The situation that a text tells, surely enough to speak of it; or nothing.

        Said `aside`, in the middle of a story that was told, it must be surer: "it is blocked" may be an account.
        """
        name, share = next(iter(self.votes(vector, side).items()), ("", 0.0))
        return name if share >= (_TOLD_ASIDE if aside else _TOLD) else None

    def articles(self, votes: Mapping[str, float]) -> Mapping[str, float]:
        """How much each of our articles is about these situations, 0 to 1."""
        weights: dict[str, float] = defaultdict(float)
        for name, weight in votes.items():
            for article in self._situations[name].articles:
                weights[article] += weight
        return weights
