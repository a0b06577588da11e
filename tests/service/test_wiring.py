"""Settings become parts."""

from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from knowledge.errors import IndexUnavailable
from knowledge.index import PassageIndex
from knowledge.passages import Passage
from service.api.problems import install
from service.settings import Settings
from service.wiring import build_chroma
from tests.knowledge.chromas import chroma_server
from tests.knowledge.fakes import Numbers

PASSAGE = Passage("a.md#1", "a.md", "A", "a.md", "An apology names what you did.")


def test_the_index_lives_where_settings_say(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as url:
        homes = [Settings(data_dir=tmp_path / "data", chroma_url=url), Settings(data_dir=tmp_path / "data")]
        for settings in homes:
            with closing(build_chroma(settings)) as chroma:
                index = PassageIndex(chroma, Numbers())
                assert index.count("coll") == 0
                index.sync("coll", [PASSAGE])
                assert index.passages("coll") == (PASSAGE,)


def test_the_token_reaches_the_server_and_no_message(tmp_path: Path) -> None:
    heard: list[tuple[str | None, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.headers["authorization"], self.headers["x-chroma-token"]))
            self.send_error(401)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as guarded:
        Thread(target=guarded.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{guarded.server_port}"
        settings = Settings(data_dir=tmp_path, chroma_url=url, chroma_token=SecretStr("owl"))
        with pytest.raises(IndexUnavailable, match="COACH_CHROMA_TOKEN") as caught:
            build_chroma(settings)
    assert heard == [("Bearer owl", "owl")]
    assert "owl" not in str(caught.value)


def test_an_index_that_does_not_answer_is_a_503() -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    async def asks() -> None:
        raise IndexUnavailable("http://chroma:8000 does not answer")

    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["error"]["type"] == "index_unavailable"
    assert "chroma:8000" not in answer.text
