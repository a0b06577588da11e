"""What is hidden from a provider, and how it comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evals.redaction import measure, missed, sentences, wrong
from knowledge.tactics import load_tactics
from service.conversation import Turn
from service.guardrails.guardrail import Subject
from service.guardrails.judge import ModelJudge
from service.guardrails.normalise import normalise
from service.writing.gateway import Gateway, Limits
from service.writing.litellm_writer import LiteLLMWriter
from service.writing.redaction import Redaction
from service.writing.writer import Brief, Chunk, Usage
from tests.protocols import OpenAI
from tests.providers import Provider, in_one_loop, speaks, writes

EVERY = list(sentences())
DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
BRIEF = Brief(
    message="Should I call Anna on 0176 2345 6789?",
    passages=(),
    covered=False,
    history=(Turn(role="user", content="I cheated on anna."), Turn(role="assistant", content="What did Anna ask for?")),
    wishes=("Anna Keller wants no calls.",),
)


def test_there_are_sixty_sentences_and_none_that_was_looked_at_is_wrong() -> None:
    assert len(EVERY) == 60
    assert [(s.text, missed(s), wrong(s)) for s in EVERY if s.seen and (missed(s) or wrong(s))] == []


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "unseen"])
def test_the_documented_figures_are_measured(seen: bool) -> None:
    result = measure([sentence for sentence in EVERY if sentence.seen == seen])
    assert f"| {result.found} of {result.due} | {result.alarms} |" in DOCS.read_text(encoding="utf-8")


def test_everything_that_was_hidden_comes_back() -> None:
    for sentence in EVERY:
        redaction = Redaction([sentence.text])
        assert redaction.restore(redaction.hide(sentence.text)) == sentence.text


def test_one_person_has_one_placeholder_in_the_whole_exchange() -> None:
    redaction = Redaction(["I lied to Anna Keller.", "Will Anna call, or Tom? anna never calls."])
    assert redaction.hide("Anna Keller and Tom: anna") == "<NAME_1> <NAME_2> and <NAME_3>: <NAME_1>"


def test_what_looks_like_a_placeholder_stays_what_it_was() -> None:
    redaction = Redaction(["My template says <NAME_1>, and Anna laughed."])
    hidden = redaction.hide("My template says <NAME_1>, and Anna laughed.")
    assert "Anna" not in hidden
    assert redaction.restore(hidden) == "My template says <NAME_1>, and Anna laughed."
    assert redaction.restore("<NAME_7>, <PHONE_1>") == "<NAME_7>, <PHONE_1>"
    assert not Redaction([])


async def pieces(*texts: str) -> AsyncIterator[Chunk]:
    for text in texts:
        yield Chunk(text)
    yield Chunk("", Usage(11, 7))


def test_a_placeholder_may_be_split_anywhere() -> None:
    names = [f"{letter}ndrea" for letter in "ABCDEFGHIJKL"]
    redaction = Redaction([f"My friend {name} came." for name in names])
    written = "<NAME_1>'s friend <NAME_12> (NAME_2), not <b>NAME_99</b> <"
    expected = f"{names[0]}'s friend {names[11]} ({names[1]}), not <b>NAME_99</b> <"

    async def restored(*texts: str) -> list[Chunk]:
        return [chunk async for chunk in redaction.restored(pieces(*texts))]

    for cut in range(len(written)):
        chunks = asyncio.run(restored(written[:cut], written[cut:]))
        assert "".join(chunk.text for chunk in chunks) == expected
        assert sum((chunk.usage for chunk in chunks), Usage()) == Usage(11, 7)
    assert "".join(chunk.text for chunk in asyncio.run(restored(*written))) == expected


def test_text_that_cannot_be_a_placeholder_does_not_wait() -> None:
    async def first(text: str) -> str:
        async for chunk in Redaction(["I lied to Anna."]).restored(pieces(text)):
            return chunk.text
        return ""

    assert asyncio.run(first("Take your time. ")) == "Take your time. "
    assert asyncio.run(first("Give <NA")) == "Give "


@pytest.fixture
def key(litellm_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OpenAI.key, "none")


def gateway_to(provider: Provider) -> Gateway:
    return Gateway(provider.model, provider.base, Limits(10.0, 300, 0))


@pytest.mark.usefixtures("key")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("redact", [True, False])
def test_a_provider_learns_names_only_where_it_may(redact: bool) -> None:
    async def draft(provider: Provider) -> str:
        writer = LiteLLMWriter(gateway_to(provider), redact=redact)
        return "".join([chunk.text async for chunk in writer.write(BRIEF)])

    answer = "Give <NAME_1> time." if redact else "Give Anna time."
    with speaks(OpenAI(), writes(*answer)) as provider:
        assert in_one_loop(draft(provider), 30.0) == "Give Anna time."
    asked = json.dumps(provider.calls[0].body)
    for told in ("Anna", "anna", "Keller", "2345"):
        assert (told in asked) is not redact
    assert ("<PHONE_1>" in asked) is redact


@pytest.mark.usefixtures("key")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_judge_learns_no_names_and_its_evidence_is_still_found() -> None:
    text = "Tell Anna that she will regret it."
    verdict = json.dumps({"labels": ["threat"], "evidence": "Tell <NAME_1> that she"})
    with speaks(OpenAI(), writes(verdict)) as provider:
        judge = ModelJudge(gateway_to(provider), load_tactics(), redact=True)
        subject = Subject(surface="message_to_ex", text=text, normalised=normalise(text))
        (hit,) = in_one_loop(judge.detect(subject), 30.0)
    assert text[hit.start : hit.end] == "Tell Anna that she"
    assert "Anna" not in json.dumps(provider.calls[0].body)
