"""How the learned judge reads a case: the same tokens in training and in service.

First the surface and the last turns, then the text that is judged: `[CLS] surface history [SEP] text [SEP]`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.sentences import split_sentences
from knowledge.tactics import LABELS, Surface

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TEXT_TOKENS = 192
MAX_HISTORY_TOKENS = 72
_HISTORY_TURNS = 6
_WORDS_OF_A_TURN = 60

SURFACE_WORDS = {"user_message": "question", "coach_draft": "reply", "message_to_ex": "message"}
_SPEAKERS = {"user": "user", "assistant": "coach", "system": "coach"}

DECISIONS = {
    "user_message": ("allow", "redirect", "escalate", "refuse"),
    "coach_draft": ("pass", "block"),
    "message_to_ex": ("pass", "flag"),
}
"""Decisions of a surface; the first lets the text pass."""

OUTPUTS = tuple((surface, decision) for surface, decisions in DECISIONS.items() for decision in decisions)
"""What the decision head's columns stand for, in order."""

LABEL_OUTPUTS = LABELS
"""What the label head's columns stand for, in order."""

Row = tuple[list[int], list[int]]
"""Token ids, and for each whether it belongs to the judged text (1) or to what stands before it (0)."""


class CaseReader:
    """Turns cases into rows of tokens."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._cls, self._sep = tokenizer.encode("").ids

    def row(self, surface: Surface, history: Sequence[tuple[str, str]], text: str) -> Row:
        """One row; text past the token limit is cut."""
        return self._row(self._context(surface, history), self._ids(text)[:MAX_TEXT_TOKENS])

    def rows(self, surface: Surface, history: Sequence[tuple[str, str]], text: str) -> list[Row]:
        """As many rows as it takes to read the whole text; a cut falls between sentences where it can."""
        context = self._context(surface, history)
        whole = self._ids(text)
        if len(whole) <= MAX_TEXT_TOKENS:
            return [self._row(context, whole)]
        windows: list[list[int]] = [[]]
        for sentence in split_sentences(text):
            ids = self._ids(sentence.text)
            for start in range(0, len(ids), MAX_TEXT_TOKENS):
                piece = ids[start : start + MAX_TEXT_TOKENS]
                if len(windows[-1]) + len(piece) > MAX_TEXT_TOKENS:
                    windows.append([])
                windows[-1].extend(piece)
        return [self._row(context, window) for window in windows if window]

    def _context(self, surface: Surface, history: Sequence[tuple[str, str]]) -> list[int]:
        told = " ".join(
            f"{_SPEAKERS[role]}: {' '.join(content.split()[:_WORDS_OF_A_TURN])}"
            for role, content in history[-_HISTORY_TURNS:]
        )
        before = self._ids(told)[-MAX_HISTORY_TOKENS:] if told else []
        return [self._cls, *self._ids(SURFACE_WORDS[surface]), *before, self._sep]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _row(self, context: list[int], text: list[int]) -> Row:
        return [*context, *text, self._sep], [0] * len(context) + [1] * (len(text) + 1)
