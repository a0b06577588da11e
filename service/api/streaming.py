"""Server-sent events that stop when their reader leaves."""

import asyncio
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse


def event_stream(events: AsyncIterator[bytes]) -> StreamingResponse:
    """A response that sends `events` as they come; when the client leaves, the turn behind them is cancelled."""
    return StreamingResponse(
        _detached(events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _detached(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same events, from a task of their own.

    A response is cancelled anew at every await, so that a graph that runs inside it cannot stop its nodes in good
    order: a model would go on writing for nobody. The task is cancelled once.
    """
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def run() -> None:
        try:
            async for event in events:
                queue.put_nowait(event)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(run())
    try:
        while (event := await queue.get()) is not None:
            yield event
        await task
    finally:
        task.cancel()
