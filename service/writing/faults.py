"""What stands in the way of a fair message to an ex, with its place and the reason: craft, beside what the guards find.

A fault that presses, blames or excuses can be mended by taking words out; a gap ("sorry for everything") only by the
person, who knows the facts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, cast

from knowledge.sentences import word_count
from service.writing.apology import apology_elements, clauses
from service.writing.wording import load_wordings, straight

Mend = Literal["drop", "cut", "swap", "tell"]

LONG = 150
"""Words after which a message is a flood to whoever has to read it."""

_MOST_PRACTICAL = 60
_MAY_BE_PRACTICAL = frozenset({"demands-answer", "demands-meeting"})
"""A sick child is reason enough to ask for a call."""
_FEWEST_WORDS = 4
"""Words that are left to tell of a fault which another one cuts short."""

_UNOWNED = "It says sorry, and what you did is not in it yet."
_FLOOD = "It is long. Three to five sentences can be taken in; more of them ask to be dealt with."
_PRACTICAL = re.compile(
    r"\b(?:kids?|child(?:ren)?|son|daughter|school|nursery|pick(?:ing)?[- ]?up|drop(?:ping)?[- ]?off|handover|swimming"
    r"|homework|inhaler|doctor|dentist|vet|dog|cat|keys?|box(?:es)?|parcel|post|mail|rent|deposit|lease|landlord|boiler"
    r"|bills?|insurance|bank|tax|passport|invoice|lawyer|mediator|court date|train|flight|bus|min(?:ute)?s? late)\b",
    re.I,
)
_FEELS = re.compile(
    r"\b(?:love|miss|forgive|regret|ashamed|heart|hope|feel(?:ings?)?|us|together|trust|lonely|cry|hurt|kiss|chance)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in the way: offsets into the message, why it harms, and what can be done about it.

    `asks` where it asks the other person for something; `instead` is what the guards offer in place of it.
    """

    id: str
    start: int
    end: int
    why: str
    mend: Mend = "drop"
    to: str = ""
    asks: bool = False
    instead: str = ""


def faults_in(message: str) -> tuple[Fault, ...]:
    """The faults of craft in `message`, in the order in which they stand."""
    if is_practical(message):
        return ()
    apology = {found.element: found for found in apology_elements(message)}
    found = list(pressing(message, in_apology=bool(apology)))
    regret = apology.get("regret")
    if regret and regret.present and not apology["responsibility"].present and not any(f.id == "vague" for f in found):
        found.append(Fault("unowned", regret.start or 0, regret.end or 0, _UNOWNED, "tell"))
    if word_count(message) > LONG:
        found.append(Fault("long", 0, len(message), _FLOOD, "tell"))
    return tuple(sorted(found, key=lambda fault: fault.start))


def pressing(text: str, *, in_apology: bool) -> tuple[Fault, ...]:
    """What in the words themselves is at fault, as a part of an apology or of another message.

    Where two faults share words, the one that weighs more is told.
    """
    chosen: list[Fault] = []
    for fault in _told(text):
        if not in_apology and _for_apologies(fault.id):
            continue
        after = [other.start for other in chosen if fault.start < other.start < fault.end]
        shorter = replace(fault, end=min(after, default=fault.end))
        cut_short = shorter.end < fault.end and word_count(text[shorter.start : shorter.end]) < _FEWEST_WORDS
        if not cut_short and not any(other.start <= shorter.start < other.end for other in chosen):
            chosen.append(shorter)
    return tuple(sorted(chosen, key=lambda fault: fault.start))


def mendable(faults: Iterable[Fault]) -> bool:
    """Whether one of them is more than a gap."""
    return any(fault.mend != "tell" for fault in faults)


def is_practical(message: str) -> bool:
    """Whether `message` is about children, keys or money and nothing else; a threat or a reproach is something else."""
    plain = straight(message)
    short = word_count(message) <= _MOST_PRACTICAL
    practical = _PRACTICAL.search(plain) is not None and _FEELS.search(plain) is None
    if not (short and practical) or apology_elements(message) or clauses("responsibility", message):
        return False
    return all(fault.id in _MAY_BE_PRACTICAL for fault in pressing(message, in_apology=False))


def _told(message: str) -> list[Fault]:
    """Every match, those that can be mended before mere gaps."""
    found = [
        Fault(
            id=wording.id,
            start=start + len(message[start:end]) - len(message[start:end].lstrip(" .!?\n")),
            end=end,
            why=wording.texts["why"],
            mend=cast(Mend, wording.texts["mend"]),
            to=wording.texts.get("to", ""),
            asks="asks" in wording.texts,
        )
        for wording in load_wordings("faults").values()
        for start, end in wording.spans(message)
    ]
    return sorted(found, key=lambda fault: fault.mend == "tell")


def _for_apologies(fault: str) -> bool:
    return load_wordings("faults")[fault].texts.get("only") == "apology"
