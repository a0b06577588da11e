"""Pages are fetched from the public web only, within limits; what was checked is what is dialled."""

import gzip
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from knowledge.errors import ImportRejected
from knowledge.fetching import Fetcher, addresses, is_url
from knowledge.formats.document import MAX_BYTES
from knowledge.importer import import_raw
from tests.knowledge.formats.making import PARAGRAPH

PUBLIC = "93.184.216.34"
PAGE = f"<html><body><article><h1>Small</h1><p>{PARAGRAPH}</p></article></body></html>".encode()

Answer = tuple[int, dict[str, str], bytes]
HTML = {"content-type": "text/html; charset=utf-8"}


class Diverted(httpx.BaseTransport):
    """Sends what is meant for the public web to a server on loopback, and notes where it was meant to go."""

    def __init__(self, port: int) -> None:
        self._inner = httpx.HTTPTransport()
        self._port = port
        self.dialled: list[tuple[str, str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.dialled.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@contextmanager
def web(answers: dict[str, Answer]) -> Iterator[Diverted]:
    """A real server that answers by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # The client may have had enough.
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield Diverted(served.server_port)
    finally:
        served.shutdown()
        served.server_close()
        thread.join()


def resolver(**hosts: str) -> Callable[[str, int], Sequence[str]]:
    """Knows `articles.example` and what else it is told."""
    known = {"articles": PUBLIC} | hosts

    def resolve(host: str, port: int) -> Sequence[str]:
        name = host.partition(".")[0]
        if name in known:
            return known[name].split()
        return addresses(host, port)

    return resolve


def test_a_page_becomes_an_article() -> None:
    with web({"/a/b": (200, HTML, PAGE)}) as transport:
        raw = Fetcher(resolver(), transport).source("https://articles.example/a/b#part").load()
    assert (raw.name, raw.suffix, raw.source) == (
        "articles.example/a/b",
        ".html",
        "https://articles.example/a/b#part",
    )
    assert PARAGRAPH in import_raw(raw).article.body
    assert transport.dialled == [(PUBLIC, "articles.example", "articles.example")]


def test_redirects_are_followed_and_name_the_article() -> None:
    answers: dict[str, Answer] = {
        "/old": (301, {"location": "/new"}, b""),
        "/new": (302, {"location": "https://other.example/end"}, b""),
        "/end": (200, HTML, PAGE),
    }
    with web(answers) as transport:
        raw = Fetcher(resolver(other=PUBLIC), transport).fetch("http://articles.example/old")
    assert raw.name == "other.example/end"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::7f00:1", "2002:7f00:1::",
        f"{PUBLIC} 127.0.0.1", "",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_fetched(address: str) -> None:
    with web({"/": (200, HTML, PAGE)}) as transport:
        with pytest.raises(ImportRejected, match="not on the public web"):
            Fetcher(resolver(inside=address), transport).fetch("http://inside.example/")
        assert transport.dialled == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_an_address_in_disguise_is_not_fetched(host: str) -> None:
    with pytest.raises(ImportRejected, match=r"not on the public web|not known|cannot be fetched"):
        Fetcher().fetch(f"http://{host}:1/")


def test_a_redirect_does_not_lead_inside() -> None:
    answers: dict[str, Answer] = {"/": (302, {"location": "http://inside.example/admin"}, b"")}
    with web(answers) as transport:
        with pytest.raises(ImportRejected, match=r"inside\.example is not on the public web"):
            Fetcher(resolver(inside="10.0.0.1"), transport).fetch("http://articles.example/")
        assert len(transport.dialled) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, {}, b""), "the server answers 404"),
        ((200, {"content-type": "image/png"}, b"x"), "'image/png' is not a kind"),
        ((200, HTML, b"x" * (MAX_BYTES + 1)), "more than 10 MB"),
        ((200, {**HTML, "content-encoding": "gzip"}, gzip.compress(b"x" * (MAX_BYTES + 1))), "more than 10 MB"),
        ((200, {**HTML, "content-encoding": "gzip"}, b"not packed"), "cannot be fetched"),
        ((302, {"location": "/"}, b""), "redirects more than 5 times"),
        ((302, {"location": "file:///etc/passwd"}, b""), "not a plain http or https address"),
        ((302, {"location": "http://me:secret@articles.example/"}, b""), "remove user name and password"),
    ],
)
def test_what_cannot_be_fetched_says_why(answer: Answer, reason: str) -> None:
    with web({"/": answer}) as transport, pytest.raises(ImportRejected, match=reason) as caught:
        Fetcher(resolver(), transport).fetch("https://articles.example/")
    assert caught.value.name == "https://articles.example/"


def test_a_packed_page_is_unpacked() -> None:
    packed: Answer = (200, {**HTML, "content-encoding": "gzip"}, gzip.compress(PAGE))
    with web({"/": packed}) as transport:
        assert Fetcher(resolver(), transport).fetch("https://articles.example/").data == PAGE


def test_a_name_that_nobody_knows_says_so() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(ImportRejected, match="check the spelling"):
        Fetcher(unknown).fetch("https://nowhere.example/")


def test_only_addresses_are_fetched() -> None:
    assert is_url("https://articles.example/a")
    assert is_url("HTTP://articles.example")
    assert not is_url("ftp://articles.example")
    assert not is_url("articles/a.txt")
