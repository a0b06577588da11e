"""A message made fair with the person's own words: what presses, blames or excuses goes, the rest stays as it is."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from knowledge.sentences import Sentence, split_typed, word_count
from service.writing.apology import apology_elements
from service.writing.faults import Fault, faults_in, mendable, pressing
from service.writing.wording import straight

Stops = Callable[[str], Awaitable[bool]]
"""Tells whether the guards stop a message."""

MAX_SENTENCES = 40

_RELEASE = "You don't have to answer."
_FREES = re.compile(
    r"\b(?:(?:don't|do not|needn't|dont) (?:have to |need to |need |expect )?(?:you to )?(?:an? )?(?:answer|reply"
    r"|respond|write|do anything|say)"
    r"|no need|no (?:answer|reply)|don't expect|not expecting|take (?:all the|your) time|up to you)\b",
    re.I,
)
_JOINTS = re.compile(r"(?:[,;:]|\s[–—-]|\s(?:and|so|but|then|because|please|just|or|now|also))\s*$", re.I)
_NEXT_CLAUSE = re.compile(r"(?:[,;–—]| -|\band\b)\s*(?:and )?(?=(?:i|i'm|i've|you)\b)", re.I)
_LEANS = re.compile(r"\W*(?:it|that|this|they|those|these|otherwise|or else|if not|which)\b", re.I)
_GREETING = re.compile(
    r"\W*(?:(?:hi|hey|hello|dear|hiya|morning|evening)\b(?: [\w']+){0,3}|[\w']+(?: [\w']+)?,)\W*$", re.I
)
_FEWEST_WORDS = 4
_FEWEST_IN_A_CLAUSE = 3
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one sentence: `words` of the message between these offsets, and why they could not stay."""

    kind: Literal["left out", "shortened", "replaced"]
    start: int
    end: int
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The fair version and every change that was made for it."""

    text: str
    changes: tuple[Change, ...]


@dataclass(slots=True)
class _Piece:
    """A sentence, what is left of it, and the fault that took the rest."""

    sentence: Sentence
    gap: str
    text: str
    fault: Fault | None = None


async def rewritten(message: str, found: Sequence[Fault], stops: Stops) -> Rewrite | None:
    """`message` without what is wrong with it; nothing where too little would be left, or what is left fails again.

    `found` are faults that the guards told; what they stop is taken out sentence by sentence.
    """
    pieces = _pieces(message)
    if len(pieces) > MAX_SENTENCES:
        return None
    in_apology = bool(apology_elements(message))
    for piece in pieces:
        _mend(piece, in_apology)
        if piece.fault is None and any(_points_at(fault, piece.sentence) for fault in found):
            _drop(piece, found)
    _release(message, pieces)
    if await stops(_joined(pieces)):
        await _drop_what_stops(pieces, found, stops)
        _release(message, pieces)
    _drop_what_hangs(pieces)
    text = _joined(pieces)
    if text == message or not _worth_sending(message, pieces) or mendable(faults_in(text)) or await stops(text):
        return None
    return Rewrite(text, tuple(_change(piece) for piece in pieces if piece.fault is not None))


def _pieces(message: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    end = 0
    for sentence in split_typed(message):
        pieces.append(_Piece(sentence, message[end : sentence.start], sentence.text))
        end = sentence.end
    return pieces


def _mend(piece: _Piece, in_apology: bool) -> None:
    """Take the faults of craft out of one sentence, one after the other."""
    for _ in range(_ROUNDS):
        fault = next((fault for fault in pressing(piece.text, in_apology=in_apology) if fault.mend != "tell"), None)
        if fault is None:
            return
        piece.fault = piece.fault or fault
        piece.text = _without(piece.text, fault)


def _without(sentence: str, fault: Fault) -> str:
    """`sentence` without the fault: the clauses before it, and one after it that owns or changes something."""
    start, end = fault.start, fault.end
    if fault.mend == "swap":
        return f"{sentence[:start].rstrip()} {fault.to} {sentence[end:].lstrip()}"
    before = sentence[:start]
    joint = fault.mend == "cut" or _JOINTS.search(before) is not None
    while _JOINTS.search(before):
        before = _JOINTS.sub("", before)
    head = before if joint and word_count(before) >= _FEWEST_IN_A_CLAUSE else ""
    tail = ""
    if (split := _NEXT_CLAUSE.search(straight(sentence), start + 1)) is not None and fault.mend == "drop":
        rest = sentence[split.end() :]
        owns = any(found.present and found.element != "forgiveness" for found in apology_elements(f"Sorry. {rest}")[:2])
        tail = rest if owns else ""
    return " ".join(part for part in (_ended(head, sentence), _begun(tail, sentence)) if part)


def _ended(clause: str, sentence: str) -> str:
    clause = clause.rstrip(" ,;:–—-")
    if not clause or clause[-1] in ".!?…":
        return clause
    return f"{clause}." if sentence.rstrip()[-1] in ".!?…" else clause


def _begun(clause: str, sentence: str) -> str:
    clause = clause.strip()
    return clause[:1].upper() + clause[1:] if sentence[:1].isupper() else clause


async def _drop_what_stops(pieces: list[_Piece], found: Sequence[Fault], stops: Stops) -> None:
    """The one sentence without which the rest passes, or else each that fails after those before it."""
    for piece in sorted(pieces, key=lambda piece: not any(_touches(fault, piece.sentence) for fault in found)):
        rest = _joined([other for other in pieces if other is not piece])
        if piece.text and rest and not await stops(rest):
            _drop(piece, found)
            return
    kept: list[_Piece] = []
    for piece in pieces:
        if piece.text and await stops(_joined([*kept, piece])):
            _drop(piece, found)
        kept.append(piece)


def _drop(piece: _Piece, found: Sequence[Fault]) -> None:
    """Leave the sentence out, for the guards' reason that touches it or the surest that they gave."""
    piece.text = ""
    piece.fault = piece.fault or min(found, key=lambda fault: not _touches(fault, piece.sentence))


def _points_at(fault: Fault, sentence: Sentence) -> bool:
    """Whether the guards mean this sentence and not the message as a whole."""
    return sentence.start <= fault.start and fault.end <= sentence.end


def _touches(fault: Fault, sentence: Sentence) -> bool:
    return fault.start < sentence.end and sentence.start < fault.end


def _drop_what_hangs(pieces: list[_Piece]) -> None:
    """A sentence that points back at one that went ("That hurt.") goes with it, unless it owns something."""
    for before, piece in pairwise(pieces):
        if before.fault and not before.text and piece.text and _LEANS.match(straight(piece.text)):
            owns = any(found.present for found in apology_elements(f"Sorry. {piece.text}")[:1])
            if not owns:
                piece.text, piece.fault = "", before.fault


def _release(message: str, pieces: list[_Piece]) -> None:
    """Where something was asked for, one line that frees them, in the place of the last sentence that asked."""
    asking = [piece for piece in pieces if piece.fault is not None and piece.fault.asks and not piece.text]
    if asking and not any(_FREES.search(straight(piece.text)) for piece in pieces):
        asking[-1].text = _RELEASE.lower() if message.islower() else _RELEASE


def _joined(pieces: Sequence[_Piece]) -> str:
    text = ""
    gap = ""
    for piece in pieces:
        gap = max(gap, piece.gap, key=lambda white: (white.count("\n"), len(white)))
        if piece.text:
            text += (gap if text else "") + piece.text
            gap = ""
    return text.strip()


def _worth_sending(message: str, pieces: Sequence[_Piece]) -> bool:
    """Whether what is left still says something of the person's own, and owns what the message owned."""
    own = [piece.text for piece in pieces if piece.text and piece.text.lower() != _RELEASE.lower()]
    said = " ".join(text for text in own if not _GREETING.match(text))
    before, after = (_elements(text) for text in (message, f"Sorry. {said}"))
    if word_count(said) < _FEWEST_WORDS or ("responsibility" in before and "responsibility" not in after):
        return False
    return not before or bool(_elements(said) & {"responsibility", "regret"})


def _elements(text: str) -> set[str]:
    return {found.element for found in apology_elements(text) if found.present}


def _change(piece: _Piece) -> Change:
    assert piece.fault is not None
    sentence = piece.sentence
    released = piece.text.lower() == _RELEASE.lower()
    kind: Literal["left out", "shortened", "replaced"] = "replaced" if released else "shortened"
    return Change(kind if piece.text else "left out", sentence.start, sentence.end, sentence.text, piece.fault.why)
