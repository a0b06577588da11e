"""What the nodes work with, and what they tell while they work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from knowledge.resources import Resources
from knowledge.retriever import Retriever
from knowledge.side_reader import SideReader
from knowledge.tactics import Tactics
from service.flow.state import Reply
from service.guardrails.grounding import Grounding
from service.guardrails.screen import Screen
from service.writing.writer import Writer

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """Dependencies of a turn. `writer` drafts, for `turn_timeout` seconds at most; `composer` stands in for it."""

    screen: Screen
    retriever: Retriever
    sides: SideReader
    writer: Writer
    composer: Writer
    tactics: Tactics
    resources: Resources
    grounding: Grounding
    release: Literal["sentence", "reply"] = "sentence"
    turn_timeout: float = 60.0
    clock: Clock = utc_now


@dataclass(frozen=True, slots=True)
class Status:
    """What the coach is doing."""

    step: Literal["reading", "searching", "writing", "checking", "rewriting", "composing"]


@dataclass(frozen=True, slots=True)
class SentenceReleased:
    """Text that passed and may be shown; the pieces of a turn, joined, are its reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Replied:
    """The whole reply, once the turn is kept."""

    reply: Reply


Event = Status | SentenceReleased | Replied
