"""Sessions that are kept: what they hold, what the person takes back, and their end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, cast
from weakref import WeakValueDictionary

from langchain_core.runnables import RunnableConfig

from service.errors import SessionDeleted, SessionNotFound
from service.flow.graph import Graph
from service.flow.state import ChatState, Exchange, journey, wishes
from service.inputs import check_session
from service.memory.journey import Journey
from service.memory.ledger import LedgerEntry
from service.memory.sessions import SessionStore


class KeptSessions:
    """What a graph with a checkpointer keeps; one turn, correction or deletion of a session at a time."""

    def __init__(self, graph: Graph, store: SessionStore) -> None:
        self._graph = graph
        self._store = store
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, session: str) -> AsyncIterator[None]:
        """The time of one turn: no other of this session begins before it ends.

        Raises:
            SessionDeleted: the session was deleted.
        """
        async with self._locks.setdefault(session, asyncio.Lock()):
            if await self._store.is_deleted(session):
                raise SessionDeleted("this session was deleted; start a new one", "session_id")
            yield

    async def begun(self, session: str) -> bool:
        """Whether the session holds a turn."""
        return bool((await self._graph.aget_state(thread(session))).values.get("history"))

    async def still_there(self, session: str) -> None:
        """Nothing; where the session was deleted in the meantime, what was written since goes too.

        Raises:
            SessionDeleted: it was.
        """
        if await self._store.is_deleted(session):
            await self._store.delete(session)
            raise SessionDeleted("this session was deleted while the reply was written", "session_id")

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
            await self._graph.aupdate_state(thread(session_id), {memory: left}, as_node="respond")

    async def _state(self, session_id: str) -> ChatState:
        """What is kept of a session, which is something."""
        session = check_session(session_id)
        if await self._store.is_deleted(session):
            raise SessionDeleted("this session was deleted", "session_id")
        state = cast(ChatState, (await self._graph.aget_state(thread(session))).values)
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
        if await self._store.is_deleted(session):
            raise SessionDeleted("this session was deleted", "session_id")
        # A first turn that is being written has kept nothing yet, and one that was stopped has kept no exchange.
        if session not in self._locks and not await self._store.holds(session):
            raise SessionNotFound("there is no such session", "session_id")
        await self._store.delete(session)


def thread(session: str) -> RunnableConfig:
    """Which thread of the graph a session is."""
    return {"configurable": {"thread_id": session}}
