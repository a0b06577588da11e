"""Files from the real web to articles: text, Markdown and HTML, in any encoding, with their menus and comments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ftfy

from knowledge.article import Article
from knowledge.cleaning import Cleaned, clean
from knowledge.errors import ImportRejected
from knowledge.sentences import word_count

SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm")
MAX_BYTES = 10 * 1024 * 1024
MIN_WORDS = 40
"""Below this a file is a stub, a menu or an error page, not an article."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An article, and the lines that were left out of it."""

    article: Article
    dropped: tuple[str, ...]


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named that may hold articles, each once, in order.

    Raises:
        ImportRejected: a path does not exist, or a folder holds no file of a kind that can be read.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise ImportRejected(str(path), "no such file or folder")
        found = (
            [path]
            if path.is_file()
            else sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        )
        if not found:
            raise ImportRejected(str(path), f"no article in this folder (looked for {', '.join(SUFFIXES)})")
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def import_file(path: Path) -> Imported:
    """Read one file as an article.

    Raises:
        ImportRejected: it is too large, binary, of an unknown kind, cannot be read, or holds no article.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ImportRejected(path.name, f"'{path.suffix}' is not a kind that can be read ({', '.join(SUFFIXES)})")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ImportRejected(path.name, f"{size / 2**20:.0f} MB; the limit is {MAX_BYTES // 2**20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise ImportRejected(path.name, f"cannot be read: {error.strerror}") from error
    text = _decode(path.name, data)
    cleaned = _from_html(path.name, text) if path.suffix.lower() in (".html", ".htm") else clean(text)
    if word_count(cleaned.body) < MIN_WORDS:
        raise ImportRejected(path.name, f"no article in it (fewer than {MIN_WORDS} words of running text)")
    title = cleaned.title or path.stem.replace("_", " ").replace("-", " ")
    return Imported(Article(name=path.name, title=title, body=cleaned.body, source=path.name), cleaned.dropped)


def _decode(name: str, data: bytes) -> str:
    if not data.strip():
        raise ImportRejected(name, "the file is empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _mended(data.decode("utf-16", errors="replace"))
    if b"\x00" in data:
        raise ImportRejected(name, "a binary file, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    unprintable = sum(not char.isprintable() and char not in "\n\r\t\f\v" for char in text)
    if unprintable > len(text) * 0.05:
        raise ImportRejected(name, "a binary file, not text")
    return _mended(text)


def _mended(text: str) -> str:
    return ftfy.fix_text(text, uncurl_quotes=False, normalization="NFC")


def _from_html(name: str, html: str) -> Cleaned:
    import trafilatura

    document = trafilatura.bare_extraction(
        html,
        output_format="python",
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    markdown = trafilatura.extract(
        html,
        output_format="markdown",
        include_comments=False,
        include_tables=False,
        include_formatting=True,
        favor_precision=True,
    )
    if not markdown or document is None:
        raise ImportRejected(name, "no article in it (only menus, scripts or nothing)")
    cleaned = clean(markdown)
    return Cleaned(getattr(document, "title", None) or cleaned.title, cleaned.body, cleaned.dropped)
