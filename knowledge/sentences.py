"""Sentences with their offsets, for any language the segmenter knows."""

import re
from dataclasses import dataclass

import sentencex

_LIST_MARKER = re.compile(r"^(?:\(?\d{1,2}[.)]|[-*•>#]+)\s*$")
_CITATION = re.compile(r"^\s*(?:\[\d+\]\s*)+$")

_TYPED_STOP = re.compile(r"\b(?:me|no|ill|co|art|may|dec|jan|feb)\.(?=\s+(?:i|i'm|i’m|im|i've|i’ve|i'll|i’ll)\b)", re.I)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands: `source[start:end] == text`, without surrounding white space."""

    text: str
    start: int
    end: int


def split_sentences(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """Cut `text` into sentences; nothing but white space is lost.

    A bare list marker ("2.") belongs to the sentence after it, a citation marker ("[1]") to the one before, and a
    line break always ends a sentence: chat text often has no other full stop.
    """
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        cursor = line.start()
        pending = cursor
        for piece in sentencex.segment(language, line.group()):
            cursor += len(piece)
            stripped = text[pending:cursor].strip()
            if not stripped or _LIST_MARKER.match(stripped):
                continue
            if _CITATION.match(stripped) and spans and spans[-1][0] >= line.start():
                spans[-1] = (spans[-1][0], cursor)
            else:
                spans.append((pending, cursor))
            pending = cursor
        if text[pending : line.end()].strip():
            spans.append((pending, line.end()))
    return tuple(_trimmed(text, start, end) for start, end in spans)


def split_typed(text: str) -> tuple[Sentence, ...]:
    """As `split_sentences`, for messages: nobody types "me." or "no." there as an abbreviation."""
    found: list[Sentence] = []
    for sentence in split_sentences(text):
        start = sentence.start
        for stop in _TYPED_STOP.finditer(text, sentence.start, sentence.end):
            found.append(_trimmed(text, start, stop.end()))
            start = stop.end()
        found.append(_trimmed(text, start, sentence.end))
    return tuple(found)


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Sentence(piece, start, start + len(piece))


def word_count(text: str) -> int:
    """Words as a reader counts them: runs without white space."""
    return len(text.split())
