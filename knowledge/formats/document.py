"""What a reader makes of a file, whatever its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from knowledge.errors import KnowledgeError

MAX_BYTES = 10 * 1024 * 1024
"""Of a file, and of all that is unpacked from it."""

Disguise = Literal["not displayed", "invisible"]
"""`not displayed`: menus and dialogues are, until they are opened. `invisible`: coloured, sized or encoded so that no
reader can see it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that a file holds and does not show."""

    disguise: Disguise
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """Lines of text, headings marked with `#` where the file says so; `title` is empty where it names none."""

    title: str
    text: str
    hidden: tuple[Hidden, ...] = ()


class Unreadable(KnowledgeError):
    """A file is not what its name says, or more than can be read; the message says what to do."""


Reader = Callable[[bytes], Document]
"""Raises `Unreadable`."""
