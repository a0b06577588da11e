"""What an apology is made of: which of six elements a message has, and where.

The elements and their order are those of Lewicki, Polin and Lount (2016, "An exploration of the structure of effective
apologies", 755 people in two studies): owning the deed weighed most with readers, the offer of repair second, regret,
explanation and the will to change in between, asking for forgiveness least. Readers there judged written apologies for
a breach of trust at work: their order guides, and no set of elements makes anybody forgive.
"""

import re
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from service.writing.wording import load_wordings, straight

Element = Literal["responsibility", "repair", "regret", "explanation", "change", "forgiveness"]
ELEMENTS: tuple[Element, ...] = get_args(Element)
"""Every element, the weightiest first."""

_CLAUSE_ENDS = re.compile(r"[.!?\n;:]|,? but\b|,? because\b|, (?=and i\b|and you\b|i\b|you\b)", re.I)
_SMALL_SORRY = re.compile(
    r"\bsorry\b[^.!?\n]{0,12}\b(?:late|delay|to (?:bother|hear|ask|disturb)|for (?:the (?:late|slow|short|wait"
    r"|long|mess|spam|essay|typo)"
    r"|your loss|the loss)|typo|min(?:ute)?s?\b|about your|can'?t (?:make|do|come)|i (?:can'?t|have to|must|won'?t))"
    r"|\b(?:late|delayed|held up|stuck|running behind)\b[^.!?\n]{0,40}\bsorry\b|\bfeel sorry for\b|\bsorry to\b",
    re.I,
)
_NOT_SORRY = re.compile(r"\b(?:not|never|n't|hardly|no longer)\b[^.!?\n,;]{0,12}$", re.I)
_OWN = re.compile(r"\W*(?:i|i'\w+|i’\w+|and)\b", re.I)
_ENOUGH_WORDS = 4


class ElementFound(BaseModel):
    """Whether a message has `element`, and if so the offsets of a clause that does: one that begins with
    "I" before others."""

    model_config = ConfigDict(frozen=True)

    element: Element
    present: bool
    start: int | None = None
    end: int | None = None


def apology_elements(message: str) -> tuple[ElementFound, ...]:
    """All six elements, the weightiest first, each told as present or absent; nothing where `message` is no apology."""
    found = tuple(_found(element, message) for element in ELEMENTS)
    present = {each.element for each in found if each.present}
    return found if _is_apology(message, present) else ()


def clauses(element: Element, message: str) -> list[tuple[int, int]]:
    """Where `message` has words of `element`, whether or not it is an apology; "I'm not even sorry" is none."""
    plain = straight(message)
    spans = load_wordings("apology")[element].spans(message)
    if element != "regret":
        return spans
    sorry = [(start, end, plain.rfind("sorry", start, end)) for start, end in spans]
    return [(start, end) for start, end, at in sorry if at < 0 or not _NOT_SORRY.search(plain[start:at])]


def _is_apology(message: str, present: set[Element]) -> bool:
    if len(message.split()) < _ENOUGH_WORDS:
        return False
    if "regret" in present and "responsibility" not in present and _SMALL_SORRY.search(straight(message)):
        return False
    return bool(present & {"regret", "forgiveness"}) or {"responsibility", "change"} <= present


def _found(element: Element, message: str) -> ElementFound:
    spans = clauses(element, message)
    if not spans:
        return ElementFound(element=element, present=False)
    start, end = min(spans, key=lambda span: (_OWN.match(message, span[0]) is None, span[0]))
    start += len(message[start:end]) - len(message[start:end].lstrip(" .!?\n,;"))
    stop = _CLAUSE_ENDS.search(straight(message), end)
    return ElementFound(element=element, present=True, start=start, end=stop.start() if stop else len(message))
