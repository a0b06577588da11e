"""Finding the passages of a turn."""

import asyncio
import time

from langgraph.runtime import Runtime

from service.flow.briefing import declined_tactic, side
from service.flow.context import Context, Status
from service.flow.need import need
from service.flow.state import ChatState, timed, turns

PASSAGES = 5
"""What a model is given to write from."""
PASSAGES_FOR_COMPOSER = 15
"""The composer, who reads them all in no time, finds among more what belongs to its answer."""


async def search(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Find passages for the person's need, while the guards still read: most messages are coached as they stand."""
    runtime.stream_writer(Status("searching"))
    started = time.perf_counter()
    found = await _found(need(state["request"].message, turns(state.get("history", []))), state, runtime)
    return {**found, "searched": round((time.perf_counter() - started) * 1000, 2)}


async def retrieve(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Find passages anew: for the honest alternative of a declined tactic, or without what the person put right."""
    runtime.stream_writer(Status("searching"))
    started = time.perf_counter()
    query = need(state["request"].message, () if put_right(state) else turns(state.get("history", [])))
    if (tactic := declined_tactic(state, runtime.context)) is not None:
        query = f"{tactic.alternative}\n{query}"
    return {**await _found(query, state, runtime), "timings": timed(state, "retrieve", started)}


def put_right(state: ChatState) -> bool:
    """Whether the message takes back what was said before."""
    checkin = state.get("checkin")
    return checkin is not None and checkin.kind == "corrected"


async def _found(query: str, state: ChatState, runtime: Runtime[Context]) -> ChatState:
    context = runtime.context
    wanted = PASSAGES_FOR_COMPOSER if context.writer is context.composer else PASSAGES
    # Also the side is read in the thread: the guards hold this one.
    found = await asyncio.to_thread(lambda: context.retriever.search(query, k=wanted, side=side(state, context)))
    return {"passages": found.passages, "covered": found.covered}
