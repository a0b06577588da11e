"""Files from the real web to articles: text, Markdown, HTML, PDF, EPUB and Word, with their menus and comments."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from knowledge.article import Article
from knowledge.boilerplate import Dropped
from knowledge.cleaning import clean
from knowledge.errors import ImportRejected
from knowledge.formats.document import MAX_BYTES, Hidden, Reader, Unreadable
from knowledge.formats.docx import read_docx
from knowledge.formats.epub import read_epub
from knowledge.formats.html import read_html
from knowledge.formats.pdf import read_pdf
from knowledge.formats.text import read_markdown, read_text
from knowledge.sentences import word_count

READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".epub": read_epub,
    ".docx": read_docx,
}
MIN_WORDS = 40
"""Below this a file is a stub, a menu or an error page, not an article."""
RULES_VERSION = "2"
"""Raise it when a change in reading or cleaning must read every file anew."""

_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*(?:<!doctype html|<html[\s>])", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Raw:
    """What was found in a place: `name` identifies the article, `suffix` its kind, `source` is cited as its origin."""

    name: str
    suffix: str
    data: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """A place that may hold an article. `load` raises ImportRejected."""

    label: str
    load: Callable[[], Raw]


@dataclass(frozen=True, slots=True)
class Imported:
    """An article, what was left out of it, and what its file holds and does not show."""

    article: Article
    dropped: tuple[Dropped, ...]
    hidden: tuple[Hidden, ...] = ()


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named that may hold articles, each once, in order.

    Raises:
        ImportRejected: a path does not exist, or a folder holds no file of a kind that can be read.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise ImportRejected(str(path), "no such file or folder: check the path")
        found = (
            [path]
            if path.is_file()
            else sorted(file for file in path.rglob("*") if file.suffix.lower() in READERS and file.is_file())
        )
        if not found:
            raise ImportRejected(str(path), f"no article in this folder (looked for {', '.join(READERS)})")
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def file_source(path: Path) -> Source:
    """A file as a source, read when it is its turn."""
    return Source(path.name, partial(read_file, path))


def read_file(path: Path) -> Raw:
    """What is in a file that may hold an article.

    Raises:
        ImportRejected: it is too large, of an unknown kind, or cannot be read.
    """
    _reader(path.name, path.suffix)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ImportRejected(
                path.name, f"{size / 2**20:.0f} MB; the limit is {MAX_BYTES // 2**20} MB. Save the article alone."
            )
        return Raw(path.name, path.suffix.lower(), path.read_bytes(), path.name)
    except OSError as error:
        raise ImportRejected(path.name, f"cannot be read: {error.strerror}. Check its permissions.") from error


def import_raw(raw: Raw) -> Imported:
    """Make an article of what was found.

    Raises:
        ImportRejected: it is binary, encrypted, damaged, of an unknown kind, or holds no article.
    """
    is_page = raw.suffix in (".txt", ".text") and _PAGE.match(raw.data[:2048])
    reader = read_html if is_page else _reader(raw.name, raw.suffix)
    try:
        document = reader(raw.data)
    except Unreadable as error:
        raise ImportRejected(raw.name, str(error)) from error
    cleaned = clean(document.text, document.title)
    if word_count(cleaned.body) < MIN_WORDS:
        raise ImportRejected(
            raw.name, f"no article in it (fewer than {MIN_WORDS} words of running text): import the page that holds it"
        )
    title = cleaned.title or re.sub(r"[_-]+", " ", raw.name.removesuffix(raw.suffix)).strip()
    article = Article(name=raw.name, title=title, body=cleaned.body, source=raw.source)
    return Imported(article, cleaned.dropped, document.hidden)


def import_file(path: Path) -> Imported:
    """Read one file as an article.

    Raises:
        ImportRejected: it is too large, binary, encrypted, of an unknown kind, cannot be read, or holds no article.
    """
    return import_raw(read_file(path))


def _reader(name: str, suffix: str) -> Reader:
    reader = READERS.get(suffix.lower())
    if reader is None:
        raise ImportRejected(name, f"'{suffix}' is not a kind that can be read ({', '.join(READERS)})")
    return reader
