"""Whole turns over a model on a real socket: who wrote, who stands in, and who is left."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from service.app import create_app
from service.flow.state import Reply
from service.settings import Settings
from service.wiring import open_coach
from tests.protocols import Anthropic, OpenAI
from tests.providers import Provider, hangs, in_one_loop, refuses, speaks, writes
from tests.service.test_flow import GOOD, QUESTION

pytestmark = [
    pytest.mark.usefixtures("litellm_ready"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

SECONDS = 60.0


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for dialect in (OpenAI, Anthropic):
        monkeypatch.setenv(dialect.key, "none")


def with_model(settings: Settings, provider: Provider, **more: object) -> Settings:
    return settings.model_copy(update={"model": provider.model, "model_api_base": provider.base, **more})


async def turn(settings: Settings) -> Reply:
    async with open_coach(settings) as coach:
        return await coach.chat(QUESTION)


def test_the_reply_names_the_model_that_wrote_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with speaks(OpenAI(), refuses(500)) as first, speaks(Anthropic(), writes(GOOD)) as second:
        monkeypatch.setenv("ANTHROPIC_API_BASE", second.base)
        reply = in_one_loop(
            turn(with_model(settings, first, fallback_models=(second.model,), model_retries=0)), SECONDS
        )
    assert reply.model == second.model
    assert reply.reply.startswith("Start with the whole truth")
    assert not reply.guardrails.composed
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (11, 7)


@pytest.mark.parametrize(
    "times", [{"model_timeout": 1.0}, {"turn_timeout": 1.0}], ids=["a reply's limit", "the turn's limit"]
)
def test_the_composer_answers_when_the_time_is_up(settings: Settings, times: dict[str, float]) -> None:
    with speaks(OpenAI(), hangs("Take ")) as provider:
        reply = in_one_loop(turn(with_model(settings, provider, **times)), SECONDS)
        provider.wait_until_left(len(provider.calls))
    assert reply.guardrails.composed
    assert reply.model == "embedded"
    assert reply.citations


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The API on a real socket."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


async def leave_after_a_sentence(base: str) -> None:
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        body = {"message": QUESTION, "stream": True}
        async with client.stream("POST", f"{base}/v1/chat", json=body) as response:
            lines: AsyncIterator[str] = response.aiter_lines()
            async for line in lines:
                if line == "event: sentence":
                    return


def test_when_the_person_leaves_the_provider_is_left(settings: Settings) -> None:
    slow = writes(
        "Start with the whole truth about the money. ",
        *(f"Then wait {days} days. " for days in range(2, 200)),
        pause=0.1,
    )
    with speaks(OpenAI(), slow) as provider, served(with_model(settings, provider)) as base:
        asyncio.run(leave_after_a_sentence(base))
        provider.wait_until_left(1, seconds=5.0)
