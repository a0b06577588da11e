"""Markers in a reply, and the sentences they stand for."""

import re

from pydantic import BaseModel, ConfigDict

from knowledge.passages import Passage
from knowledge.sentences import split_sentences

_MARKER = re.compile(r"\s?\[(\d{1,2})\]")
_WORD = re.compile(r"[\w']+")


class Citation(BaseModel):
    """One marker: `quote` is a whole sentence that stands in the passage."""

    model_config = ConfigDict(frozen=True)

    marker: str
    passage_id: str
    article: str
    title: str
    source: str
    quote: str


def cite(text: str, passages: tuple[Passage, ...]) -> tuple[str, tuple[Citation, ...]]:
    """The reply with markers renumbered in order of appearance, and a citation for each.

    A marker that names no passage is taken out: it would cite nothing.
    """
    numbers: dict[int, int] = {}
    claims: dict[int, str] = {}
    for sentence in split_sentences(text):
        for match in _MARKER.finditer(sentence.text):
            given = int(match[1])
            if 1 <= given <= len(passages):
                numbers.setdefault(given, len(numbers) + 1)
                claims.setdefault(given, _MARKER.sub("", sentence.text))

    def renumbered(match: re.Match[str]) -> str:
        number = numbers.get(int(match[1]))
        return "" if number is None else f"{match.group()[: match.group().index('[')]}[{number}]"

    citations = tuple(
        Citation(
            marker=f"[{number}]",
            passage_id=passages[given - 1].id,
            article=passages[given - 1].article,
            title=passages[given - 1].title,
            source=passages[given - 1].source,
            quote=supporting_sentence(claims[given], passages[given - 1].text),
        )
        for given, number in numbers.items()
    )
    return _MARKER.sub(renumbered, text), citations


def supporting_sentence(claim: str, passage: str) -> str:
    """The sentence of `passage` that shares most with `claim`; one that the claim contains wins."""
    sentences = [sentence.text for sentence in split_sentences(passage)]
    words = _words(claim)

    def support(sentence: str) -> float:
        own = _words(sentence)
        return 2.0 if sentence in claim else len(words & own) / (len(own) ** 0.5 or 1.0)

    return max(sentences, key=support)


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 2}
