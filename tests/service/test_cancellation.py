"""Nobody reads any more: the provider is left, and nothing is left behind."""

import asyncio
import os
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from service.writing.gateway import Gateway, Limits
from tests.protocols import DIALECTS, Dialect
from tests.providers import Provider, in_one_loop, speaks, writes

pytestmark = [
    pytest.mark.usefixtures("litellm_ready"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

STREAMS_EACH = 200
AT_ONCE = 10
SETTLED = 0.3


async def leave_after_a_word(gateway: Gateway) -> None:
    async with aclosing(gateway.stream([{"role": "user", "content": "hello"}])) as chunks:
        await anext(chunks)


async def leave_whenever(gateway: Gateway, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(gateway.complete([{"role": "user", "content": "hello"}]), seconds)


async def counted() -> tuple[int, int]:
    """Tasks and open files, once what was left has been cleared away."""
    await asyncio.sleep(SETTLED)
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))  # noqa: PTH208


async def leave_many(provider: Provider, streams: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Tasks and open files before and after so many streams were begun and left."""
    gateway = Gateway(provider.model, provider.base, Limits(30.0, 300, 0))
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            await (leave_whenever(gateway, number % 10 / 100) if number % 2 else leave_after_a_word(gateway))

    await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
    before = await counted()
    await asyncio.gather(*(one(number) for number in range(streams)))
    return before, await counted()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: type(dialect).__name__)
def test_a_thousand_streams_that_were_left_leave_nothing(dialect: Dialect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(dialect.key, "none")
    with speaks(dialect, writes(*["word "] * 1000, pause=0.05)) as provider:
        before, after = in_one_loop(leave_many(provider, STREAMS_EACH), 60.0)
        provider.wait_until_left(len(provider.calls))
    assert len(provider.calls) > STREAMS_EACH / 2
    assert after[0] == before[0]
    assert after[1] <= before[1]
