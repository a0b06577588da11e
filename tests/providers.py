"""Providers on loopback that speak their protocols well and badly."""

import asyncio
import select
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

from service.writing.gateway import close_connections
from tests.fakes import provider
from tests.protocols import Dialect, Ending

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and the way to answer it."""

    dialect: Dialect
    body: dict[str, Any]
    path: str
    headers: dict[str, str]
    handler: BaseHTTPRequestHandler
    at: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        """Begin a stream."""
        self.handler.send_response(200)
        self.handler.send_header("content-type", self.dialect.media)
        self.handler.send_header("transfer-encoding", "chunked")
        self.handler.end_headers()

    def send(self, data: bytes) -> None:
        """Send a part of the stream."""
        if data:
            self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.handler.wfile.flush()

    def finish(self) -> None:
        """End the stream properly; the connection may be used again."""
        self.handler.wfile.write(b"0\r\n\r\n")
        self.handler.wfile.flush()

    def drop(self) -> None:
        """Close the connection in the middle of the stream."""
        self.handler.close_connection = True

    def left(self, seconds: float) -> bool:
        """Whether the client closes the connection within `seconds`."""
        readable, _, _ = select.select([self.handler.connection], [], [], seconds)
        return bool(readable)


Behaviour = Callable[[Call], None]


@dataclass
class Provider:
    """A running provider: what it was asked, and how many clients left before their reply's end."""

    model: str
    base: str
    calls: list[Call] = field(default_factory=list)
    left: int = 0

    def wait_until_left(self, clients: int, seconds: float = 2.0) -> None:
        """Return as soon as so many clients have left; fail where they have not within `seconds`."""
        end = time.monotonic() + seconds
        while self.left < clients:
            assert time.monotonic() < end, f"{self.left} of {clients} clients have left"
            time.sleep(0.01)


@contextmanager
def speaks(dialect: Dialect, *behaviours: Behaviour) -> Iterator[Provider]:
    """A provider that answers its n-th request as the n-th of `behaviours` does, further ones as the last."""
    running = Provider(dialect.model, "")

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = Call(dialect, body, handler.path, headers, handler)
        running.calls.append(call)
        try:
            behaviours[min(len(running.calls), len(behaviours)) - 1](call)
        except (BrokenPipeError, ConnectionResetError):
            running.left += 1
            handler.close_connection = True

    with provider(behave) as (base, _):
        running.base = base.removesuffix("/v1") + dialect.base
        yield running


def writes(*pieces: str, pause: float = 0.0, ending: Ending | None = "stop") -> Behaviour:
    """Writes `pieces` one by one, and ends the reply; with `ending` None it stops without saying so."""

    def behave(call: Call) -> None:
        call.start()
        call.send(call.dialect.opening())
        for piece in pieces:
            if call.left(pause):
                raise BrokenPipeError
            call.send(call.dialect.piece(piece))
        if ending is not None:
            call.send(call.dialect.closing(ending))
        call.finish()

    return behave


def drops(*pieces: str) -> Behaviour:
    """Writes `pieces`, and then the line is cut."""

    def behave(call: Call) -> None:
        call.start()
        call.send(call.dialect.opening())
        for piece in pieces:
            call.send(call.dialect.piece(piece))
        call.drop()

    return behave


def refuses(status: int, retry_after: str | None = None) -> Behaviour:
    """Answers with an error."""

    def behave(call: Call) -> None:
        body = call.dialect.error(status)
        call.handler.send_response(status)
        call.handler.send_header("content-type", "application/json")
        call.handler.send_header("content-length", str(len(body)))
        if retry_after is not None:
            call.handler.send_header("retry-after", retry_after)
        call.handler.end_headers()
        call.handler.wfile.write(body)

    return behave


def hangs(*pieces: str) -> Behaviour:
    """Writes `pieces`, and then nothing until the client leaves; without any, not even a status."""

    def behave(call: Call) -> None:
        if pieces:
            call.start()
            call.send(call.dialect.opening() + b"".join(call.dialect.piece(piece) for piece in pieces))
        if call.left(10.0):
            raise BrokenPipeError

    return behave


def stammers(call: Call) -> None:
    """Writes something that is not JSON in the middle of its reply."""
    call.start()
    call.send(call.dialect.opening() + call.dialect.piece("Well, ") + call.dialect.broken)
    call.send(call.dialect.closing("stop"))
    call.finish()


def shrugs(call: Call) -> None:
    """Answers without a choice."""
    call.start()
    call.send(call.dialect.opening() + call.dialect.empty())
    call.finish()


def pages(call: Call) -> None:
    """Answers with a web page."""
    page = b"<html>Welcome</html>"
    call.handler.send_response(200)
    call.handler.send_header("content-type", "text/html")
    call.handler.send_header("content-length", str(len(page)))
    call.handler.end_headers()
    call.handler.wfile.write(page)


def in_one_loop(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Run `work`, which must end within `seconds`, and close the connections that it leaves for further calls."""

    async def run() -> T:
        try:
            async with asyncio.timeout(seconds):
                return await work
        finally:
            await close_connections()

    return asyncio.run(run())
