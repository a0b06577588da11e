"""What a turn owes the person besides its answer: to ask how it went, to hear that it did, to be put right."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.memory.circles import asked_again
from service.memory.corrections import Correction
from service.memory.deeds import deed_of
from service.memory.facts import Fact
from service.memory.ledger import DISTANCE, SILENCE, LedgerEntry, Wish
from service.memory.reading import told

CheckInKind = Literal[
    "corrected", "taken_back", "goodbye", "kept", "missed", "crossed", "circles", "ask", "ask_step", "welcome"
]

AWAY = timedelta(days=1)
"""The time without a word after which somebody has come back."""


class CheckIn(BaseModel):
    """One thing to say first, and the words of the person (of `ask_step`: of the coach) that it is about."""

    model_config = ConfigDict(frozen=True)

    kind: CheckInKind
    told: str = ""
    about: Fact | None = None

    @property
    def asks(self) -> bool:
        """Whether it is a question by itself."""
        return self.kind in ("ask", "ask_step", "taken_back")


class Arrival(BaseModel):
    """A message as it comes in: when, after which other messages, and when the last of them was."""

    model_config = ConfigDict(frozen=True)

    message: str
    at: datetime
    earlier: tuple[str, ...] = ()
    last_at: datetime | None = None

    @property
    def returns(self) -> bool:
        """Whether the person comes back after a day or more."""
        return self.last_at is not None and self.at - self.last_at >= AWAY


def check_in(
    facts: Sequence[Fact], turn_id: str, correction: Correction | None, arrival: Arrival, ledger: Iterable[LedgerEntry]
) -> CheckIn | None:
    """What to say first in this turn, given the facts after its message: one thing at most."""
    wishes = {entry.wish for entry in ledger}
    if correction is not None:
        return CheckIn(kind=correction)
    if any(telling.rule.kind == "goodbye" for telling in told(arrival.message, "talk")):
        return CheckIn(kind="goodbye")
    settled = next((fact for fact in facts if fact.outcome_turn_id == turn_id), None)
    if settled is not None:
        return _settled(settled, wishes)
    if again := asked_again(arrival.message, arrival.earlier):
        return CheckIn(kind="circles", told=again)
    return _asked_after([fact for fact in facts if fact.turn_id != turn_id], arrival, wishes)


def _settled(fact: Fact, wishes: Iterable[Wish]) -> CheckIn | None:
    """A kept word is celebrated and a missed one is no disaster, unless the other person wished for the contrary."""
    if not (deed_of(fact.value).reaches_out and DISTANCE.intersection(wishes)):
        return CheckIn(kind="kept" if fact.status == "kept" else "missed", told=fact.value, about=fact)
    crossed = fact.status == "kept" and bool(SILENCE.intersection(wishes))
    return CheckIn(kind="crossed", told=fact.value, about=fact) if crossed else None


def _asked_after(facts: Sequence[Fact], arrival: Arrival, wishes: Iterable[Wish]) -> CheckIn | None:
    """What was announced and is due, asked once; on coming back otherwise the step, or a plain welcome."""
    apart = bool(DISTANCE.intersection(wishes))
    for fact in facts:
        due = arrival.returns if fact.due is None else fact.due < arrival.at.date()
        if fact.status == "open" and not fact.asked and due and not (apart and deed_of(fact.value).reaches_out):
            return CheckIn(kind="ask", told=fact.value, about=fact)
    if not arrival.returns:
        return None
    step = next((fact for fact in reversed(facts) if fact.kind == "advice"), None)
    if step is None or step.asked:
        return CheckIn(kind="welcome")
    return CheckIn(kind="ask_step", told=step.sentence, about=step)
