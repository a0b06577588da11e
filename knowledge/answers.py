"""Direct answers, written by hand, to what people ask and remark in the middle of a talk.

A situation says what can be said to anyone who is in it; an answer meets one question.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.asks import ask_passages, sync_asks
from knowledge.encoder import Encoder
from knowledge.index import PassageIndex
from knowledge.passages import article_of
from knowledge.sentences import split_sentences, word_count
from knowledge.sides import Side
from knowledge.yamls import read_rows

_ASKS = "answer-asks"
_CANDIDATES = 60
_NEAR = 0.4
"""Cosine at which an ask begins to have a vote."""
_NEAREST = 0.6
"""Cosine below which even the nearest ask is about something else."""
_OF_A_PART = 0.96
"""What the share by one sentence of a message counts, beside that of the whole."""
_PARTS = 3
_WORD_FOR_WORD = 0.86
"""Cosine from which on a few words say all: "that doesn't help" is not about what was said before."""
_FEW_WORDS = 5
_BARE = 0.9
"""What the share by a few words counts, where more is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question or remark: `asks` are ways to put it, `says` and `steps` what can be answered.

    In what is said the other person stands in braces (knowledge/pronouns.py). `side` tells whether it fits one who
    did the harm or one who suffered it; `contact`, that it has the person reach out; `articles` are those of ours that
    say the same.
    """

    id: str
    asks: tuple[str, ...]
    says: tuple[str, ...]
    steps: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    side: Side | None = None
    contact: bool = False


@cache
def load_answers() -> Mapping[str, Answer]:
    """All answers by id."""
    return {row["id"]: _answer(row) for row in read_rows("answers")}


def _answer(row: Mapping[str, Any]) -> Answer:
    texts = {name: tuple(str(text).strip() for text in row.get(name, ())) for name in ("asks", "says")}
    return Answer(
        id=row["id"],
        steps=tuple(str(text).strip() for text in row.get("step", ())),
        articles=tuple(row.get("articles", ())),
        side=row.get("side"),
        contact=bool(row.get("contact", False)),
        **texts,
    )


class AnswerFinder:
    """Tells which answers meet a message, by the nearest asks."""

    def __init__(self, index: PassageIndex, encoder: Encoder, answers: Mapping[str, Answer]) -> None:
        self._index = index
        self._encoder = encoder
        self._answers = answers

    def sync(self) -> None:
        """Bring the index up to date with what is written."""
        sync_asks(self._index, _ASKS, ask_passages({answer.id: answer.asks for answer in self._answers.values()}))

    def find(self, message: str, before: str = "", side: Side | None = None) -> Sequence[tuple[Answer, float]]:
        """Answers to `message`, or to one of its last sentences, with their share of the nearest asks, best first.

        A few words are also read after what the person said `before`: "how do I stop" asks for many things. Answers
        for the other `side` have no vote.
        """
        best: dict[str, float] = {}
        whole = self._near(message)
        for weight, text in _readings(message, before if _nearest(whole) < _WORD_FOR_WORD else ""):
            near = whole if text == message else self._near(text)
            for name, share in self._votes(near, side).items():
                best[name] = max(best.get(name, 0.0), weight * share)
        return [(self._answers[name], share) for name, share in sorted(best.items(), key=lambda row: (-row[1], row[0]))]

    def _near(self, text: str) -> Mapping[str, float]:
        return self._index.nearest(_ASKS, self._encoder.embed([text])[0], _CANDIDATES)

    def _votes(self, near: Mapping[str, float], side: Side | None) -> Mapping[str, float]:
        """The share of each answer; none where no ask is near.

        One near ask may share no more than its words; when many ways to put a thing lie near, it is meant.
        """
        votes: dict[str, float] = defaultdict(float)
        if _nearest(near) < _NEAREST:
            return {}
        for ask, cosine in near.items():
            answer = self._answers[article_of(ask)]
            if cosine > _NEAR and (side is None or answer.side in (None, side)):
                votes[answer.id] += (cosine - _NEAR) ** 2
        total = sum(votes.values())
        return {name: vote / total for name, vote in votes.items()}


def _nearest(near: Mapping[str, float]) -> float:
    return max(near.values(), default=0.0)


def _readings(message: str, before: str) -> Sequence[tuple[float, str]]:
    """The whole, and the sentences in which people mostly ask: those with a question mark, and the last."""
    if before and word_count(message) <= _FEW_WORDS:
        return [(_BARE, message), (1.0, f"{before} {message}")]
    sentences = [sentence.text for sentence in split_sentences(message)]
    if len(sentences) < 2:
        return [(1.0, message)]
    asking = [text for text in sentences if text.rstrip().endswith("?")] or sentences[-1:]
    return [(1.0, message), *((_OF_A_PART, text) for text in asking[-_PARTS:])]
