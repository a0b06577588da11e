"""Several models, what they may cost, and which are left alone."""

from contextlib import suppress
from pathlib import Path

import pytest

from service.errors import ConfigurationError, ProviderError
from service.settings import Settings, load_settings
from service.wiring import preflight
from service.writing.cooldown import Cooldown
from service.writing.gateway import Gateway, Limits
from service.writing.spending import Spending
from service.writing.writer import Chunk
from tests.protocols import Anthropic, OpenAI
from tests.providers import Behaviour, Provider, drops, hangs, in_one_loop, refuses, shrugs, speaks, writes

pytestmark = [
    pytest.mark.usefixtures("litellm_ready"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

PROMPT = [{"role": "user", "content": "hello"}]
PRICED = "openai/gpt-5-mini"
SECONDS = 30.0
PATIENT = Limits(10.0, 300, 0)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for dialect in (OpenAI, Anthropic):
        monkeypatch.setenv(dialect.key, "none")


async def read(gateway: Gateway) -> list[Chunk]:
    return [chunk async for chunk in gateway.stream(PROMPT)]


@pytest.mark.parametrize(
    ("fault", "limits"),
    [(refuses(401), PATIENT), (refuses(500), PATIENT), (drops(), PATIENT), (shrugs, PATIENT),
     (writes(ending="filter"), PATIENT), (hangs(), Limits(3.0, 300, 0))],
    ids=["401", "500", "line cut", "no choice", "filtered", "hangs"],
)  # fmt: skip
def test_the_next_model_answers_when_the_first_has_not_begun(
    fault: Behaviour, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaks(OpenAI(), fault) as first, speaks(Anthropic(), writes("Take ", "your time.")) as second:
        monkeypatch.setenv("ANTHROPIC_API_BASE", second.base)
        gateway = Gateway(first.model, first.base, limits, [second.model])
        chunks = in_one_loop(read(gateway), SECONDS)
    assert "".join(chunk.text for chunk in chunks) == "Take your time."
    assert {chunk.model for chunk in chunks if chunk.text} == {chunks[-1].model} == {second.model}
    assert len(first.calls) == len(second.calls) == 1


def test_once_a_word_was_given_no_other_model_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Chunk] = []

    async def take(gateway: Gateway) -> None:
        async for chunk in gateway.stream(PROMPT):
            given.append(chunk)

    with speaks(OpenAI(), drops("Take ")) as first, speaks(Anthropic(), writes("No.")) as second:
        monkeypatch.setenv("ANTHROPIC_API_BASE", second.base)
        gateway = Gateway(first.model, first.base, PATIENT, [second.model])
        with pytest.raises(ProviderError):
            in_one_loop(take(gateway), SECONDS)
    assert [chunk.text for chunk in given] == ["Take "]
    assert second.calls == []


def test_a_model_that_has_begun_may_take_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaks(OpenAI(), writes(*"slow", pause=0.2)) as first:
        gateway = Gateway(first.model, first.base, Limits(1.2, 300, 0), [Anthropic.model])
        chunks = in_one_loop(read(gateway), SECONDS)
    assert "".join(chunk.text for chunk in chunks) == "slow"


@pytest.mark.parametrize("fault", [refuses(500), hangs(), drops("Take ")], ids=["500", "hangs", "line cut"])
def test_a_model_that_goes_on_failing_is_left_alone_for_a_while(fault: Behaviour) -> None:
    async def turns(provider: Provider) -> None:
        gateway = Gateway(provider.model, provider.base, Limits(0.5, 300, 0), cooldown=Cooldown(2, 60.0))
        for _ in range(4):
            with pytest.raises(ProviderError):
                await read(gateway)

    with speaks(OpenAI(), fault) as provider:
        in_one_loop(turns(provider), SECONDS)
    assert len(provider.calls) == 2


def test_three_failures_in_half_a_minute_are_half_a_minute_s_rest() -> None:
    now = [0.0]
    cooldown = Cooldown(failures=3, seconds=30.0, clock=lambda: now[0])
    seen = []
    for moment in (0.0, 20.0, 40.0, 45.0):
        now[0] = moment
        cooldown.failed("one")
        seen.append(cooldown.resting("one"))
    assert seen == [False, False, False, True]
    assert not cooldown.resting("another")
    now[0] = 74.9
    assert cooldown.resting("one")
    now[0] = 75.0
    assert not cooldown.resting("one")


def test_a_provider_that_is_down_is_left_alone_too() -> None:
    async def turns() -> None:
        gateway = Gateway(OpenAI.model, "http://127.0.0.1:9/v1", PATIENT, cooldown=Cooldown(1))
        for reason in ("provider failed", "left alone"):
            with pytest.raises(ProviderError, match=reason):
                await read(gateway)

    in_one_loop(turns(), SECONDS)


def test_a_prompt_that_is_refused_is_no_failure_of_the_model() -> None:
    async def turns(provider: Provider) -> None:
        gateway = Gateway(provider.model, provider.base, PATIENT, cooldown=Cooldown(1))
        with pytest.raises(ProviderError):
            await read(gateway)
        await read(gateway)

    with speaks(OpenAI(), refuses(400), writes("Yes.")) as provider:
        in_one_loop(turns(provider), SECONDS)


@pytest.mark.parametrize("first", [writes("Yes."), drops("word " * 100)], ids=["whole", "line cut"])
def test_beyond_the_day_s_budget_no_model_is_asked(first: Behaviour) -> None:
    async def turns(provider: Provider) -> None:
        gateway = Gateway(PRICED, provider.base, PATIENT, spending=Spending(1e-6))
        with suppress(ProviderError):
            await read(gateway)
        with pytest.raises(ProviderError, match="budget"):
            await read(gateway)

    with speaks(OpenAI(), first) as provider:
        in_one_loop(turns(provider), SECONDS)
    assert len(provider.calls) == 1


def test_a_price_that_is_not_known_is_told_at_start(caplog: pytest.LogCaptureFixture) -> None:
    Gateway(PRICED, spending=Spending(1.0)).check("COACH_MODEL")
    assert caplog.text == ""
    Gateway("azure/of-our-own", spending=Spending(1.0)).check("COACH_MODEL")
    assert "azure/of-our-own has no known price" in caplog.text


def test_what_cannot_work_is_named_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    for name, value in (("model", "my-model"), ("judge_model", "my-judge")):
        with pytest.raises(ConfigurationError, match=f"COACH_{name.upper()}='{value}' names no provider"):
            preflight(settings.model_copy(update={name: value}))
    with pytest.raises(ConfigurationError, match="COACH_FALLBACK_MODELS='next-model' names no provider"):
        preflight(settings.model_copy(update={"model": PRICED, "fallback_models": (Anthropic.model, "next-model")}))
    preflight(settings.model_copy(update={"model": PRICED, "fallback_models": (Anthropic.model,)}))
    monkeypatch.setenv("COACH_MODEL", "list")
    with pytest.raises(ConfigurationError, match=r"COACH_MODEL: .*is not a model"):
        load_settings()
