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


async def retrieve(state: ChatState, runtime: Runtime[Context]) -> ChatState:
    """Find passages for the person's need; for a declined tactic, for its honest alternative."""
    runtime.stream_writer(Status("searching"))
    started = time.perf_counter()
    context, checkin = runtime.context, state.get("checkin")
    put_right = checkin is not None and checkin.kind == "corrected"
    query = need(state["request"].message, () if put_right else turns(state.get("history", [])))
    if (tactic := declined_tactic(state, context)) is not None:
        query = f"{tactic.alternative}\n{query}"
    wanted = PASSAGES_FOR_COMPOSER if context.writer is context.composer else PASSAGES
    on_side = side(state, context)
    found = await asyncio.to_thread(context.retriever.search, query, k=wanted, side=on_side)
    return {"passages": found.passages, "covered": found.covered, "timings": timed(state, "retrieve", started)}
