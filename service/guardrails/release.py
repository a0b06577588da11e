"""What of a growing draft may leave: whole sentences, once everything up to them is clear."""

import re
from collections.abc import Sequence

from knowledge.sentences import split_sentences
from service.conversation import Turn
from service.guardrails.guardrail import Verdict
from service.guardrails.screen import Screen

_MARKER_BEGINS = re.compile(r"\[\d{0,2}$|(?:\[\d{1,2}\]\s*)+$")
_MARKER = re.compile(r"\[\d{1,2}\]")
_WORD = re.compile(r"\w")
_ENDS = re.compile(r"[^\W\d_]{3}[.!?][”\"]?$")
"""An end that nothing can follow: no number, no initial, no dots; what is abbreviated, the segmenter knows."""
_NEXT = "Then"


class ReleaseGate:
    """Gathers a draft to sentences and judges each with all that went before and the conversation.

    `text` is the reply so far, `released` the length of its part that passed and may be shown. A sentence counts as
    whole once its end is beyond doubt, or a word of the next one stands behind it. A citation marker may come after
    its sentence: it says nothing that would have to be judged.
    """

    def __init__(self, screen: Screen, history: Sequence[Turn], begun: str = "") -> None:
        """`begun` was released by an earlier draft: what is added goes on from there, with or without repeating it."""
        self._screen = screen
        self._history = tuple(history)
        self._begun = begun
        self._added = ""
        self._last: Verdict | None = None
        self.released = len(begun)

    @property
    def text(self) -> str:
        """What was begun and what was added, as one text."""
        added = self._added.lstrip()
        if not self._begun or not added:
            return self._begun or added
        if added.startswith(self._begun):
            return added
        if self._begun.startswith(added.rstrip()):  # it may still turn out to repeat what was begun
            return self._begun
        between = "\n\n" if self._added.startswith("\n") else " "
        return f"{self._begun}{between}{added}"

    @property
    def judged(self) -> Verdict | None:
        """What was said of the whole text, or of a part that was stopped; nothing where the rest is not judged yet."""
        last = self._last
        return last if last is not None and (not last.clear or self.released >= len(self.text.rstrip())) else None

    def add(self, piece: str) -> None:
        """Take in what the writer wrote next."""
        self._added += piece

    async def judge(self) -> Verdict | None:
        """Judge the sentences that are whole by now, and release them if they are clear; nothing where none is new."""
        text = self.text
        end = _whole(text)
        if end <= self.released:
            return None
        if _WORD.search(_MARKER.sub("", text[self.released : end])) is None:
            self.released = end
            return None
        verdict = await self._screen.judge("coach_draft", text[:end], self._history)
        self._last = verdict
        if verdict.clear:
            self.released = end
        return verdict


def _whole(text: str) -> int:
    """Length of the part of `text` that ends with its last whole sentence."""
    ended = text.rstrip()
    if _ENDS.search(ended) and _closed(ended) and split_sentences(f"{ended} {_NEXT}")[-1].text == _NEXT:
        return len(ended)
    sentences = split_sentences(text)
    if sentences and _unfinished(sentences[-1].text):
        sentences = sentences[:-1]
    return sentences[-2].end if len(sentences) > 1 else 0


def _closed(text: str) -> bool:
    """Whether no quotation or bracket of the last line is still open."""
    line = text.rpartition("\n")[2]
    pairs = all(line.count(opens) <= line.count(closes) for opens, closes in ("“”", "()", "«»"))
    return pairs and line.count('"') % 2 == 0


def _unfinished(last: str) -> bool:
    return _MARKER_BEGINS.match(last) is not None or _WORD.search(last) is None
