"""What a writer is given, and what it gives back."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.passages import Passage
from knowledge.sides import Side
from knowledge.tactics import Tactic
from service.conversation import Turn
from service.memory.checkin import CheckIn
from service.memory.journey import Journey
from service.writing.practice import Practice


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a writer may know about the reply it is asked for.

    `declined` is the tactic that the person asked for and that the reply must turn down; `stopped` are the labels
    for which earlier drafts of this reply were stopped; `attempt` counts those that this writer wrote. `careful`
    asks for a reply that leaves the other person free, without accusing anybody: the guards were not sure.
    `watchful` asks for few words and no task: the person may be in danger. `wishes` are sentences in which the
    person told what the other person asked for; `journey` is what they told of their story, and `checkin` what is
    owed to them first. `begun` is what the person has read of this reply already, with its markers: the draft goes
    on from there. `practice` is the rehearsal that this turn is part of. `side` tells
    whether the person did the harm or suffered it, by this message, or else by all that they told.
    """

    message: str
    passages: tuple[Passage, ...]
    covered: bool
    history: tuple[Turn, ...] = ()
    declined: Tactic | None = None
    stopped: tuple[Tactic, ...] = ()
    attempt: int = 0
    careful: bool = False
    watchful: bool = False
    wishes: tuple[str, ...] = ()
    journey: Journey = field(default_factory=Journey)
    checkin: CheckIn | None = None
    begun: str = ""
    practice: Practice | None = None
    side: Side | None = None

    @property
    def first_turn(self) -> bool:
        """Whether the person hears from the coach for the first time."""
        return not any(turn.role == "assistant" for turn in self.history)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a provider counted for one draft, and what they cost in US dollars where the price is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a draft as it is written; the last one may carry usage. `model` wrote it, if not the writer's own."""

    text: str
    usage: Usage = field(default_factory=Usage)
    model: str | None = None


class Writer(Protocol):
    """Drafts one reply. Nothing it writes has been judged yet."""

    @property
    def name(self) -> str:
        """The model as the reply names it."""
        ...

    def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        """The draft, piece by piece, with `[n]` for the n-th passage.

        Raises:
            ProviderError: the draft broke off, or none came.
        """
        ...
