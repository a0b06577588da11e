"""What is evaluated: our coach in this process, or any running coach over HTTP."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

from evals.remote import RemoteCoach, check_url
from knowledge.passages import Passage
from knowledge.retriever import Retrieved, Retriever
from knowledge.sides import Side
from knowledge.store import DEFAULT_COLLECTION
from knowledge.tactics import Surface
from service.conversation import Turn
from service.errors import ConfigurationError
from service.flow.context import Event
from service.flow.state import Reply
from service.guardrails.classifier import GuardModel
from service.guardrails.guardrail import Verdict
from service.guardrails.normalise import normalise
from service.guardrails.screen import Screen
from service.memory.ledger import LedgerEntry
from service.settings import Settings, load_settings
from service.wiring import Workshop, build_screen, build_workshop, open_coach, preflight
from service.writing.writer import Writer


class Sessions(Protocol):
    """The sessions of a coach; `service.flow.sessions.KeptSessions` tells what each method does."""

    async def ledger(self, session_id: str) -> tuple[LedgerEntry, ...]: ...

    async def forget(self, session_id: str) -> None: ...


class Coaching(Protocol):
    """What an evaluation asks of a coach, wherever it runs; `service.coach.Coach` tells what each does."""

    async def chat(self, message: str, session_id: str | None = None, locale: str | None = None) -> Reply: ...

    def stream(
        self, message: str, session_id: str | None = None, locale: str | None = None
    ) -> AsyncGenerator[Event]: ...

    @property
    def sessions(self) -> Sessions: ...


class Target(Protocol):
    """A coach: its guards to ask, and itself to be opened, once for each case or as often as wanted."""

    @property
    def name(self) -> str:
        """The model that writes, or where the coach runs."""
        ...

    @property
    def workshop(self) -> Workshop:
        """The parts of the coach.

        Raises:
            ConfigurationError: it runs elsewhere.
        """
        ...

    async def judge(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Verdict:
        """What the guards decide."""
        ...

    def score(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> float | None:
        """The learned judge's probability that the text must not pass; nothing where it cannot be asked."""
        ...

    def open(
        self, writer: Writer | None = None, passages: Sequence[Passage] = ()
    ) -> AbstractAsyncContextManager[Coaching]:
        """The coach; with another writer, or with `passages` as all that is ever found, where these are given.

        Raises:
            ConfigurationError: it runs elsewhere, where neither can be replaced.
        """
        ...


class Inside:
    """A coach in this process. What it is made of is built when it is first needed, unless it is given."""

    def __init__(self, settings: Settings, workshop: Workshop | None = None) -> None:
        self._settings = settings
        self._given = workshop

    @property
    def name(self) -> str:
        return self._settings.model

    @cached_property
    def workshop(self) -> Workshop:
        return self._given or replace(build_workshop(self._settings), screen=self._screen)

    @cached_property
    def _screen(self) -> Screen:
        return self._given.screen if self._given else build_screen(self._settings)

    @cached_property
    def _learned(self) -> GuardModel:
        return GuardModel()

    async def judge(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Verdict:
        return await self._screen.judge(surface, text, history)

    def score(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> float | None:
        told = [(turn.role, turn.content) for turn in history]
        return self._learned.judge(surface, told, normalise(text).text).blocked(surface)

    @asynccontextmanager
    async def open(self, writer: Writer | None = None, passages: Sequence[Passage] = ()) -> AsyncIterator[Coaching]:
        parts = replace(self.workshop, retriever=GivenPassages(passages)) if passages else self.workshop
        with tempfile.TemporaryDirectory() as folder:
            settings = self._settings.model_copy(update={"data_dir": Path(folder)})
            async with open_coach(settings, writer, parts) as coach:
                yield coach


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A coach behind a URL."""

    url: str
    keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        return self.url

    async def judge(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Verdict:
        async with RemoteCoach.connect(self.url, self.keys) as coach:
            found = await coach.review(text, surface, history)
        return Verdict(decision=found.decision, findings=found.findings)

    def score(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> float | None:
        return None

    @property
    def workshop(self) -> Workshop:
        raise ConfigurationError(f"this task needs a coach in its own process, not {self.url}")

    @asynccontextmanager
    async def open(self, writer: Writer | None = None, passages: Sequence[Passage] = ()) -> AsyncIterator[Coaching]:
        if writer is not None or passages:
            raise ConfigurationError(f"this task replaces parts of the coach, which {self.url} does not allow")
        async with RemoteCoach.connect(self.url, self.keys) as coach:
            yield coach


class GivenPassages(Retriever):
    """Finds the same passages whatever is asked."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)

    def search(
        self, query: str, collection: str = DEFAULT_COLLECTION, k: int = 5, side: Side | None = None
    ) -> Retrieved:
        return Retrieved(self._passages[:k], covered=True)


_given: ContextVar[Target | None] = ContextVar("target", default=None)


@contextmanager
def under_test(target: Target) -> Iterator[None]:
    """Evaluate this target, whatever a task is told, until the context ends."""
    token = _given.set(target)
    try:
        yield
    finally:
        _given.reset(token)


def target(url: str | None = None) -> Target:
    """The coach at `url`, else the one that the environment (`COACH_…`) describes, in this process.

    Raises:
        ConfigurationError: a setting, the model or the URL is wrong.
        DataFolderError: the data folder cannot be written.
    """
    given = _given.get()
    if given is not None:
        return given
    settings = load_settings()
    if url is not None:
        check_url(url)
        return Elsewhere(url.rstrip("/"), tuple(key.get_secret_value() for key in settings.api_keys))
    return _inside(settings)


@cache
def _inside(settings: Settings) -> Inside:
    """One coach a process. Its index is kept beside the coach's own, and holds the built-in articles alone."""
    preflight(settings)
    return Inside(settings.model_copy(update={"data_dir": settings.data_dir / "evals"}))
