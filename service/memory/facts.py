"""What is remembered of a person's story: facts, each with the sentence of theirs that told it."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.sides import Side
from service.memory.reading import told

Kind = Literal[
    "relation", "pronoun", "together_for", "apart_for", "breach", "side", "amends", "contact", "feeling", "commitment",
    "advice",
]  # fmt: skip
Status = Literal["open", "kept", "missed"]

_KEPT: dict[Kind, int] = {"breach": 12, "side": 2, "amends": 3, "feeling": 5, "commitment": 12, "advice": 3}
"""How many facts of a kind are kept, the latest; of the others one, since the newest says how things are."""


class Fact(BaseModel):
    """One thing that the person told, or (`advice`) a step that they were given."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    value: str = Field(description="What was told; of a commitment, the words in which it was made.")
    sentence: str = Field(description="The sentence that told it, as it was written.")
    turn_id: str
    at: str = Field(description="When it was told, ISO 8601, UTC.")
    by: Side | None = Field(None, description="Of a breach: whether the person did it or suffered it.")
    status: Status | None = Field(None, description="Of a commitment.")
    due: date | None = Field(None, description="Of a commitment: the day that it named.")
    outcome: str = Field("", description="Of a commitment: the sentence that told how it went.")
    outcome_turn_id: str = Field("", description="Of a commitment: the turn that told how it went.")
    asked: bool = Field(False, description="Of a commitment or advice: whether the coach has asked how it went.")

    @property
    def same(self) -> tuple[Kind, str, Side | None]:
        """What a later telling of the same thing shares with it."""
        return self.kind, self.sentence if self.kind == "advice" else self.value, self.by


def facts_told(message: str, turn_id: str, at: str) -> tuple[Fact, ...]:
    """What `message` by the person tells of their story, in the order of the rules; commitments are read elsewhere."""
    found = (
        Fact.model_validate(
            {
                "kind": telling.rule.kind,
                "value": telling.value,
                "sentence": telling.sentence,
                "turn_id": turn_id,
                "at": at,
                "by": telling.rule.by,
            }
        )
        for telling in told(message, "facts")
    )
    return tuple({fact.same: fact for fact in found}.values())


def latest(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in their order, without those that a later one of the kind has replaced."""
    newest: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        newest.pop(fact.same, None)
        newest[fact.same] = fact
    left: list[Fact] = []
    counts: dict[Kind, int] = {}
    for fact in reversed(list(newest.values())):
        counts[fact.kind] = counts.get(fact.kind, 0) + 1
        if counts[fact.kind] <= _KEPT.get(fact.kind, 1):
            left.append(fact)
    return tuple(reversed(left))
