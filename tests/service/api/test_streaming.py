"""Streams whose reader leaves."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import httpx
import pytest

from service.settings import Settings
from service.writing.writer import Brief, Chunk
from tests.service.api.serving import served
from tests.service.test_flow import GOOD, QUESTION


@dataclass
class Endless:
    """Never finishes its first draft, and tells when it begins and when it is stopped; writes the next at once."""

    name: str = "endless"
    writing: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        if not self.writing.is_set():
            self.writing.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped.set()
        yield Chunk(GOOD)


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("/chat", {"message": QUESTION, "session_id": "left"}),
        ("/chat/completions", {"model": "coach", "messages": [{"role": "user", "content": QUESTION}], "user": "left"}),
    ],
)
def test_the_model_stops_when_nobody_reads_and_the_session_goes_on(
    settings: Settings, route: str, body: dict[str, object]
) -> None:
    writer = Endless()
    with served(settings, writer) as base_url, httpx.Client(timeout=20) as client:
        with client.stream("POST", base_url + route, json={**body, "stream": True}) as response:
            assert response.status_code == 200
            assert writer.writing.wait(20)
            assert not writer.stopped.is_set()
        assert writer.stopped.wait(20)
        assert client.post(base_url + route, json=body).status_code == 200
        session = client.get(f"{base_url}/sessions/left").json()
    assert len(session["exchanges"]) == 1
