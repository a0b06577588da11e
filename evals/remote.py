"""A coach over HTTP, with the methods of one in this process."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx

from knowledge.tactics import Surface
from service.conversation import Turn
from service.errors import BadRequest, CoachError, ConfigurationError
from service.flow.context import Event, Replied, SentenceReleased, Status
from service.flow.state import Reply
from service.guardrails.review import Review
from service.memory.ledger import LedgerEntry

_SECONDS = 120.0


class RemoteFault(CoachError):
    """The coach at the URL did not answer as a coach does."""

    type = "remote"


@dataclass(frozen=True, slots=True)
class RemoteCoach:
    """Talks to `/v1/chat`, `/v1/review` and `/v1/sessions`.

    Every method raises `BadRequest` where the coach refuses the request and `RemoteFault` where it cannot answer.
    """

    client: httpx.AsyncClient

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, keys: Sequence[str] = ()) -> AsyncIterator["RemoteCoach"]:
        """A coach at `url`; the first of `keys` opens it."""
        headers = {"Authorization": f"Bearer {keys[0]}"} if keys else {}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_SECONDS) as client:
            yield cls(client)

    @property
    def sessions(self) -> Self:
        return self

    async def review(self, text: str, surface: Surface, history: Sequence[Turn] = ()) -> Review:
        body = {"text": text, "surface": surface, "history": [turn.model_dump() for turn in history]}
        return Review.model_validate(await self._send("POST", "/v1/review", body))

    async def chat(self, message: str, session_id: str | None = None, locale: str | None = None) -> Reply:
        body = {"message": message, "session_id": session_id, "locale": locale}
        return Reply.model_validate(await self._send("POST", "/v1/chat", body))

    async def stream(
        self, message: str, session_id: str | None = None, locale: str | None = None
    ) -> AsyncGenerator[Event]:
        body = {"message": message, "session_id": session_id, "locale": locale, "stream": True}
        try:
            async with self.client.stream("POST", "/v1/chat", json=body) as response:
                _check(response.status_code, response.request.url)
                name = ""
                async for line in response.aiter_lines():
                    if line.startswith("event:"):
                        name = line.removeprefix("event:").strip()
                    elif line.startswith("data:"):
                        yield _event(name, json.loads(line.removeprefix("data:")))
        except (httpx.HTTPError, ValueError) as error:
            raise RemoteFault(f"{self.client.base_url}: {type(error).__name__}") from error

    async def ledger(self, session_id: str) -> tuple[LedgerEntry, ...]:
        kept = await self._send("GET", f"/v1/sessions/{session_id}")
        return tuple(LedgerEntry.model_validate(entry) for entry in kept["ledger"])

    async def forget(self, session_id: str) -> None:
        await self._send("DELETE", f"/v1/sessions/{session_id}")

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = await self.client.request(method, path, json=body)
            _check(response.status_code, response.request.url)
            answer: dict[str, Any] = response.json() if response.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise RemoteFault(f"{self.client.base_url}: {type(error).__name__}") from error
        return answer


def check_url(url: str) -> None:
    """Refuse what is no address of a running coach.

    Raises:
        ConfigurationError: it is malformed, or nothing at it says that it is alive.
    """
    try:
        httpx.get(f"{url.rstrip('/')}/healthz", timeout=10.0).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ConfigurationError(f"no coach answers at {url!r} ({type(error).__name__})") from error


def _check(status: int, url: httpx.URL) -> None:
    if 400 <= status < 500:
        raise BadRequest(f"{url} answered {status}")
    if status >= 500:
        raise RemoteFault(f"{url} answered {status}")


def _event(name: str, data: dict[str, Any]) -> Event:
    if name == "status":
        return Status(data["step"])
    if name == "sentence":
        return SentenceReleased(data["text"])
    if name == "reply":
        return Replied(Reply.model_validate(data))
    raise RemoteFault(f"the stream told of an error ({data.get('error', {}).get('type')})")
