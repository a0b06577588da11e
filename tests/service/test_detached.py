"""A stream in a task of its own: what it gives, what it raises, and how it ends."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio
import pytest

from service.flow.detached import detached


class Source:
    """Gives a word, waits for ever, and takes several steps to clear up."""

    def __init__(self) -> None:
        self.cleared = asyncio.Event()

    async def words(self) -> AsyncGenerator[str]:
        try:
            yield "word"
            await asyncio.Event().wait()
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
            self.cleared.set()


def test_it_gives_and_raises_what_the_source_does() -> None:
    async def source() -> AsyncGenerator[int]:
        yield 1
        yield 2
        raise ValueError("three")

    async def read() -> list[int]:
        given = []
        with pytest.raises(ValueError, match="three"):  # noqa: PT012 - what came before it is wanted too
            async for number in detached(source()):
                given.append(number)
        return given

    assert asyncio.run(read()) == [1, 2]


def test_closing_it_waits_until_the_source_has_cleared_up() -> None:
    async def read() -> bool:
        source = Source()
        async with aclosing(detached(source.words())) as words:
            await anext(words)
        return source.cleared.is_set()

    assert asyncio.run(read())


def test_a_server_that_cancels_again_and_again_does_not_disturb_the_clearing_up() -> None:
    async def read() -> None:
        source = Source()
        with anyio.CancelScope() as request:
            async for _ in detached(source.words()):
                asyncio.get_running_loop().call_later(0.05, request.cancel)
        await asyncio.wait_for(source.cleared.wait(), 5.0)

    asyncio.run(read())
