"""`GET /`: the web page, and the files it is made of."""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from knowledge.yamls import read_yaml

router = APIRouter(include_in_schema=False)

_PAGE = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Accept-Encoding",
}
_GAP = re.compile(r"\{\{([a-z_.]+)\}\}")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page, as it is and compressed."""

    body: bytes
    zipped: bytes
    media_type: str
    etag: str


@router.get("/")
async def page(request: Request) -> Response:
    """The page. No browser keeps it: whoever goes back to it finds it empty."""
    return _answer(request, _PAGE, "no-store")


@router.get("/web/{name}")
async def asset(request: Request, name: str) -> Response:
    """A file of the page; a browser asks each time whether its copy is still good."""
    return _answer(request, name, "no-cache")


def _answer(request: Request, name: str, caching: str) -> Response:
    found = assets().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    headers = {**_HEADERS, "Cache-Control": caching, "ETag": found.etag}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.zipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.body, headers=headers, media_type=found.media_type)


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of the page by name, with the words in their places."""
    return {name: _asset(name, text) for name, text in _texts()}


def _texts() -> Iterator[tuple[str, str]]:
    folder = files("service") / "web"
    words: dict[str, Any] = read_yaml((folder / "words.yaml").read_text(encoding="utf-8"))
    for path in folder.iterdir():
        if any(path.name.endswith(suffix) for suffix in _TYPES):
            text = path.read_text(encoding="utf-8")
            yield path.name, _worded(text, words) if path.name == _PAGE else text
    yield "words.js", f"export const words = {json.dumps(words, ensure_ascii=False)};\n"


def _worded(text: str, words: Mapping[str, Any]) -> str:
    """`text` with each `{{name.of.words}}` filled in, safe to stand in HTML."""

    def words_of(match: re.Match[str]) -> str:
        found: Any = words
        for part in match[1].split("."):
            found = found[part]
        return html.escape(found)

    return _GAP.sub(words_of, text)


def _asset(name: str, text: str) -> Asset:
    body = text.encode()
    media_type = _TYPES[name[name.rindex(".") :]]
    return Asset(body, gzip.compress(body, mtime=0), media_type, f'"{hashlib.sha256(body).hexdigest()[:16]}"')
