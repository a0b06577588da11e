"""The files of the web page, and whom it names to reach, without a browser."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from fastapi.testclient import TestClient

from service.api.page import assets
from service.app import create_app
from service.settings import Settings


def test_the_page_is_strict_and_whole(settings: Settings) -> None:
    client = TestClient(create_app(settings))
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert "{{" not in page.text
    assert not re.search(r"<script(?! type=\"module\" src=\"/web/)|\sstyle=|\son\w+=", page.text)
    modules = {name for name in assets() if name.endswith(".js")}
    named = set(re.findall(r'(?:href|src)="/web/([^"]+)"', page.text))
    assert modules <= named
    for name in named:
        answer = client.get(f"/web/{name}")
        assert answer.status_code == 200
        assert client.get(f"/web/{name}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    for missing in ("words.yaml", "nothing.js", "..%2F__init__.py"):
        assert client.get(f"/web/{missing}").status_code == 404


def paths(words: dict[str, Any], within: str = "") -> Iterator[str]:
    """Every word's place, such as `.talk.send`."""
    for name, value in words.items():
        if isinstance(value, dict):
            yield from paths(value, f"{within}.{name}")
        else:
            yield f"{within}.{name}"


def test_every_word_that_the_page_uses_is_there_and_none_is_idle() -> None:
    words = json.loads(assets()["words.js"].body.decode().removeprefix("export const words = ").removesuffix(";\n"))
    scripts = "".join(asset.body.decode() for name, asset in assets().items() if name.endswith(".js"))
    page = (files("service") / "web" / "index.html").read_text(encoding="utf-8")
    used = {f".{name}" for name in re.findall(r"\{\{([a-z_.]+)\}\}", page)}
    used |= set(re.findall(r"(?<![#./\w])words((?:\.[a-z_]+)+)", scripts))
    assert len(used) > 40
    for path in used:
        found = words
        for part in path.split(".")[1:]:
            assert part in found, path
            found = found[part]
    idle = [path for path in paths(words) if not any(f"{path}.".startswith(f"{one}.") for one in used)]
    assert idle == []


def test_whom_to_reach_follows_the_locale(settings: Settings) -> None:
    with TestClient(create_app(Settings(data_dir=settings.data_dir, locale="en-IE", api_keys="secret"))) as client:
        for locale, country in (("en-GB", "GB"), ("de-AT", "AT"), ("en", "IE"), ("en-XX", "ZZ"), ("en-001", "ZZ")):
            found = client.get("/v1/help", params={"locale": locale}).json()
            assert found["country"] == country
            assert found["services"]
        assert client.get("/v1/help").json()["country"] == "IE"
        assert client.get("/v1/help", params={"locale": "<b>"}).status_code == 422
