"""The last reply again in fewer words, for a person who asks for that."""

import re
from collections.abc import Sequence
from itertools import takewhile

from knowledge.passages import Passage
from knowledge.sentences import split_sentences, word_count
from service.writing.units import Phrases, fresh
from service.writing.writer import Brief

_ASKS = frozenset(
    "short shorter shortly simple simpler simply plain plainer plainly brief briefly easier nutshell tldr".split()
)
_WISHES = re.compile(
    r"\b(?:too (?:long|many words|much (?:text|to read))|tl;? ?dr|can'?t (?:read|take in|follow)"
    r"|in (?:one|two|a|1|2) (?:sentences?|lines?))\b",
    re.I,
)
_BESIDE = frozenset(
    "a again all and answer bit but can can't cant could dr english even fewer follow give hm i in is it it's its "
    "just keep line lines little long lot make many me more much now ok okay one only please pls put read right say "
    "sentence sentences so sorry still sum take tell terms text thanks that that's the then this tl to too two u up "
    "version wait way with words would you".split()
)
"""Words that may stand before and between these."""
_OTHERS = frozenset("her him them she he they message letter note card apology essay".split())
_FEW = 12
"""Words of the longest message that is read as asking for this."""
_WORD = re.compile(r"[\w']+")
_MARKER = re.compile(r"\s?\[\d{1,2}\]")
_SHORT_ALREADY = 75
"""Words of a reply of which only the first advice is given again."""


class Retelling:
    """Answers "shorter": the first sentence of each advice that was given, and the step, word for word."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    async def paragraphs(self, brief: Brief, said: str) -> list[str]:
        """The short version; nothing where none was asked for, or nothing with a source was said."""
        if brief.declined is not None or brief.practice is not None or not _asks(brief.message):
            return []
        last = next((turn.content for turn in reversed(brief.history) if turn.role == "assistant"), "")
        advice = [_cited(sentence, brief.passages) for sentence in self._given(last)]
        if not advice:
            return []
        opening = fresh(self._phrases["shorter"], said, brief.message)
        if word_count(last) <= _SHORT_ALREADY:
            return [f"{opening} {advice[0]}".strip()]
        return [part for part in (f"{opening} {' '.join(advice)}".strip(), _step(last)) if part]

    def _given(self, reply: str) -> list[str]:
        """The first sentence of each paragraph of advice; of a short version, of its only one."""
        openings = self._phrases["shorter"]
        paragraphs = [part for part in reply.split("\n\n") if _MARKER.search(part) or part.startswith(openings)]
        sentences = [[one.text.strip() for one in split_sentences(_MARKER.sub("", part))] for part in paragraphs]
        return [next((text for text in texts if text not in openings), "") for texts in sentences]


def _asks(message: str) -> bool:
    """Whether the message, or the words it begins with, ask for fewer or simpler ones; not for a text to somebody."""
    words = [word.lower() for word in _WORD.findall(message.replace("’", "'"))]
    begins = list(takewhile((_ASKS | _BESIDE).__contains__, words))
    wants = not _ASKS.isdisjoint(begins) or (begins == words and _WISHES.search(" ".join(words)) is not None)
    return wants and len(words) <= _FEW and _OTHERS.isdisjoint(words)


def _step(reply: str) -> str:
    """The first sentence of the paragraph that ends in a question: what to do next."""
    closing = next((part for part in reversed(reply.split("\n\n")) if part.rstrip().endswith("?")), "")
    first = split_sentences(closing)[0].text.strip() if closing and not _MARKER.search(closing) else ""
    return "" if first.endswith("?") else first


def _cited(sentence: str, passages: Sequence[Passage]) -> str:
    """`sentence` with the marker of the passage it stands in, where that is among this turn's."""
    number = next((place for place, passage in enumerate(passages, start=1) if sentence in passage.text), None)
    return sentence if number is None else f"{sentence} [{number}]"
