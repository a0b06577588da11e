"""Claims that no passage supports: their markers, and where they state facts they themselves, are taken out."""

import re
from collections.abc import Sequence

from knowledge.encoder import Encoder, Vectors
from knowledge.passages import Passage
from knowledge.sentences import split_sentences

_MARKER = re.compile(r"\s?\[(\d{1,2})\]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_FACT = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|per ?cent|in (?:ten|\d+)|out of)"
    r"|\b(?:studies|study|research|researchers|statistics|surveys?|scientists|psychologists|experts|therapists)"
    r" (?:shows?|says?|found|finds?|agree|suggests?|have|has|recommend)\b",
    re.I,
)
_REMEMBERED = 512
_SHARED_WORDS = 0.5
_NEAR = 0.5
"""Cosine similarity from which a sentence of a passage says what a claim says; chosen on paraphrases of our articles
and on the same claims beside passages about something else (tests/service/test_grounding.py)."""


class Grounding:
    """Holds claims against passages; what it takes out depends on the sentence and the passages alone."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._recent: dict[tuple[str, ...], str | None] = {}

    def grounded(self, text: str, passages: Sequence[Passage]) -> str:
        """`text` with markers only where the passage says it; facts that none says are left out with their sentence.

        A marker beside a claim that another passage supports is moved to that one.
        """
        kept: list[str] = []
        cursor = 0
        for sentence in split_sentences(text):
            before = text[cursor : sentence.start]
            cursor = sentence.end
            held = self._remembered(sentence.text, passages)
            if held is not None:
                kept.append(before + held)
        return "".join(kept).lstrip() + (text[cursor:] if kept else "")

    def _remembered(self, sentence: str, passages: Sequence[Passage]) -> str | None:
        """A streamed reply is told sentence by sentence: the ones before are not weighed again."""
        key = (sentence, *(passage.text for passage in passages))
        if key not in self._recent:
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[key] = self._held(sentence, passages)
        return self._recent[key]

    def _held(self, sentence: str, passages: Sequence[Passage]) -> str | None:
        claim = _MARKER.sub("", sentence)
        cited = [int(match[1]) for match in _MARKER.finditer(sentence)]
        is_fact = _FACT.search(claim) is not None
        if not cited and not is_fact:
            return sentence
        supporting = [number for number in cited if self._says(passages, number, claim)]
        if supporting:
            return _MARKER.sub(lambda match: match.group() if int(match[1]) in supporting else "", sentence)
        others = (number for number in range(1, len(passages) + 1) if number not in cited)
        other = next((number for number in others if self._says(passages, number, claim)), None)
        if other is not None:
            return f"{claim} [{other}]"
        return None if is_fact else claim

    def _says(self, passages: Sequence[Passage], number: int, claim: str) -> bool:
        if not 1 <= number <= len(passages):
            return False
        text = passages[number - 1].text
        if not set(_NUMBER.findall(claim)) <= set(_NUMBER.findall(text)):
            return False
        words = _words(claim)
        if words and len(words & _words(text)) / len(words) >= _SHARED_WORDS:
            return True
        sentences = [sentence.text for sentence in split_sentences(text)]
        vectors: Vectors = self._encoder.embed([claim, *sentences, text])
        return bool(max(vectors[1:] @ vectors[0]) >= _NEAR)


def _words(text: str) -> set[str]:
    return {word.lower()[:6] for word in _WORD.findall(text)}
