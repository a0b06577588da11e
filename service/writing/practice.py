"""A practice talk with a fair, hurt ex: when it begins, what each turn of it was, and when it ends.

It is a rehearsal and marked as one on every line. It is not offered where somebody may be in danger or asked for
silence.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.memory.ledger import SILENCE, LedgerEntry
from service.writing.apology import apology_elements
from service.writing.faults import faults_in, pressing
from service.writing.wording import load_wordings

Step = Literal["begins", "speaks", "ends", "barred"]
Turn = Literal["owns", "vague", "explains", "demands", "presses", "asks", "listens", "silence", "stuck", "other"]
"""What the person did in a turn, as the ex in the talk hears it."""

EX = "Practice · your ex: "
COACH = "Practice · coach: "
OVER = "Practice over · coach: "
TURNS = 10
"""Turns after which a practice ends by itself."""

_DANGER = frozenset({"abuse_victim", "crisis_violence", "no_contact_order"})
_PRESSES = frozenset({"threatens", "deadline"})
_EXPLAINS = frozenset({"but", "blames", "shrinks", "if-you-felt", "if-i"})


class Practice(BaseModel):
    """Where a practice stands: what happens in this turn, and what the person did in each so far.

    `barred` names why it is not offered; `stopped` tells that the person ended it, so that nobody answers in the role.
    """

    model_config = ConfigDict(frozen=True)

    step: Step
    turns: tuple[Turn, ...] = ()
    barred: Literal["danger", "silence"] | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether the next message belongs to it."""
        return self.step in ("begins", "speaks")


def stepped(
    practice: Practice | None, message: str, decision: str, ledger: Iterable[LedgerEntry], categories: Iterable[str]
) -> Practice | None:
    """The practice after `message`, which the guards gave `decision`; nothing where none is on.

    `categories` are what the guards found in the conversation: where danger was among it, none begins.
    """
    if decision not in ("allow", "redirect"):
        return None
    if practice is None or not practice.running:
        asked = decision == "allow" and load_wordings("requests")["practise"].spans(message)
        return _begun(ledger, categories) if asked else None
    if load_wordings("requests")["stop"].spans(message):
        return Practice(step="ends", turns=practice.turns, stopped=True)
    turns = (*practice.turns, "presses" if decision == "redirect" else turn_of(message))
    return Practice(step="ends" if len(turns) >= TURNS else "speaks", turns=turns)


def turn_of(message: str) -> Turn:
    """What a message does in the talk: what weighs most with a hurt person comes first."""
    wordings = load_wordings("practice_turns")
    if wordings["silence"].spans(message):
        return "silence"
    if load_wordings("requests")["wording"].spans(message):
        return "stuck"
    faults = {fault.id for fault in pressing(message, in_apology=True)}
    if faults & _PRESSES:
        return "presses"
    if faults - _EXPLAINS - {"vague", "grand-promise"}:
        return "demands"
    if faults & _EXPLAINS:
        return "explains"
    if any(found.element == "responsibility" and found.present for found in apology_elements(f"Sorry. {message}")):
        return "owns"
    if any(fault.id in ("vague", "unowned") for fault in faults_in(message)):
        return "vague"
    if "?" in message and wordings["asks"].spans(message):
        return "asks"
    if wordings["listens"].spans(message):
        return "listens"
    return "asks" if "?" in message else "other"


def _begun(ledger: Iterable[LedgerEntry], categories: Iterable[str]) -> Practice:
    wishes = {entry.wish for entry in ledger}
    if "order" in wishes or _DANGER & set(categories):
        return Practice(step="barred", barred="danger")
    if wishes & SILENCE:
        return Practice(step="barred", barred="silence")
    return Practice(step="begins")


def spoken(text: str) -> str:
    """What was said in the role, without marks and without the coach's lines; other texts as they are."""
    lines = [line.removeprefix(EX) for line in text.splitlines() if line.startswith(EX)]
    return "\n".join(lines) or text


class LineMarker:
    """Puts a mark before each line of a text that comes in pieces, once, whether or not the writer wrote it."""

    def __init__(self, mark: str, *, begun: bool = False) -> None:
        """`begun`: the text goes on in a line that has its mark."""
        self._mark = mark
        self._line: str | None = None if begun else ""

    def add(self, piece: str) -> str:
        """What may be passed on of the text so far; the beginning of a line is held until its mark is sure."""
        passed = ""
        for char in piece:
            if self._line is None:
                passed += char
                if char == "\n":
                    self._line = ""
            elif char == "\n":
                passed += self.end() + char
                self._line = ""
            else:
                self._line += char
                if len(self._line.lstrip()) >= len(self._mark):
                    passed += self.end()
        return passed

    def end(self) -> str:
        """What is still held, with its mark."""
        line, self._line = self._line, None
        if line is None or not line.strip():
            return ""
        return self._mark + line.lstrip().removeprefix(self._mark.strip()).lstrip()
