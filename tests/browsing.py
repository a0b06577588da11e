"""A browser on the real application: how it is opened, and what a visitor does in it."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from playwright.sync_api import Page, expect

from service.app import create_app
from service.settings import Settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 60_000


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The application on a port of its own; gives its address."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [chosen]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


def send(page: Page, message: str) -> dict[str, Any]:
    """Send a message; gives the request's body."""
    page.get_by_label("Write to the coach").fill(message)
    with page.expect_request("**/v1/chat") as sent:
        page.get_by_role("button", name="Send", exact=True).click()
    body: dict[str, Any] = json.loads(sent.value.post_data or "{}")
    return body


def say(page: Page, message: str) -> dict[str, Any]:
    """Send a message and wait for the whole answer; gives the request's body."""
    body = send(page, message)
    expect(page.locator("#said")).to_have_text("The answer is complete.")
    return body


def sse(*events: tuple[str, object]) -> str:
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def stored(page: Page) -> int:
    count = page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
    assert isinstance(count, int)
    return count


def becomes_gone(page: Page, session: str) -> bool:
    """Whether the service soon knows the session as deleted; a request of a page that closes is not waited for."""
    for _ in range(100):
        if page.request.get(session).status == 409:
            return True
        time.sleep(0.1)
    return False
