"""The coach: what the API, the command line and the evals talk to."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig

from knowledge.retriever import Retrieved
from knowledge.store import DEFAULT_COLLECTION
from knowledge.tactics import Surface
from service.conversation import Turn
from service.errors import SessionDeleted, SessionNotFound
from service.flow.context import Context, Event, Replied
from service.flow.graph import Graph
from service.flow.state import ChatRequest, ChatState, Exchange, Reply, journey, wishes
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
        context: Context,
        sessions: SessionStore,
        locale: str,
        metrics: Metrics,
        handover: Handover | None = None,
    ) -> None:
        self.metrics = metrics
        self._handover = handover
        self._graph = graph
        self._context = context
        self._sessions = sessions
        self._locale = locale
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def chat(self, message: str, session_id: str | None = None, locale: str | None = None) -> Reply:
        """Answer one message; when this returns, the turn is kept.

        Raises:
            BadRequest: the message is blank, too long or not text, or the session id is malformed.
            SessionDeleted: the session was deleted.
        """
        async with aclosing(self._turn(message, session_id, locale, streamed=False)) as events:
            async for event in events:
                if isinstance(event, Replied):
                    return event.reply
        raise AssertionError("a turn ended without a reply")

    def stream(self, message: str, session_id: str | None = None, locale: str | None = None) -> AsyncGenerator[Event]:
        """As `chat`, telling what happens; `Replied` comes last, once the turn is kept.

        Closing it stops the turn, and whatever the model was writing.
        """
        return self._turn(message, session_id, locale, streamed=True)

    async def _turn(
        self, message: str, session_id: str | None, locale: str | None, *, streamed: bool
    ) -> AsyncGenerator[Event]:
        check_text(message, "message")
        session = check_session(session_id) if session_id is not None else uuid.uuid4().hex
        started = time.perf_counter()
        lock = self._locks.setdefault(session, asyncio.Lock())
        async with lock:
            if await self._sessions.is_deleted(session):
                raise SessionDeleted("this session was deleted; start a new one", "session_id")
            request = ChatRequest(
                message=message,
                session_id=session,
                turn_id=uuid.uuid4().hex,
                locale=locale or self._locale,
                streamed=streamed,
            )
            reply: Reply | None = None
            # "exit": the turn is written once, before this loop ends; only then is it acknowledged.
            running = self._graph.astream(
                {"request": request},
                _config(session),
                context=self._context,
                durability="exit",
                stream_mode=["custom", "updates"],
            )
            async with aclosing(cast(AsyncGenerator[tuple[str, Any]], running)) as told:
                async for mode, payload in told:
                    if mode == "custom":
                        yield cast(Event, payload)
                    else:
                        updates = cast(dict[str, ChatState], payload)
                        reply = next((node["reply"] for node in updates.values() if node and "reply" in node), reply)
            if await self._sessions.is_deleted(session):
                await self._sessions.delete(session)
                raise SessionDeleted("this session was deleted while the reply was written", "session_id")
            if reply is None:
                raise AssertionError("a turn ended without a reply")
            self.metrics.turn(reply, time.perf_counter() - started)
            if self._handover is not None:
                self._handover.tell(reply, message)
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

    async def history(self, session_id: str) -> list[Exchange]:
        """What is kept of a session, oldest first.

        Raises:
            SessionNotFound: nothing is.
            SessionDeleted: it was deleted.
        """
        session = check_session(session_id)
        if await self._sessions.is_deleted(session):
            raise SessionDeleted("this session was deleted", "session_id")
        snapshot = await self._graph.aget_state(_config(session))
        kept: list[Exchange] | None = snapshot.values.get("history")
        if not kept:
            raise SessionNotFound("there is no such session", "session_id")
        return kept

    async def ledger(self, session_id: str) -> tuple[LedgerEntry, ...]:
        """What the other person has asked for, as far as the person told it.

        Raises:
            SessionNotFound: nothing is kept of the session.
            SessionDeleted: it was deleted.
        """
        await self.history(session_id)
        snapshot = await self._graph.aget_state(_config(session_id))
        return wishes(cast(ChatState, snapshot.values))

    async def correct(self, session_id: str, number: int) -> tuple[LedgerEntry, ...]:
        """Take back the ledger's entry `number`, counted from 0: "that's not what I said".

        Raises:
            SessionNotFound: there is no such session or entry.
            SessionDeleted: it was deleted.
        """
        kept = await self.ledger(session_id)
        if not 0 <= number < len(kept):
            raise SessionNotFound(f"the ledger has no entry {number}", "number")
        left = (*kept[:number], *kept[number + 1 :])
        await self._graph.aupdate_state(
            _config(session_id), {"ledger": [entry.model_dump() for entry in left]}, as_node="respond"
        )
        return left

    async def journey(self, session_id: str) -> Journey:
        """What the person told of their story, and where that puts them.

        Raises:
            SessionNotFound: nothing is kept of the session.
            SessionDeleted: it was deleted.
        """
        await self.history(session_id)
        snapshot = await self._graph.aget_state(_config(session_id))
        return journey(cast(ChatState, snapshot.values))

    async def take_back(self, session_id: str, number: int) -> Journey:
        """Take back the journey's fact `number`, counted from 0; gives the journey that is left.

        Raises:
            SessionNotFound: there is no such session or fact.
            SessionDeleted: it was deleted.
        """
        await self.journey(session_id)
        snapshot = await self._graph.aget_state(_config(session_id))
        kept = list(snapshot.values.get("journey", []))
        if not 0 <= number < len(kept):
            raise SessionNotFound(f"the journey has no fact {number}", "number")
        del kept[number]
        await self._graph.aupdate_state(_config(session_id), {"journey": kept}, as_node="respond")
        return await self.journey(session_id)

    async def forget(self, session_id: str) -> None:
        """Delete a session for good; a turn that is being written does not bring it back.

        Raises:
            SessionNotFound: there is no such session.
            SessionDeleted: it was deleted before.
        """
        await self.history(session_id)
        await self._sessions.delete(session_id)


def _config(session: str) -> RunnableConfig:
    return {"configurable": {"thread_id": session}}
