"""Direct answers, written by hand, to what people ask and remark in the middle of a talk.

A situation says what can be said to anyone who is in it; an answer meets one question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge.encoder import Encoder
from knowledge.pronouns import worded
from knowledge.prototypes import Prototypes, Wordings
from knowledge.sentences import split_sentences, word_count
from knowledge.sides import Side
from knowledge.yamls import read_rows

_FAR = 0.55
"""Cosine to the nearest point below which a text is about none of this (docs/coaching.md)."""
_SURE = 0.5
"""Share from which on a few words say all: "that doesn't help" is not about what was said before."""
_OF_A_PART = 0.96
"""What the share by one sentence of a message counts, beside that of the whole."""
_PARTS = 3
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


def wordings(answers: Mapping[str, Answer]) -> Wordings:
    """What answers are found by."""
    return Wordings(
        {one.id: one.asks for one in answers.values()},
        {one.id: [worded(text) for text in one.says] for one in answers.values()},
    )


class AnswerFinder:
    """Tells which answers meet a message."""

    def __init__(self, answers: Mapping[str, Answer], prototypes: Prototypes, encoder: Encoder) -> None:
        """`prototypes` are built from the wordings of `answers`."""
        self._answers = answers
        self._prototypes = prototypes
        self._encoder = encoder

    def find(self, message: str, before: str = "", side: Side | None = None) -> Sequence[tuple[Answer, float]]:
        """Answers to `message`, or to one of its last sentences, with how likely each is meant, best first.

        A few words are also read after what the person said `before`: "how do I stop" asks for many things. Answers
        for the other `side` are left out.
        """
        best: dict[str, float] = {}
        whole = self._shares(message, side)
        says_all = max(whole.values(), default=0.0) >= _SURE
        for weight, text in _readings(message, "" if says_all else before):
            for name, share in (whole if text == message else self._shares(text, side)).items():
                best[name] = max(best.get(name, 0.0), weight * share)
        return [(self._answers[name], share) for name, share in sorted(best.items(), key=lambda row: (-row[1], row[0]))]

    def _shares(self, text: str, side: Side | None) -> Mapping[str, float]:
        vector = self._encoder.embed([text])[0]
        if self._prototypes.nearness(vector) < _FAR:
            return {}
        return self._prototypes.shares(vector, lambda name: side is None or self._answers[name].side in (None, side))


def _readings(message: str, before: str) -> Sequence[tuple[float, str]]:
    """The whole, and the sentences in which people mostly ask: those with a question mark, and the last."""
    if before and word_count(message) <= _FEW_WORDS:
        return [(_BARE, message), (1.0, f"{before} {message}")]
    sentences = [sentence.text for sentence in split_sentences(message)]
    if len(sentences) < 2:
        return [(1.0, message)]
    asking = [text for text in sentences if text.rstrip().endswith("?")] or sentences[-1:]
    return [(1.0, message), *((_OF_A_PART, text) for text in asking[-_PARTS:])]
