"""Articles from the web, fetched only when someone asks for an address, and never from a network that is not public.

The name is resolved first, and the address that was checked is the one that is dialled: a name cannot point elsewhere
between the two. Redirects are followed by the same rules.
"""

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import httpx

from knowledge.errors import ImportRejected
from knowledge.formats.document import MAX_BYTES
from knowledge.importer import Raw, Source

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host; raises OSError where it has none."""

MAX_REDIRECTS = 5
_SECONDS = 20.0
_SECONDS_IN_ALL = 120.0
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_BY_HAND = "open it in a browser, save the page and import the file"


def is_url(target: str) -> bool:
    """Whether a target of an import is an address rather than a file."""
    return target.lower().startswith(("http://", "https://"))


def addresses(host: str, port: int) -> Sequence[str]:
    """What this machine's resolver says."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Fetches pages within limits of size, kind, redirects and time."""

    def __init__(self, resolve: Resolver = addresses, transport: httpx.BaseTransport | None = None) -> None:
        self._resolve = resolve
        self._transport = transport

    def source(self, url: str) -> Source:
        """An address as a source, fetched when it is its turn."""
        return Source(url, partial(self.fetch, url))

    def fetch(self, url: str) -> Raw:
        """The page at `url`.

        Raises:
            ImportRejected: it is not on the public web, too large, of an unknown kind, or cannot be fetched.
        """
        try:
            with httpx.Client(
                transport=self._transport, timeout=_SECONDS, trust_env=False, follow_redirects=False
            ) as client:
                return self._follow(client, url)
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            raise ImportRejected(url, f"cannot be fetched ({type(error).__name__}): {_BY_HAND}") from error

    def _follow(self, client: httpx.Client, url: str) -> Raw:
        here = httpx.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            with self._get(client, url, here) as response:
                if not response.has_redirect_location:
                    return Raw(_name(here), _suffix(url, response), _body(url, response), str(here))
                here = here.join(response.headers["location"])
        raise ImportRejected(url, f"redirects more than {MAX_REDIRECTS} times: give the address where it ends")

    @contextmanager
    def _get(self, client: httpx.Client, url: str, here: httpx.URL) -> Iterator[httpx.Response]:
        """Dial the address that was checked, under the name that was asked for."""
        address = self._public_address(url, here)
        host = here.netloc.decode("ascii")
        request = client.build_request(
            "GET",
            here.copy_with(host=address, fragment=None),
            headers={"Host": host, "User-Agent": "trust-coach-importer", "Accept-Encoding": "identity"},
            extensions={"sni_hostname": here.raw_host.decode("ascii")},
        )
        response = client.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()

    def _public_address(self, url: str, here: httpx.URL) -> str:
        if here.scheme not in ("http", "https") or not here.host or here.userinfo:
            raise ImportRejected(url, "not a plain http or https address: remove user name and password")
        try:
            found = self._resolve(here.raw_host.decode("ascii"), here.port or (443 if here.scheme == "https" else 80))
        except OSError as error:
            raise ImportRejected(url, f"{here.host} is not known: check the spelling and the network") from error
        if not found or not all(_is_public(address) for address in found):
            raise ImportRejected(
                url, f"{here.host} is not on the public web, so it is not fetched: save the page and import the file"
            )
        return found[0]


def _is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip.teredo is not None:
            inner = ip.teredo[1]
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _suffix(url: str, response: httpx.Response) -> str:
    if response.status_code != httpx.codes.OK:
        raise ImportRejected(url, f"the server answers {response.status_code}: {_BY_HAND}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _SUFFIXES:
        raise ImportRejected(url, f"'{kind}' is not a kind that can be read (pages, text, PDF, EPUB, Word)")
    return _SUFFIXES[kind]


def _body(url: str, response: httpx.Response) -> bytes:
    """The body, unpacked where the server packed it though it was asked not to; never more than the limit."""
    body = bytearray()
    end = time.monotonic() + _SECONDS_IN_ALL
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise _too_large(url)
        if time.monotonic() > end:
            raise ImportRejected(url, f"takes more than {_SECONDS_IN_ALL:.0f} seconds: {_BY_HAND}")
    if response.headers.get("content-encoding", "identity").lower() in ("gzip", "deflate"):
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(bytes(body), MAX_BYTES + 1)
        if len(unpacked) > MAX_BYTES:
            raise _too_large(url)
        return unpacked
    return bytes(body)


def _too_large(url: str) -> ImportRejected:
    return ImportRejected(url, f"more than {MAX_BYTES // 2**20} MB: save the article alone and import the file")


def _name(url: httpx.URL) -> str:
    path = url.raw_path.decode().rstrip("/")
    return f"{url.netloc.decode()}{path}"
