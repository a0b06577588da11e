"""What the guards add to the first sentence of a model: `python -m benchmarks.first_sentence [--turns N]`.

A provider on loopback writes the same reply word by word. It is read once bare, by LiteLLM alone, and once through the
whole coach: guards, retrieval, prompt, release gate. Both clocks stop when the first sentence is there. Turns whose
draft the guards stopped, because of what the person had written, are counted apart: they wait for another draft.
"""

import argparse
import asyncio
import os
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from evals.retrieval import load_questions
from evals.statistics import percentile
from service.coach import Coach
from service.flow.context import Replied, SentenceReleased
from service.settings import Settings
from service.wiring import build_gateway, open_coach
from service.writing.gateway import Gateway
from tests.protocols import OpenAI
from tests.providers import speaks, writes

_FIRST = "That sounds like a heavy evening, and it makes sense that you want to do this well."
_REST = " Own what you did in one sentence. Then leave them free to answer, or not to."
_PAUSE = 0.02
"""Seconds between words: fifty a second, as a quick model writes."""


async def bare(gateway: Gateway, message: str) -> float:
    """Milliseconds until the provider has written its first sentence."""
    started, read = time.perf_counter(), ""
    async with aclosing(gateway.stream([{"role": "user", "content": message}])) as chunks:
        while len(read) < len(_FIRST):
            read += (await anext(chunks)).text
    return (time.perf_counter() - started) * 1000


async def guarded(coach: Coach, message: str) -> tuple[float, bool]:
    """Milliseconds until the coach has released it, and whether it was of the first draft."""
    started, first = time.perf_counter(), 0.0
    async with aclosing(coach.stream(message)) as events:
        async for event in events:
            if isinstance(event, SentenceReleased) and not first:
                first = (time.perf_counter() - started) * 1000
            if isinstance(event, Replied):
                return first, not event.reply.guardrails.redrafts and event.reply.decision in ("allow", "redirect")
    raise AssertionError("a turn ended without a reply")


async def measure(settings: Settings, turns: int) -> list[tuple[float, float, bool]]:
    """Times of both, turn about, and whether the first draft was sent."""
    gateway = build_gateway(settings)
    times = []
    async with open_coach(settings) as coach:
        messages = [question.query for question in load_questions()[: turns + 1]]
        for message in messages:
            relayed = await bare(gateway, message)
            times.append((relayed, *await guarded(coach, message)))
    return times[1:]


def main() -> None:
    """Print medians, 95th percentiles, and what was added."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100)
    turns = parser.parse_args().turns
    os.environ[OpenAI.key] = "none"
    words = [f"{word} " for word in (_FIRST + _REST).split()]
    with speaks(OpenAI(), writes(*words, pause=_PAUSE)) as provider, tempfile.TemporaryDirectory() as folder:
        settings = Settings(model=provider.model, model_api_base=provider.base, data_dir=Path(folder))
        measured = asyncio.run(measure(settings, turns))
    sent = [(theirs, ours) for theirs, ours, first in measured if first]
    added = [ours - theirs for theirs, ours in sent]
    for name, times in (("bare", [row[0] for row in sent]), ("guarded", [row[1] for row in sent]), ("added", added)):
        print(f"{name}: median {percentile(times, 50)}, p95 {percentile(times, 95)} ms")
    print(f"another draft or fixed words: {len(measured) - len(sent)} of {len(measured)} turns")


if __name__ == "__main__":
    main()
