"""A message as sentences, some of which go: what of the rest can stand, and what only served a sentence that went.

A sentence can pass every guard by itself and still be the lever of the one that was beside it ("Your choice.", "I moved
cities for you."). So where a message presses, what stays has to begin with something fair: a deed owned, a regret, a
thank-you, a wish for the other.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.sentences import Sentence, split_typed, word_count
from service.writing.apology import clauses
from service.writing.faults import Fault
from service.writing.wording import straight

_RELEASE = "You don't have to answer."
_FREES = re.compile(
    r"\b(?:(?:don't|do not|needn't|dont) (?:have to |need to |need |expect |owe me )?(?:you to )?(?:an? )?(?:answer"
    r"|reply|respond|write|do anything|say)"
    r"|no need|no (?:answer|reply)|don't expect|not expecting|not asking|take (?:all the|your) time|up to you)\b",
    re.I,
)
_KIND = re.compile(
    r"\b(?:thank(?:s| you)\b|i (?:respect|accept) (?:it|that|your)|i understand\b(?! you\b)"
    r"|i wish you (?:well|all|the|every|luck|happiness)|i(?:'m| am) (?:\w+ )?(?:glad|happy for|grateful|proud)"
    r"|(?:i|i'm|am) (?:\w+ )?(?:hope|hoping) (?:that )?(?:you(?:'re| are)(?: \w+)? (?:well|ok|okay|fine|safe)|your|it)"
    r"|you were right|you deserved? (?:better|more|the truth|an (?:apology|honest))|take care|be well|happy birthday"
    r"|congratulations|good luck|(?:not|never|wasn't) your fault)",
    re.I,
)
"""Words of love and of missing are not here: beside a threat they are a part of it."""
_CONDITION = re.compile(
    r"\b(?:(?:if|once|until|till|as (?:soon|long) as) (?:you|u)\b"
    r"(?! (?:(?:ever|would|do|don't|ever do) )?(?:want|like|need|prefer|rather|feel))"
    r"|if i (?:don't|can't|lose|see)\b|unless (?:you|u)\b(?! (?:do|want|write|ask)\b)|either (?:you|we|i)\b)",
    re.I,
)
"""What makes the other person's next step a price; leave to write, or not to, is none."""
_LEANS = re.compile(r"\W*(?:it|that|this|they|those|these|otherwise|or else|if not|which|(?:your|the) choice)\b", re.I)
_GREETING = re.compile(
    r"\W*(?:(?:hi|hey|hello|dear|hiya|morning|evening)\b(?: [\w']+){0,3}|[\w']+(?: [\w']+)?,)\W*$", re.I
)
_SIGNS_OFF = re.compile(
    r"\W*(?:(?:(?i:all my love|love|yours|(?:all the )?best|take care|sleep well|be well|(?:good)?bye|good night"
    r"|x[xo]*)\b[\w ,']{0,20}[.!]?)|[A-Z][\w'-]*(?: [A-Z][\w'-]*)?)$"
)
_FEW_WORDS = 4
"""So short a sentence after one that went echoes it ("I mean it.")."""


@dataclass(slots=True)
class Piece:
    """A sentence with the white space before it, what is left of it, and the fault that took the rest."""

    sentence: Sentence
    gap: str
    text: str
    fault: Fault | None = None
    freed: bool = False

    @property
    def own(self) -> bool:
        """Whether the person's words are left in it."""
        return bool(self.text) and not self.freed

    def drop(self, fault: Fault) -> None:
        """Leave it out, for the reason it was shortened for already or else for `fault`."""
        self.text, self.fault = "", self.fault or fault


def pieces_of(message: str) -> list[Piece]:
    """The sentences of `message`, all of them still whole."""
    pieces: list[Piece] = []
    end = 0
    for sentence in split_typed(message):
        pieces.append(Piece(sentence, message[end : sentence.start], sentence.text))
        end = sentence.end
    return pieces


def joined(pieces: Iterable[Piece]) -> str:
    """What is left, with the widest white space where something went."""
    text = ""
    gap = ""
    for piece in pieces:
        gap = max(gap, piece.gap or " ", key=lambda white: (white.count("\n"), len(white)))
        if piece.text:
            text += (gap if text else "") + piece.text
            gap = ""
    return text.strip()


def greets(text: str) -> bool:
    """Whether it is an address and nothing more."""
    return _GREETING.match(straight(text)) is not None


def drop_what_hangs(pieces: Sequence[Piece], *, pressed: bool) -> None:
    """Leave out what only served a sentence that went ("That hurt.", "I mean it.").

    Of a message that `pressed`, only what begins with a fair sentence stays, up to the next that went.
    """
    first = next((piece.fault for piece in pieces if piece.fault), None) if pressed else None
    gone = first
    for at, piece in enumerate(pieces):
        if not piece.text:
            gone = piece.fault or gone
        elif greets(piece.text) or _signs_off(pieces, at):
            continue
        elif first and _CONDITION.search(straight(piece.text)):
            gone = gone or first
            piece.drop(gone)
        elif is_fair(piece.text):
            gone = None
        elif gone and (pressed or _hangs(piece.text)):
            piece.drop(gone)
        else:
            gone = None


def is_fair(text: str) -> bool:
    """Whether a sentence gives something: owns, regrets or mends a deed, thanks, wishes well or frees."""
    plain = straight(text)
    owns = any(clauses(element, text) for element in ("responsibility", "regret", "repair", "change"))
    return owns or _KIND.search(plain) is not None or _FREES.search(plain) is not None


def release(pieces: list[Piece]) -> None:
    """Where something was asked for and nothing else frees them, one line that does, after all else but a name."""
    asking = [piece for piece in pieces if piece.fault is not None and piece.fault.asks and not piece.text]
    if not asking or any(_FREES.search(straight(piece.text)) for piece in pieces):
        return
    freeing = asking[-1]
    last = max((at for at, piece in enumerate(pieces) if piece.text and not _signs_off(pieces, at)), default=-1)
    if pieces.index(freeing) < last:
        pieces.remove(freeing)
        pieces.insert(last, freeing)
        freeing.gap = " "
    freeing.text, freeing.freed = _in_their_typing(pieces), True


def _in_their_typing(pieces: Sequence[Piece]) -> str:
    written = " ".join(piece.sentence.text for piece in pieces)
    line = _RELEASE.replace("'", "’") if "’" in written else _RELEASE
    return line if any(piece.sentence.text[:1].isupper() for piece in pieces) else line.lower()


def _hangs(text: str) -> bool:
    return _LEANS.match(straight(text)) is not None or word_count(text) <= _FEW_WORDS


def _signs_off(pieces: Sequence[Piece], at: int) -> bool:
    return not any(piece.text for piece in pieces[at + 1 :]) and _SIGNS_OFF.match(pieces[at].text) is not None
