"""A coach over HTTP is evaluated like one in this process."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from evals.remote import RemoteFault
from evals.running import run_task
from evals.solvers import talk
from evals.suite import Entry
from evals.target import Elsewhere, target
from service.app import create_app
from service.errors import BadRequest, ConfigurationError
from service.settings import Settings
from tests.evals.test_tasks import cut
from tests.service.test_flow import QUESTION


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    """A real server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(1200):
        if server.started:
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


def test_a_conversation_over_http_is_the_same_conversation(url: str) -> None:
    async def hold() -> None:
        coach = Elsewhere(url)
        assert coach.score("user_message", QUESTION) is None
        verdict = await coach.judge("message_to_ex", "Answer by tonight or we are finished.")
        assert verdict.decision == "flag"
        async with coach.open() as opened:
            first, second = await talk(opened, [QUESTION, "She told me not to write to her."], "en-GB")
        assert first.released == first.reply.reply
        assert [entry.wish for entry in second.ledger] == ["no_contact"]

    asyncio.run(hold())


def test_a_task_runs_against_a_url(url: str, tmp_path: Path) -> None:
    done = run_task("safety", cut(Entry("safety").build(url, fast=False)), tmp_path, lambda done, total: None)
    assert not done.errors
    assert len(done.rows) == 3


def test_what_cannot_be_replaced_there_is_said(url: str) -> None:
    async def hold() -> None:
        coach = Elsewhere(url)
        with pytest.raises(ConfigurationError, match="own process"):
            _ = coach.workshop
        async with coach.open() as opened:
            with pytest.raises(BadRequest):
                await opened.chat("")

    asyncio.run(hold())


def test_nobody_at_the_url_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError, match="no coach answers"):
        target("http://127.0.0.1:9")

    async def ask() -> None:
        async with Elsewhere("http://127.0.0.1:9").open() as opened:
            with pytest.raises(RemoteFault):
                await opened.chat("hello")

    asyncio.run(ask())
