"""Running a stream in a task of its own, so that it is cancelled once and may clear up after itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")

_clearing_up: set[asyncio.Task[None]] = set()


async def detached(source: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """What `source` gives. Closing or cancelling this cancels `source`, once.

    A web server cancels the request of a client that left again and again until it has ended. LangGraph, cancelled
    while it clears up, leaves its nodes running: the model would write on for nobody.
    """
    given: asyncio.Queue[tuple[T] | None] = asyncio.Queue()

    async def run() -> None:
        try:
            async with aclosing(source):
                async for item in source:
                    given.put_nowait((item,))
        finally:
            given.put_nowait(None)

    task = asyncio.create_task(run())
    _clearing_up.add(task)
    task.add_done_callback(_done)
    try:
        while (item := await given.get()) is not None:
            yield item[0]
        await task
    finally:
        task.cancel()
        await asyncio.wait({task})


def _done(task: asyncio.Task[None]) -> None:
    _clearing_up.discard(task)
    if not task.cancelled():
        task.exception()  # told to whoever still waits; nobody else need hear of it
