"""The consent ledger: what the other person has asked for, in the words in which it was told.

Only what the person writes can enter it; injected text in a reply, a passage or a pasted history cannot, because
nothing else is read. Each entry keeps its sentence, so that it can be shown, and taken back.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.sentences import split_sentences
from knowledge.yamls import read_yaml

Wish = Literal["space", "no_contact", "blocked", "order", "invited"]

SILENCE: frozenset[Wish] = frozenset({"no_contact", "blocked", "order"})
"""Wishes that leave room for no message at all."""

MAX_ENTRIES = 12

DISTANCE: frozenset[Wish] = SILENCE | {"space"}

_THEY = r"(?:he|she|they|my (?:ex|wife|husband|partner|boyfriend|girlfriend|fianc[ée]e?))"
_NOT_NOW = re.compile(
    r"\b(?:if|what if|imagine|suppose|when i was|years ago|used to|in a (?:dream|film|novel))\b", re.I
)
_NOBODY_ASKED = re.compile(r"\b(?:nobody|no one|neither of us) (?:\w+ )?(?:asked|said|told|wants|wanted)\b", re.I)
_CLIPPED = re.compile(r"\b(do|does|did|is|was|are|were|has|have|would|could|should)nt\b", re.I)
_ENDS: dict[Wish, frozenset[Wish]] = {"invited": frozenset({"space", "no_contact", "blocked"})}


class LedgerEntry(BaseModel):
    """One thing that the other person asked for or allowed, and the sentence that told it."""

    model_config = ConfigDict(frozen=True)

    wish: Wish
    sentence: str


def noted(ledger: Iterable[LedgerEntry], message: str) -> tuple[LedgerEntry, ...]:
    """The ledger after `message` by the person: new wishes enter, and an invitation ends the wish for distance.

    An order is ended by a court, never by an invitation.
    """
    entries = list(ledger)
    for sentence in split_sentences(message):
        if _NOT_NOW.search(sentence.text) or _NOBODY_ASKED.search(sentence.text):
            continue
        text = _spelled(sentence.text)
        for wish, pattern in _patterns():
            if not pattern.search(text):
                continue
            ended = _ENDS.get(wish, frozenset())
            entries = [entry for entry in entries if entry.wish not in ended and entry.sentence != sentence.text]
            entries.append(LedgerEntry(wish=wish, sentence=sentence.text[:300]))
            break
    return tuple(entries[-MAX_ENTRIES:])


def told(messages: Iterable[str]) -> tuple[LedgerEntry, ...]:
    """The ledger after all of the person's `messages`, oldest first."""
    ledger: tuple[LedgerEntry, ...] = ()
    for message in messages:
        ledger = noted(ledger, message)
    return ledger


def _spelled(text: str) -> str:
    """With the apostrophes that people leave out on a phone."""
    return _CLIPPED.sub(lambda match: f"{match[1]}n't", text.replace("’", "'"))


@cache
def _patterns() -> tuple[tuple[Wish, re.Pattern[str]], ...]:
    rows = read_yaml((files("service.memory") / "wishes.yaml").read_text(encoding="utf-8"))
    return tuple(
        (row["wish"], re.compile(row["pattern"].replace("\n", "").replace("{they}", _THEY), re.I)) for row in rows
    )
