"""The coach: what the API, the command line and the evals talk to."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast

from knowledge.resources import INTERNATIONAL, Region
from knowledge.retriever import Retrieved
from knowledge.store import DEFAULT_COLLECTION
from knowledge.tactics import Surface
from service.conversation import Turn
from service.flow.context import Context, Event, Replied
from service.flow.detached import detached
from service.flow.graph import Graph
from service.flow.sessions import KeptSessions, thread
from service.flow.state import ChatRequest, ChatState, Reply, begun
from service.guardrails.review import Review, review
from service.handover import Handover
from service.inputs import check_session, check_text
from service.memory.sessions import SessionStore
from service.metrics import Metrics


class Coach:
    """Holds conversations, judges texts and searches articles; `sessions` are the conversations that were held."""

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
        self.sessions = KeptSessions(graph, sessions)
        self._handover = handover
        self._graph = graph
        self._unkept = unkept
        self._context = context
        self._locale = locale

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
        async with self.sessions.turn(session):
            new = bool(earlier) and not await self.sessions.begun(session)
            state = begun(earlier) if new else ChatState()
            async with aclosing(self._run(self._graph, request, state)) as events:
                async for event in events:
                    if isinstance(event, Replied):
                        await self.sessions.still_there(session)
                    yield event

    async def _run(self, graph: Graph, request: ChatRequest, state: ChatState) -> AsyncGenerator[Event]:
        """One run of the graph, from `state` and what the session of the request holds."""
        reply: Reply | None = None
        # "exit": the turn is written once, before this loop ends; only then is it acknowledged.
        running = graph.astream(
            {**state, "request": request},
            thread(request.session_id),
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
