"""The coach: what the API, the command line and the evals talk to."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal, cast
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig

from knowledge.resources import INTERNATIONAL, Region
from knowledge.retriever import Retrieved
from knowledge.store import DEFAULT_COLLECTION
from knowledge.tactics import Surface
from service.conversation import Turn
from service.errors import SessionDeleted, SessionNotFound
from service.flow.context import Context, Event, Replied
from service.flow.detached import detached
from service.flow.graph import Graph
from service.flow.state import ChatRequest, ChatState, Exchange, Reply, begun, journey, wishes
from service.guardrails.review import Review, review
from service.handover import Handover
from service.inputs import check_session, check_text
from service.memory.journey import Journey
from service.memory.ledger import LedgerEntry
from service.memory.sessions import SessionStore
from service.metrics import Metrics


class Coach:
    """Holds conversations, judges texts and searches articles."""

    def __init__(
        self,
        graph: Graph,
        unkept: Graph,
        context: Context,
        sessions: SessionStore,
        locale: str,
        metrics: Metrics,
        handover: Handover | None = None,
    ) -> None:
        """`graph` keeps sessions; `unkept` is the same graph without a checkpointer."""
        self.metrics = metrics
        self._handover = handover
        self._graph = graph
        self._unkept = unkept
        self._context = context
        self._sessions = sessions
        self._locale = locale
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def chat(
        self,
        message: str,
        session_id: str | None = None,
        locale: str | None = None,
        *,
        earlier: Sequence[Turn] = (),
        keep: bool = True,
    ) -> Reply:
        """Answer one message; when this returns, the turn is kept.

        `earlier` is a conversation that was held elsewhere: a session begins with it, and one that has begun has its
        own. Without `keep` nothing is read or written: `earlier` is all that is known of the past.

        Raises:
            BadRequest: the message is blank, too long or not text, or the session id is malformed.
            SessionDeleted: the session was deleted.
        """
        request = self._request(message, session_id, locale, keep=keep, streamed=False)
        async with aclosing(self._turn(request, earlier)) as events:
            async for event in events:
                if isinstance(event, Replied):
                    return event.reply
        raise AssertionError("a turn ended without a reply")

    def stream(
        self,
        message: str,
        session_id: str | None = None,
        locale: str | None = None,
        *,
        earlier: Sequence[Turn] = (),
        keep: bool = True,
    ) -> AsyncGenerator[Event]:
        """As `chat`, telling what happens: a `Status` comes first, `Replied` last, once the turn is kept.

        Closing it stops the turn, and whatever the model was writing.
        """
        return self._turn(self._request(message, session_id, locale, keep=keep, streamed=True), earlier)

    def _request(
        self, message: str, session_id: str | None, locale: str | None, *, keep: bool, streamed: bool
    ) -> ChatRequest:
        check_text(message, "message")
        session = check_session(session_id) if session_id is not None else uuid.uuid4().hex
        return ChatRequest(
            message=message,
            session_id=session if keep else "",
            turn_id=uuid.uuid4().hex,
            locale=locale or self._locale,
            streamed=streamed,
        )

    async def _turn(self, request: ChatRequest, earlier: Sequence[Turn]) -> AsyncGenerator[Event]:
        started = time.perf_counter()
        kept = bool(request.session_id)
        turn = self._kept(request, earlier) if kept else self._run(self._unkept, request, begun(earlier))
        async with aclosing(turn) as events:
            async for event in events:
                if isinstance(event, Replied):
                    self.metrics.turn(event.reply, time.perf_counter() - started)
                    if self._handover is not None:
                        self._handover.tell(event.reply, request.message)
                yield event

    async def _kept(self, request: ChatRequest, earlier: Sequence[Turn]) -> AsyncGenerator[Event]:
        """A turn of a session, one at a time."""
        session = request.session_id
        async with self._locks.setdefault(session, asyncio.Lock()):
            if await self._sessions.is_deleted(session):
                raise SessionDeleted("this session was deleted; start a new one", "session_id")
            new = bool(earlier) and not (await self._graph.aget_state(_config(session))).values.get("history")
            state = begun(earlier) if new else ChatState()
            async with aclosing(self._run(self._graph, request, state)) as events:
                async for event in events:
                    if isinstance(event, Replied) and await self._sessions.is_deleted(session):
                        await self._sessions.delete(session)
                        raise SessionDeleted("this session was deleted while the reply was written", "session_id")
                    yield event

    async def _run(self, graph: Graph, request: ChatRequest, state: ChatState) -> AsyncGenerator[Event]:
        """One run of the graph, from `state` and what the session of the request holds."""
        reply: Reply | None = None
        # "exit": the turn is written once, before this loop ends; only then is it acknowledged.
        running = graph.astream(
            {**state, "request": request},
            _config(request.session_id),
            context=self._context,
            durability="exit" if graph.checkpointer else None,
            stream_mode=["custom", "updates"],
        )
        async with aclosing(detached(cast(AsyncGenerator[tuple[str, Any]], running))) as told:
            async for mode, payload in told:
                if mode == "custom":
                    yield cast(Event, payload)
                else:
                    updates = cast(dict[str, ChatState], payload)
                    reply = next((node["reply"] for node in updates.values() if node and "reply" in node), reply)
        if reply is None:
            raise AssertionError("a turn ended without a reply")
        yield Replied(reply)

    async def review(self, text: str, surface: Surface, history: Sequence[Turn] = ()) -> Review:
        """Judge a text as the guards do in a turn, and suggest something better.

        Raises:
            BadRequest: the text is blank, too long or not text.
        """
        check_text(text, "text")
        return await review(self._context.screen, surface, text, history)

    async def search(self, query: str, collection: str = DEFAULT_COLLECTION, k: int = 5) -> Retrieved:
        """Passages for a query.

        Raises:
            BadQuery: the query is blank or `k` out of range.
        """
        return await asyncio.to_thread(self._context.retriever.search, query, collection, k)

    def region(self, locale: str | None = None) -> Region:
        """Whom to reach where `locale` is spoken; where it names no country, where this coach serves."""
        resources = self._context.resources
        found = resources.for_locale(locale or self._locale)
        bare = "-" not in (locale or "").replace("_", "-")
        return resources.for_locale(self._locale) if found.country == INTERNATIONAL and bare else found

    @property
    def regions(self) -> tuple[Region, ...]:
        """Every country whose services are known."""
        resources = self._context.resources
        return tuple(resources.region(country) for country in resources.countries)

    async def history(self, session_id: str) -> list[Exchange]:
        """What is kept of a session, oldest first.

        Raises:
            SessionNotFound: nothing is.
            SessionDeleted: it was deleted.
        """
        return (await self._state(session_id))["history"]

    async def ledger(self, session_id: str) -> tuple[LedgerEntry, ...]:
        """What the other person has asked for, as far as the person told it.

        Raises:
            SessionNotFound: nothing is kept of the session.
            SessionDeleted: it was deleted.
        """
        return wishes(await self._state(session_id))

    async def journey(self, session_id: str) -> Journey:
        """What the person told of their story, and where that puts them.

        Raises:
            SessionNotFound: nothing is kept of the session.
            SessionDeleted: it was deleted.
        """
        return journey(await self._state(session_id))

    async def correct(self, session_id: str, number: int) -> tuple[LedgerEntry, ...]:
        """Take back the ledger's entry `number`, counted from 0: "that's not what I said".

        Raises:
            SessionNotFound: there is no such session or entry.
            SessionDeleted: it was deleted.
        """
        await self._take_out(session_id, "ledger", number)
        return await self.ledger(session_id)

    async def take_back(self, session_id: str, number: int) -> Journey:
        """Take back the journey's fact `number`, counted from 0; gives the journey that is left.

        Raises:
            SessionNotFound: there is no such session or fact.
            SessionDeleted: it was deleted.
        """
        await self._take_out(session_id, "journey", number)
        return await self.journey(session_id)

    async def _take_out(self, session_id: str, memory: Literal["ledger", "journey"], number: int) -> None:
        # Not while a turn is written: it would bring back what is taken out.
        async with self._locks.setdefault(session_id, asyncio.Lock()):
            kept = (await self._state(session_id)).get(memory, [])
            if not 0 <= number < len(kept):
                raise SessionNotFound(f"the {memory} has no entry {number}", "number")
            left = [*kept[:number], *kept[number + 1 :]]
            await self._graph.aupdate_state(_config(session_id), {memory: left}, as_node="respond")

    async def _state(self, session_id: str) -> ChatState:
        """What is kept of a session, which is something."""
        session = check_session(session_id)
        if await self._sessions.is_deleted(session):
            raise SessionDeleted("this session was deleted", "session_id")
        state = cast(ChatState, (await self._graph.aget_state(_config(session))).values)
        if not state.get("history"):
            raise SessionNotFound("there is no such session", "session_id")
        return state

    async def forget(self, session_id: str) -> None:
        """Delete a session for good; a turn that is being written does not bring it back.

        Raises:
            SessionNotFound: there is no such session.
            SessionDeleted: it was deleted before.
        """
        session = check_session(session_id)
        if await self._sessions.is_deleted(session):
            raise SessionDeleted("this session was deleted", "session_id")
        # A first turn that is being written has kept nothing yet, and one that was stopped has kept no exchange.
        if session not in self._locks and not await self._sessions.holds(session):
            raise SessionNotFound("there is no such session", "session_id")
        await self._sessions.delete(session)


def _config(session: str) -> RunnableConfig:
    return {"configurable": {"thread_id": session}}
