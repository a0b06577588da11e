"""A message made fair with the person's own words: what presses, blames or excuses goes, the rest stays as it is."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.sentences import Sentence, word_count
from service.writing.apology import apology_elements
from service.writing.faults import Fault, faults_in, mendable, pressing
from service.writing.message_pieces import Piece, drop_what_hangs, greets, is_fair, joined, pieces_of, release
from service.writing.wording import straight

Stops = Callable[[str], Awaitable[bool]]
"""Tells whether the guards stop a message."""

MAX_SENTENCES = 40

_JOINTS = re.compile(r"(?:[,;:]|\s[–—-]|\s(?:and|so|but|then|because|please|just|or|now|also))\s*$", re.I)
_NEXT_CLAUSE = re.compile(r"(?:[,;–—]| -|\band\b)\s*(?:and )?(?=(?:i|i'm|i've|you)\b)", re.I)
_OPENS_UNDER = re.compile(
    r"\W*(?:if|when|whenever|because|since|as|after|before|while|until|unless|although|though|once|in case|so that"
    r"|even if|for|with|without|despite|given)\b",
    re.I,
)
_CONCEDES = re.compile(
    r"\W*i know (?:that )?(?:i|you|u|we)(?:'d| have|'ve)? (?:said|promised|asked|told|agreed|want(?:ed)?|need)", re.I
)
"""Opens what is said only to be overruled ("I know you asked for space, but")."""
_SAYS = re.compile(
    r"\b(?:i|im|we|you|u|it|this|that|there|he|she|they)(?:'\w+)?\b|\b(?:sorry|thanks?|miss|was|is|were|are)\b", re.I
)
_STANDS_ALONE = frozenset({"begging", "forced_commitment"})
"""What the guards find and a message can have beside fair sentences; with other tactics the rest leans the same way."""
_PRESSES = frozenset({"threatens", "deadline", "watches", "blames"})
"""Faults of craft around which the rest leans the same way."""
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


async def rewritten(message: str, found: Sequence[Fault], stops: Stops) -> Rewrite | None:
    """`message` without what is wrong with it; nothing where too little would be left, or what is left fails again.

    `found` are faults that the guards told; what they stop is taken out sentence by sentence, and of a message that
    presses only what is fair in itself stays.
    """
    pieces = pieces_of(message)
    if len(pieces) > MAX_SENTENCES:
        return None
    in_apology = bool(apology_elements(message))
    for piece in pieces:
        _mend(piece, in_apology)
        if piece.fault is None and any(_points_at(fault, piece.sentence) for fault in found):
            piece.drop(_reason(piece, found))
    craft = [piece.fault for piece in pieces if piece.fault is not None]
    reasons = found or craft
    if not reasons:
        return None
    drop_what_hangs(pieces, pressed=False)
    release(pieces)  # before the guards read, because a line that frees is a part of what they judge
    if await stops(joined(pieces)):
        await _drop_what_stops(pieces, reasons, stops)
    pressed = any(
        fault.id in _PRESSES or (fault.instead and fault.id not in _STANDS_ALONE) for fault in (*found, *craft)
    )
    if pressed:
        await _drop_what_stops_alone(pieces, reasons, stops)
    drop_what_hangs(pieces, pressed=pressed)
    release(pieces)
    text = joined(pieces)
    if text == message or not _worth_sending(message, pieces) or mendable(faults_in(text)) or await stops(text):
        return None
    changes = (_change(piece) for piece in pieces if piece.fault is not None)
    return Rewrite(text, tuple(sorted(changes, key=lambda change: change.start)))


def _mend(piece: Piece, in_apology: bool) -> None:
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
        to = fault.to if sentence[:1].isupper() else fault.to.lower()
        return f"{sentence[:start].rstrip()} {to} {sentence[end:].lstrip()}"
    before = sentence[:start]
    joint = fault.mend == "cut" or _JOINTS.search(before) is not None
    while _JOINTS.search(before):
        before = _JOINTS.sub("", before)
    head = before if joint and _is_whole(before) else ""
    tail = ""
    if (split := _NEXT_CLAUSE.search(straight(sentence), start + 1)) is not None and fault.mend == "drop":
        rest = sentence[split.end() :]
        owns = any(found.present and found.element != "forgiveness" for found in apology_elements(f"Sorry. {rest}")[:2])
        tail = rest if owns else ""
    return " ".join(part for part in (_ended(head, sentence), _begun(tail, sentence)) if part)


def _is_whole(clause: str) -> bool:
    """Whether a clause can be the whole sentence: no address, no "when you read this", no "I know you said"."""
    plain = straight(clause)
    says = word_count(clause) >= _FEWEST_IN_A_CLAUSE and _SAYS.search(plain) is not None
    return says and not greets(clause) and not (_OPENS_UNDER.match(plain) or _CONCEDES.match(plain))


def _ended(clause: str, sentence: str) -> str:
    clause = clause.rstrip(" ,;:–—-")
    if not clause or clause[-1] in ".!?…":
        return clause
    return f"{clause}." if sentence.rstrip()[-1] in ".!?…" else clause


def _begun(clause: str, sentence: str) -> str:
    clause = clause.strip()
    return clause[:1].upper() + clause[1:] if sentence[:1].isupper() else clause


async def _drop_what_stops(pieces: Sequence[Piece], found: Sequence[Fault], stops: Stops) -> None:
    """The one sentence without which the rest passes, or else each that fails after those before it."""
    for piece in sorted(pieces, key=lambda piece: not any(_touches(fault, piece.sentence) for fault in found)):
        rest = joined([other for other in pieces if other is not piece])
        if piece.text and rest and not await stops(rest):
            piece.drop(_reason(piece, found))
            return
    kept: list[Piece] = []
    for piece in pieces:
        if piece.text and await stops(joined([*kept, piece])):
            piece.drop(_reason(piece, found))
        kept.append(piece)


async def _drop_what_stops_alone(pieces: Sequence[Piece], found: Sequence[Fault], stops: Stops) -> None:
    """Each sentence that fails by itself and is not plainly fair: the rest around it can hide it from the guards."""
    for piece in pieces:
        if piece.text and not is_fair(piece.text) and await stops(piece.text):
            piece.drop(_reason(piece, found))


def _reason(piece: Piece, found: Sequence[Fault]) -> Fault:
    """The fault that touches the sentence, or the surest."""
    return min(found, key=lambda fault: not _touches(fault, piece.sentence))


def _points_at(fault: Fault, sentence: Sentence) -> bool:
    """Whether the guards mean this sentence and not the message as a whole."""
    return sentence.start <= fault.start and fault.end <= sentence.end


def _touches(fault: Fault, sentence: Sentence) -> bool:
    return fault.start < sentence.end and sentence.start < fault.end


def _worth_sending(message: str, pieces: Sequence[Piece]) -> bool:
    """Whether what is left still says something of the person's own, and owns what the message owned."""
    said = " ".join(piece.text for piece in pieces if piece.own and not greets(piece.text))
    before, after = (_elements(text) for text in (message, f"Sorry. {said}"))
    if word_count(said) < _FEWEST_WORDS or ("responsibility" in before and "responsibility" not in after):
        return False
    return not before or bool(_elements(said) & {"responsibility", "regret"})


def _elements(text: str) -> set[str]:
    return {found.element for found in apology_elements(text) if found.present}


def _change(piece: Piece) -> Change:
    assert piece.fault is not None
    sentence = piece.sentence
    kind: Literal["replaced", "shortened"] = "replaced" if piece.freed else "shortened"
    return Change(kind if piece.text else "left out", sentence.start, sentence.end, sentence.text, piece.fault.why)
