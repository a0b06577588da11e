"""Stand-ins that implement the real Protocols, record what they were asked, and raise when they run out."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from knowledge.tactics import Surface
from service.conversation import Turn
from service.errors import ProviderError
from service.guardrails.guardrail import Hit, Subject, Verdict
from service.guardrails.screen import Screen
from service.writing.writer import Brief, Chunk, Usage


@dataclass
class ScriptedWriter:
    """Writes the given drafts one after another, three characters at a time; an exception among them is raised."""

    drafts: Sequence[str | ProviderError]
    name: str = "scripted"
    briefs: list[Brief] = field(default_factory=list)

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        self.briefs.append(brief)
        if len(self.briefs) > len(self.drafts):
            raise AssertionError(f"asked for draft {len(self.briefs)} of {len(self.drafts)}")
        draft = self.drafts[len(self.briefs) - 1]
        if isinstance(draft, ProviderError):
            raise draft
        for start in range(0, len(draft), 3):
            yield Chunk(draft[start : start + 3])
        yield Chunk("", Usage(10, len(draft.split())))


@dataclass
class PausingWriter:
    """Writes `begins`, then waits until it may `go_on`; `closed` tells that nobody reads it any more."""

    begins: str
    ends: str
    name: str = "pausing"
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        try:
            for start in range(0, len(self.begins), 3):
                yield Chunk(self.begins[start : start + 3])
            await self.go_on.wait()
            yield Chunk(self.ends)
        finally:
            self.closed = True


@dataclass
class WordDetector:
    """Finds `word` wherever it stands; is in doubt about `doubtful`."""

    word: str
    doubtful: str = "perhaps"
    name: str = "words"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        return tuple(
            Hit(label="ultimatum", score=0.9, start=start, end=start + len(word), certain=word == self.word)
            for word in (self.word, self.doubtful)
            if (start := subject.text.find(word)) >= 0
        )


class DoubtfulScreen(Screen):
    """Passes everything; of what a person writes it doubts the given labels."""

    def __init__(self, doubts: tuple[str, ...]) -> None:
        super().__init__((), {})
        self._doubts = doubts

    async def judge(self, surface: Surface, text: str, history: Sequence[Turn] = ()) -> Verdict:
        if surface != "user_message":
            return Verdict(decision="pass")
        return Verdict(decision="allow", doubts=self._doubts)


@dataclass
class BrokenDetector:
    """A detector that cannot judge."""

    name: str = "broken"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        raise OSError("weights are gone")


Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]
_POLL = 0.02


@contextmanager
def provider(behaviour: Behaviour) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real HTTP server on loopback that speaks OpenAI's chat completions as `behaviour` does.

    Gives the API base and the bodies of the requests it received.
    """
    requests: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            requests.append(body)
            behaviour(self, body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # clients may leave whenever they like
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completes(*texts: str) -> Behaviour:
    """Streams the next of `texts`, three characters a chunk, as a well-behaved provider does."""
    left = list(texts)

    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        text = left.pop(0)
        start_stream(handler)
        for start in range(0, len(text), 3):
            send_chunk(handler, {"choices": [{"index": 0, "delta": {"content": text[start : start + 3]}}]})
        send_chunk(handler, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        send_chunk(handler, {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}})
        handler.wfile.write(b"data: [DONE]\n\n")
        handler.close_connection = True

    return behave


def fails(status: int, body: bytes = b'{"error": {"message": "no", "type": "server_error"}}') -> Behaviour:
    """Answers every request with an error."""

    def behave(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def start_stream(handler: BaseHTTPRequestHandler) -> None:
    """Begin a stream of server-sent events."""
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("connection", "close")
    handler.end_headers()


def send_chunk(handler: BaseHTTPRequestHandler, fields: dict[str, Any]) -> None:
    """Send one chunk of a chat completion."""
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "mock", **fields}
    handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    handler.wfile.flush()
