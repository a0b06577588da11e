"""Any provider that speaks OpenAI's protocol, on a real socket: good, bad, slow and gone."""

import asyncio
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from service.errors import ConfigurationError, ProviderError
from service.writing.gateway import Gateway, Limits
from service.writing.writer import Usage
from tests.fakes import Behaviour, completes, fails, provider, send_chunk, start_stream

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

MODEL = "openai/mock"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key-of-nobody")


async def collect(gateway: Gateway) -> tuple[str, Usage]:
    text, usage = "", Usage()
    async for chunk in gateway.stream([{"role": "user", "content": "hello"}]):
        text, usage = text + chunk.text, usage + chunk.usage
    return text, usage


def ask(behaviour: Behaviour, timeout: float = 5.0) -> tuple[str, Usage]:
    with provider(behaviour) as (base, _):
        return asyncio.run(collect(Gateway(MODEL, base, Limits(timeout, retries=0))))


def test_streams_text_and_counts_tokens() -> None:
    text, usage = ask(completes("Take your time. It is yours."))
    assert text == "Take your time. It is yours."
    assert usage == Usage(11, 7)


def test_sends_the_conversation_and_the_model() -> None:
    with provider(completes("ok")) as (base, requests):
        asyncio.run(collect(Gateway(MODEL, base)))
    assert requests[0]["model"] == "mock"
    assert requests[0]["stream"] is True
    assert requests[0]["messages"] == [{"role": "user", "content": "hello"}]


def hangs(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    start_stream(handler)
    send_chunk(handler, {"choices": [{"index": 0, "delta": {"content": "Well, "}}]})
    time.sleep(1.5)


def sends_nonsense(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    start_stream(handler)
    handler.wfile.write(b"data: {not json\n\ndata: [DONE]\n\n")


def sends_nothing(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    start_stream(handler)
    handler.wfile.write(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    "behaviour",
    [fails(401), fails(404), fails(429), fails(500), fails(200, b"<html>hi</html>"), hangs, sends_nonsense,
     sends_nothing],
    ids=["401", "404", "429", "500", "html", "hangs", "nonsense", "nothing"],
)  # fmt: skip
def test_what_goes_wrong_is_one_error(behaviour: Behaviour) -> None:
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        ask(behaviour, timeout=1.0)
    assert time.monotonic() - started < 10
    assert "test-key-of-nobody" not in str(caught.value)


def test_a_provider_that_is_down() -> None:
    with pytest.raises(ProviderError):
        asyncio.run(collect(Gateway(MODEL, "http://127.0.0.1:9/v1", Limits(2.0))))


def test_a_model_of_no_provider_is_named_at_start() -> None:
    with pytest.raises(ConfigurationError, match="COACH_MODEL='my-model' names no provider"):
        Gateway("my-model").check("COACH_MODEL")
    Gateway(MODEL).check("COACH_MODEL")
