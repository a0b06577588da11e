"""How the person puts the coach right: "that's not what I said", "no, it was him who cheated"."""

from collections.abc import Iterable
from typing import Literal

from service.memory.facts import Fact
from service.memory.reading import told

Correction = Literal["corrected", "taken_back"]

_ONE_AT_A_TIME = ("relation", "pronoun", "together_for", "contact")

_FROM_THE_START = 160
"""Characters of a message in which it may put something right; further on it tells of something else."""
_SHORT = 14
"""Words of a message in which "it was her" can only be an answer."""


def put_right(
    facts: tuple[Fact, ...], news: tuple[Fact, ...], message: str, last_turn: str
) -> tuple[tuple[Fact, ...], Correction | None]:
    """The facts without those that `message` takes back, and what it did; `news` are the facts that it tells itself.

    What contradicts the news goes, whenever it was told. Without news, "it was her, not me" turns round who did it, and
    "that's not what I said" takes back all that `last_turn` told.
    """
    kinds = {
        telling.rule.kind: telling.value
        for telling in told(message, "talk")
        if 0 <= message.find(telling.sentence) <= _FROM_THE_START
    }
    if not last_turn or not kinds.keys() & {"take_back", "correcting"}:
        return facts, None
    if news:
        left = tuple(fact for fact in facts if not any(_contradict(fact, new, last_turn) for new in news))
        return left, "corrected" if left != facts or "take_back" in kinds else None
    if "swap" in kinds and len(message.split()) <= _SHORT:
        turned = tuple(_turned(fact, kinds["swap"], message) if fact.turn_id == last_turn else fact for fact in facts)
        return turned, "corrected" if turned != facts else None
    if "take_back" in kinds:
        return tuple(_without(facts, last_turn)), "taken_back"
    return facts, None


def _contradict(old: Fact, new: Fact, last_turn: str) -> bool:
    """Whether both cannot be true, as the person now puts it."""
    if old.kind == "breach" == new.kind:
        return old.value == new.value and old.by != new.by
    if old.kind == "side" and old.turn_id == last_turn:
        return old.value != (new.by if new.kind == "breach" else new.value if new.kind == "side" else old.value)
    return old.kind == new.kind and old.kind in _ONE_AT_A_TIME and old.value != new.value


def _turned(fact: Fact, side: str, message: str) -> Fact:
    told_now = {"sentence": message.strip()}
    if fact.kind == "breach" and fact.by != side:
        return fact.model_copy(update={"by": side, **told_now})
    if fact.kind == "side" and fact.value != side:
        return fact.model_copy(update={"value": side, **told_now})
    return fact


def _without(facts: Iterable[Fact], turn: str) -> Iterable[Fact]:
    """The facts as they were before `turn` told something; steps that were given stay given."""
    for fact in facts:
        if fact.outcome_turn_id == turn != fact.turn_id:
            yield fact.model_copy(update={"status": "open", "outcome": "", "outcome_turn_id": ""})
        elif fact.turn_id != turn or fact.kind == "advice":
            yield fact
