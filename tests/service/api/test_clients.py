"""Clients that people use, unmodified, against a coach on a real socket."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from service.settings import Settings
from service.writing.gateway import _litellm
from tests.fakes import ScriptedWriter
from tests.service.api.serving import served
from tests.service.api.test_completions import ANSWER, MORNING, SILENCE
from tests.service.test_flow import GOOD, QUESTION


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base_url, api_key="none is set", max_retries=0) as opened:
        yield opened


def test_openai_over_several_turns(client: openai.OpenAI) -> None:
    said: list[Any] = [{"role": "system", "content": "Be brief."}]
    decisions = []
    for message in (SILENCE, "How do I sleep at night?", MORNING):
        said.append({"role": "user", "content": message})
        completion = client.chat.completions.create(model="coach", messages=said, temperature=0.3, max_tokens=200)
        assert completion.model_extra is not None
        decisions.append(completion.model_extra["decision"])
        said.append(completion.choices[0].message)
    assert decisions == ["allow", "allow", "redirect"]


def test_openai_streaming(client: openai.OpenAI) -> None:
    with client.chat.completions.create(
        model="coach",
        messages=[{"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "[1]" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert (chunks[-2].model_extra or {})["citations"]
    assert chunks[-1].usage is not None


def test_openai_asynchronously(base_url: str) -> None:
    async def turn() -> str:
        async with openai.AsyncOpenAI(base_url=base_url, api_key="none is set") as client:
            stream = await client.chat.completions.create(
                model="coach", messages=[{"role": "user", "content": QUESTION}], stream=True
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert "[1]" in asyncio.run(turn())


def test_openai_models_and_moderations(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["coach", "embedded"]
    assert client.models.retrieve("coach").owned_by == "trust-coach"
    (crisis,) = client.moderations.create(input="I want to die", model="omni-moderation-latest").results
    assert crisis.flagged
    assert (crisis.categories.model_extra or {})["crisis_self_harm"] is True


def test_openai_raises_what_it_raises_elsewhere(client: openai.OpenAI) -> None:
    def create(model: str, content: Any) -> None:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])

    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-4o' here"):
        create("gpt-4o", "hi")
    with pytest.raises(openai.BadRequestError, match="no image_url") as caught:
        create("coach", [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}])
    assert caught.value.param == "messages.0.content"


def test_openai_with_and_without_a_key(settings: Settings) -> None:
    keyed = Settings(data_dir=settings.data_dir, api_keys="one, two")
    with served(keyed, ScriptedWriter([GOOD])) as base_url:
        with openai.OpenAI(base_url=base_url, api_key="three") as stranger, pytest.raises(openai.AuthenticationError):
            stranger.models.list()
        with openai.OpenAI(base_url=base_url, api_key="two") as known:
            reply = known.chat.completions.create(model="coach", messages=[{"role": "user", "content": QUESTION}])
    assert reply.choices[0].message.content is not None
    assert "whole truth" in reply.choices[0].message.content


def test_openai_meets_an_error_in_the_middle_of_a_stream(settings: Settings) -> None:
    with (
        served(settings, ScriptedWriter([])) as base_url,
        openai.OpenAI(base_url=base_url, api_key="none is set") as client,
    ):
        stream = client.chat.completions.create(
            model="coach", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        with pytest.raises(openai.APIError, match="Something broke on our side"):
            list(stream)


def test_the_example_of_the_docs_runs(base_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "openai.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.S)
    names: dict[str, Any] = {"openai": openai}
    exec(example.replace("http://localhost:8000/v1", base_url), names)
    names["client"].close()
    assert len(capsys.readouterr().out.split()) > 40


def test_langchain(base_url: str) -> None:
    model = ChatOpenAI(model="coach", base_url=base_url, api_key=SecretStr("none is set"), temperature=0)
    said = [SystemMessage("Be brief."), HumanMessage(SILENCE), AIMessage(ANSWER), HumanMessage(MORNING)]
    answer = model.invoke(said)
    assert answer.response_metadata["finish_reason"] == "stop"
    pieces = [chunk.text for chunk in model.stream(said)]
    assert len(pieces) > 2
    assert "".join(pieces) == answer.text


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_litellm(base_url: str) -> None:
    litellm = _litellm()
    said = [{"role": "user", "content": QUESTION}]
    whole = litellm.completion(model="openai/coach", api_base=base_url, api_key="none is set", messages=said)
    stream = litellm.completion(
        model="openai/coach", api_base=base_url, api_key="none is set", messages=said, stream=True
    )
    assert whole.choices[0].finish_reason == "stop"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == whole.choices[0].message.content


def test_a_chat_page_such_as_open_webui(base_url: str) -> None:
    """It lists models, then sends the whole conversation with fields of its own and reads the stream line by line."""
    with httpx.Client(base_url=base_url, headers={"authorization": "Bearer none is set"}) as page:
        assert [model["id"] for model in page.get("models").json()["data"]] == ["coach", "embedded"]
        request = {
            "stream": True,
            "model": "coach",
            "messages": [
                {"role": "system", "content": "The person's name is Ann. Today is Friday."},
                {"role": "user", "content": SILENCE},
                {"role": "assistant", "content": ANSWER},
                {"role": "user", "content": [{"type": "text", "text": MORNING}]},
            ],
            "stream_options": {"include_usage": True},
            "params": {},
            "tools": [{"type": "function", "function": {"name": "get_current_timestamp", "parameters": {}}}],
            "tool_servers": [],
            "features": {"web_search": False, "image_generation": False},
            "variables": {"{{USER_NAME}}": "Ann"},
            "chat_id": "c-1",
            "id": "m-1",
            "session_id": "a socket, not a session of ours",
            "background_tasks": {"title_generation": True},
        }
        with page.stream("POST", "chat/completions", json=request) as response:
            assert response.status_code == 200
            lines = [line for line in response.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines.pop() == "data: [DONE]"
    *chunks, counted = (json.loads(line.removeprefix("data: ")) for line in lines)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert chunks[-1]["decision"] == "redirect"
    assert chunks[-1]["session_id"] is None
    assert counted["usage"]["total_tokens"] == 0
