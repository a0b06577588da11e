"""One model on a real socket, in each provider's own protocol: good, bad, slow and gone."""

import asyncio
import json
import logging
import traceback
from collections.abc import Iterator

import pytest

from knowledge.tactics import load_tactics
from service.errors import ProviderError
from service.guardrails.guardrail import Subject
from service.guardrails.judge import ModelJudge
from service.guardrails.normalise import normalise
from service.writing.gateway import Gateway, Limits
from service.writing.writer import Chunk, Usage
from tests.protocols import COMPLETION_TOKENS, DIALECTS, PROMPT_TOKENS, SECRET, Dialect, Gemini, Ollama, OpenAI
from tests.providers import (
    Behaviour,
    Provider,
    drops,
    hangs,
    in_one_loop,
    pages,
    refuses,
    shrugs,
    speaks,
    stammers,
    writes,
)

pytestmark = [
    pytest.mark.usefixtures("litellm_ready"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

PROMPT = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "words-of-somebody: hello"}]
PATIENT, SHORT = Limits(10.0, 300, 0), Limits(0.6, 300, 0)
GRACE = 10.0


@pytest.fixture(params=DIALECTS, ids=lambda dialect: type(dialect).__name__)
def dialect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Dialect:
    spoken: Dialect = request.param
    monkeypatch.setenv(spoken.key, SECRET)
    return spoken


@pytest.fixture(autouse=True)
def discreet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever happens, no key and no word of a prompt is logged or printed."""
    caplog.set_level(logging.INFO)
    yield
    told = "".join(capfd.readouterr()) + "".join(record.getMessage() for record in caplog.get_records("call"))
    assert SECRET not in told
    assert "words-of-somebody" not in told


def reply_of(provider: Provider, limits: Limits) -> list[Chunk]:
    """Everything that the gateway gives; never later than the limit."""

    async def collect() -> list[Chunk]:
        return [chunk async for chunk in Gateway(provider.model, provider.base, limits).stream(PROMPT)]

    return in_one_loop(collect(), limits.timeout + GRACE)


def ask(dialect: Dialect, *behaviours: Behaviour, limits: Limits = PATIENT) -> list[Chunk]:
    with speaks(dialect, *behaviours) as provider:
        return reply_of(provider, limits)


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def test_text_comes_piece_by_piece_and_is_counted(dialect: Dialect) -> None:
    chunks = ask(dialect, writes("Take ", "your ", "time."))
    assert [chunk.text for chunk in chunks if chunk.text] == ["Take ", "your ", "time."]
    assert sum((chunk.usage for chunk in chunks), Usage()) == Usage(PROMPT_TOKENS, COMPLETION_TOKENS)
    assert {chunk.model for chunk in chunks} == {dialect.model}


def test_the_request_is_what_the_protocol_asks_for(dialect: Dialect) -> None:
    with speaks(dialect, writes("Yes.")) as provider:
        reply_of(provider, PATIENT)
    (call,) = provider.calls
    assert call.path.startswith(dialect.path)
    assert dialect.credential(call.headers) == SECRET
    assert dialect.prompt(call.body) == [(message["role"], message["content"]) for message in PROMPT]
    assert dialect.limit(call.body) == 300


def test_a_new_openai_model_gets_the_parameter_that_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OpenAI.key, SECRET)
    with speaks(OpenAI(), writes("Yes.")) as provider:
        provider.model = "openai/gpt-5-mini"
        reply_of(provider, PATIENT)
    assert provider.calls[0].body["max_completion_tokens"] == 300
    assert "max_tokens" not in provider.calls[0].body


def test_the_judge_s_verdict_comes_whole(dialect: Dialect) -> None:
    text, verdict = "She should notice.", json.dumps({"labels": ["jealousy_play"], "evidence": "notice"})
    with speaks(dialect, writes(*verdict)) as provider:
        judge = ModelJudge(Gateway(dialect.model, provider.base, PATIENT), load_tactics())
        (hit,) = in_one_loop(
            judge.detect(Subject(surface="user_message", text=text, normalised=normalise(text))), GRACE
        )
    assert (hit.label, hit.start, hit.end) == ("jealousy_play", 11, 17)


FAULTS = {
    "401": refuses(401),
    "404": refuses(404),
    "429": refuses(429),
    "500": refuses(500),
    "line cut at once": drops(),
    "line cut later": drops("Take ", "your "),
    "no choice": shrugs,
    "no event": pages,
    "no word": writes(),
    "filtered at once": writes(ending="filter"),
    "filtered later": writes("Take ", ending="filter"),
    "half": writes("Take ", ending=None),
    "100,000 tokens": writes(*["word " * 100] * 1000),
}
SILENT = {
    "hangs at once": hangs(),
    "hangs later": hangs("Take "),
    "a word now and then": writes(*["word "] * 100, pause=0.15),
}


@pytest.mark.parametrize("fault", FAULTS | SILENT)
def test_what_goes_wrong_is_one_error(dialect: Dialect, fault: str) -> None:
    if isinstance(dialect, Ollama) and "filtered" in fault:
        pytest.skip("Ollama has no content filter")
    if isinstance(dialect, Gemini) and fault == "half":
        pytest.skip("LiteLLM takes every piece of Gemini's for the last, so that half a reply is not told from a whole")
    with pytest.raises(ProviderError) as caught:
        ask(dialect, (FAULTS | SILENT)[fault], limits=SHORT if fault in SILENT else PATIENT)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert "words-of-somebody" not in told


def test_what_is_not_json_never_breaks_a_turn(dialect: Dialect) -> None:
    # LiteLLM leaves out what it cannot read of some protocols, and fails with others.
    with speaks(dialect, stammers) as provider:
        try:
            assert text_of(reply_of(provider, PATIENT)) == "Well, "
        except ProviderError:
            assert not isinstance(dialect, Gemini | Ollama)


def test_a_reply_at_the_token_limit_is_text(dialect: Dialect) -> None:
    assert text_of(ask(dialect, writes("Take ", "your ", ending="length"))) == "Take your "


def test_who_writes_too_much_is_left(dialect: Dialect) -> None:
    with speaks(dialect, writes(*["word " * 100] * 1000, pause=0.02)) as provider:
        with pytest.raises(ProviderError, match="more than it was allowed"):
            reply_of(provider, PATIENT)
        provider.wait_until_left(1)


def test_a_slow_reply_within_the_limit_is_whole(dialect: Dialect) -> None:
    assert text_of(ask(dialect, writes(*"slow", pause=0.15))) == "slow"


def test_it_waits_as_long_as_the_provider_asks_for(dialect: Dialect) -> None:
    with speaks(dialect, refuses(429, retry_after="1"), writes("Back.")) as provider:
        assert text_of(reply_of(provider, Limits(10.0, 300, 1))) == "Back."
    first, second = provider.calls
    # LiteLLM loses the headers of Gemini's refusals, and waits half a second then.
    assert second.at - first.at >= (0.5 if isinstance(dialect, Gemini) else 1.0)


def test_the_limit_never_stops_the_reader_s_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OpenAI.key, SECRET)

    seen = []

    async def read(provider: Provider) -> None:
        async for chunk in Gateway(provider.model, provider.base, Limits(0.5, 300, 0)).stream(PROMPT):
            await asyncio.sleep(0.7)
            seen.append(chunk.text)

    with speaks(OpenAI(), hangs("Take ")) as provider, pytest.raises(ProviderError):
        in_one_loop(read(provider), GRACE)
    assert seen == ["Take "]


def test_a_provider_that_is_down() -> None:
    with pytest.raises(ProviderError):
        reply_of(Provider(OpenAI.model, "http://127.0.0.1:9/v1"), PATIENT)
