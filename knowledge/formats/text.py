"""Plain text and Markdown, in whatever encoding."""

import re
from contextlib import suppress
from typing import Any
from unicodedata import category

import charset_normalizer
import ftfy
import yaml

from knowledge.formats.document import Document, Hidden, Unreadable

_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.S)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\3(?![\w_])"
)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_CONTROLS = 0.05
_FEW_BAD = 5
_WIDE = 0.3
_LATIN = 0.04
"""With fewer letters beyond ASCII than this share, it is a western European text; guesses are wrong more often."""


def read_text(data: bytes) -> Document:
    """A text file.

    Raises:
        Unreadable: it is empty or not text.
    """
    text, hidden = shown(decode(data))
    return Document("", text, hidden)


def read_markdown(data: bytes) -> Document:
    """A Markdown file; a title in its front matter is its title.

    Raises:
        Unreadable: it is empty or not text.
    """
    text, hidden = shown(decode(data))
    title = ""
    if (front := _FRONT_MATTER.match(text)) is not None:
        title = _title_in(front[1])
        text = text[front.end() :]
    return Document(title, unstyled(text), hidden)


def unstyled(markdown: str) -> str:
    """Markdown with the words of its links and emphasis only; images go."""
    words = _LINK.sub(r"\1", _IMAGE.sub("", markdown))
    return _EMPHASIS.sub(lambda match: match[2] or match[4], words)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text in `data`, with text that was decoded wrongly before mended; `declared` is what it says of itself.

    Raises:
        Unreadable: there is none.
    """
    if not data.strip():
        raise Unreadable("the file is empty")
    text = _decoded(data, declared)
    controls = sum(category(char) in ("Cc", "Cn", "Co") and not char.isspace() for char in text)
    if controls > _CONTROLS * len(text):
        raise Unreadable("a binary file, not text: give it the suffix of its kind, or save it as text")
    return ftfy.fix_text(text, uncurl_quotes=False, normalization="NFC", remove_control_chars=True)


def shown(text: str) -> tuple[str, tuple[Hidden, ...]]:
    """`text` without characters that no screen shows, and what is spelt in those that are tags."""
    spelt = ["".join(chr(ord(char) - 0xE0000) for char in run) for run in _TAGS.findall(text)]
    # Flags of regions are spelt with tags too, in five letters at most.
    hidden = tuple(Hidden("invisible", run) for run in spelt if len(run) > 6)
    return _TAGS.sub("", text).translate(_INVISIBLE), hidden


def _decoded(data: bytes, declared: str | None) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if (wide := _wide(data[:4096])) is not None:
        return data.decode(wide, errors="replace")
    if b"\x00" in data:
        raise Unreadable("a binary file, not text: give it the suffix of its kind, or save it as text")
    damaged = data.decode("utf-8-sig", errors="replace")
    bad = damaged.count("\ufffd")
    telling = sum(char > "\x7f" for char in damaged) - bad
    if not bad or telling > _FEW_BAD * bad:
        return damaged
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(declared or "")
    if sum(byte > 0x7F for byte in data) < _LATIN * len(data):
        return data.decode("cp1252", errors="replace")
    guessed = charset_normalizer.from_bytes(data).best()
    return str(guessed) if guessed is not None else data.decode("cp1252", errors="replace")


def _wide(sample: bytes) -> str | None:
    """UTF-16 without its mark, where every other byte is nearly always NUL."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) <= _WIDE * len(sample) or min(even, odd) > 0:
        return None
    return "utf-16-be" if even else "utf-16-le"


def _title_in(front_matter: str) -> str:
    try:
        meta: Any = yaml.safe_load(front_matter)
    except yaml.YAMLError:
        return ""
    return str(meta.get("title") or "") if isinstance(meta, dict) else ""
