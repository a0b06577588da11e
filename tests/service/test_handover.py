"""A human is told of danger, and of nothing else."""

import asyncio
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from service.settings import Settings
from service.wiring import open_coach
from tests.fakes import ScriptedWriter, fails, provider
from tests.service.test_flow import GOOD, QUESTION

DANGER = "I don't want to be here any more"


def accepts(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    handler.send_response(204)
    handler.send_header("content-length", "0")
    handler.end_headers()


def talk(settings: Settings, url: str, content: bool) -> None:
    async def turns() -> None:
        hooked = settings.model_copy(update={"handover_url": url, "handover_content": content})
        async with open_coach(hooked, ScriptedWriter([GOOD])) as coach:
            await coach.chat(QUESTION, "s")
            reply = await coach.chat(DANGER, "s")
            assert reply.decision == "escalate"

    asyncio.run(turns())


@pytest.mark.parametrize("content", [False, True])
def test_danger_is_told_with_the_message_only_where_that_is_set(settings: Settings, content: bool) -> None:
    with provider(accepts) as (base, told):
        talk(settings, base, content)
    (body,) = told
    assert body["session_id"] == "s"
    assert body["labels"] == ["crisis_self_harm"]
    assert ("message" in body) is content


def test_a_hook_that_fails_breaks_nothing_and_logs_no_text(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with provider(fails(500)) as (base, _):
        talk(settings, base, True)
    assert "handover of turn" in caplog.text
    assert "here any more" not in caplog.text
