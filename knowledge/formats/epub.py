"""Books: the chapters of an EPUB in reading order."""

from posixpath import dirname, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from knowledge.formats.archive import Archive
from knowledge.formats.concealment import take_hidden
from knowledge.formats.document import Document, Hidden, Unreadable
from knowledge.formats.html import parse
from knowledge.formats.text import shown

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_CONTAINER = "META-INF/container.xml"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = (*_HEADINGS, "p", "li", "blockquote", "dt", "dd", "pre")
_LEFT_OUT = ("nav", "script", "style", "table", "aside")


def read_epub(data: bytes) -> Document:
    """An EPUB, chapter after chapter.

    Raises:
        Unreadable: it is damaged, protected against copying, or a zip bomb.
    """
    archive = Archive(data)
    if "META-INF/rights.xml" in archive.names or (
        "META-INF/encryption.xml" in archive.names and b"#aes" in archive.read("META-INF/encryption.xml").lower()
    ):
        raise Unreadable("protected against copying: export it without protection")
    package = _package_path(archive)
    book = _xml(archive.read(package))
    lines: list[str] = []
    hidden: list[Hidden] = []
    for chapter in _spine(book, dirname(package)):
        tree = parse(archive.read(chapter))
        hidden += take_hidden(tree)
        lines += _lines(tree)
    text, spelt = shown("\n\n".join(lines))
    title = " ".join((book.findtext(".//{*}metadata/{*}title") or "").split())
    return Document(title, text, (*hidden, *spelt))


def _package_path(archive: Archive) -> str:
    root = _xml(archive.read(_CONTAINER)).find(".//{*}rootfile")
    if root is None:
        raise Unreadable("damaged: it names no book inside")
    return str(root.get("full-path"))


def _spine(book: "_Element", folder: str) -> list[str]:
    """Paths of the chapters, in reading order, without the table of contents."""
    files = {
        str(item.get("id")): str(item.get("href"))
        for item in book.iterfind(".//{*}manifest/{*}item")
        if "html" in str(item.get("media-type")) and "nav" not in str(item.get("properties")).split()
    }
    order = [str(item.get("idref")) for item in book.iterfind(".//{*}spine/{*}itemref")]
    return [normpath(f"{folder}/{unquote(files[key])}").lstrip("/") for key in order if key in files]


def _lines(tree: "HtmlElement") -> list[str]:
    """Headings, paragraphs and items of a chapter."""
    lines: list[str] = []
    for element in tree.iter(*_BLOCKS):
        if any(above.tag in (*_LEFT_OUT, *_BLOCKS) for above in element.iterancestors()):
            continue
        text = " ".join(element.text_content().split())
        if not text:
            continue
        level = _HEADINGS.get(str(element.tag))
        marker = f"{'#' * max(level, 2)} " if level else "- " if element.tag == "li" else ""
        lines.append(f"{marker}{text}")
    return lines or [line.strip() for line in tree.text_content().splitlines()]


def _xml(data: bytes) -> "_Element":
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged: its table of contents cannot be read") from error
