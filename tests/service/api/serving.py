"""The application behind a real socket, as any client meets it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from service.app import create_app
from service.settings import Settings
from service.writing.writer import Writer


@contextmanager
def served(settings: Settings, writer: Writer | None = None) -> Iterator[str]:
    """Serve on a free port of loopback; gives the base URL of the API, `http://…/v1`."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings, writer), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        thread.join()
