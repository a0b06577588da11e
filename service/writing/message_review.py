"""What can be said of a message to the ex: its faults, what of an apology it has, and a fair version of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from knowledge.sentences import split_typed
from service.conversation import Turn
from service.memory.ledger import SILENCE, Wish, told
from service.writing.apology import ElementFound, apology_elements
from service.writing.faults import Fault, faults_in, mendable
from service.writing.rewriting import MAX_SENTENCES, Rewrite, Stops, rewritten
from service.writing.wording import straight

WhyNot = Literal["fair", "only the person can", "too long", "doubted", "nothing left", "unwelcome"]

NO_WORDING = frozenset({"boundary_violation", "no_contact_order"})
"""Labels for which no wording is offered: it is the sending that does the harm."""

_YOU = re.compile(r"\b(?:you|u)\b", re.I)
_BLOCKED = re.compile(r"\bunblock(?:ed|ing)? (?:me|my)\b", re.I)
_GRANTS = re.compile(
    r"\bi (?:won't|will not|will leave you|will respect)\b|\bi'll (?:respect|leave you|keep to)\b"
    r"|\bno more messages\b",
    re.I,
)
_DISTANCE: tuple[Wish, ...] = ("order", "blocked", "no_contact", "space")


class MessageGuard(Protocol):
    """The guards as far as messages to the ex concern them."""

    async def found(self, message: str, history: Sequence[Turn]) -> tuple[Fault, ...]:
        """Why `message` may not be sent, the surest reason first; nothing where it may."""
        ...

    async def allows(self, request: str, history: Sequence[Turn]) -> bool:
        """Whether what the person asks the coach for is fair in itself."""
        ...


@dataclass(frozen=True, slots=True)
class MessageReview:
    """Faults in their order, the guards' among them; the apology's elements, if it is one; the fair version.

    `why_not` tells why there is none: it is fair as it stands, only the person can mend it, it is too long to be
    mended piece by piece, the guards alone stop it and may misread it, nothing of it could stay, or it is the sending
    that would do the harm.
    """

    faults: tuple[Fault, ...]
    apology: tuple[ElementFound, ...]
    rewrite: Rewrite | None
    why_not: WhyNot | None = None


async def review_message(message: str, found: Sequence[Fault], stops: Stops) -> MessageReview:
    """Review `message`, of which the guards found `found`. A rewrite has passed the same review."""
    craft = faults_in(message)
    faults = tuple(sorted((*craft, *_unseen(message, found, craft)), key=lambda fault: fault.start))
    apology = apology_elements(message)
    if not mendable(faults):
        return MessageReview(faults, apology, None, "only the person can" if faults else "fair")
    if told_to_themselves(message) or any(fault.id in NO_WORDING for fault in found):
        return MessageReview(faults, apology, None, "unwelcome")
    rewrite = await rewritten(message, found, stops)
    if rewrite is not None:
        return MessageReview(faults, apology, rewrite)
    if len(split_typed(message)) > MAX_SENTENCES:
        return MessageReview(faults, apology, None, "too long")
    return MessageReview(faults, apology, None, "nothing left" if mendable(craft) else "doubted")


def _unseen(message: str, found: Sequence[Fault], craft: Sequence[Fault]) -> list[Fault]:
    """The guards' findings in sentences of which craft says nothing better."""
    told = [
        sentence
        for sentence in split_typed(message)
        if any(sentence.start <= fault.start < sentence.end and fault.mend != "tell" for fault in craft)
    ]
    return [
        fault
        for fault in found
        if fault.id in NO_WORDING or not any(fault.start < s.end and s.start < fault.end for s in told)
    ]


def grants_distance(message: str) -> bool:
    """Whether it promises to leave the other person in peace."""
    return _GRANTS.search(straight(message)) is not None


def told_to_themselves(message: str) -> Wish | None:
    """The silence that the message itself tells of ("you asked me not to write"), unless it only grants it."""
    if grants_distance(message):
        return None
    if _BLOCKED.search(straight(message)):
        return "blocked"
    asked = strictest([_YOU.sub("they", message)])
    return asked if asked in SILENCE else None


def strictest(wishes: Iterable[str]) -> Wish | None:
    """The strictest distance that the other person asked for, if any."""
    asked = {entry.wish for entry in told(wishes)}
    return next((wish for wish in _DISTANCE if wish in asked), None)
