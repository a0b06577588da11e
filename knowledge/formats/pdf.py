"""PDF: the text of the pages, without what recurs at the head and foot of each."""

import io
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING

from knowledge.formats.document import MAX_BYTES, Document, Hidden, Unreadable
from knowledge.formats.pdf_concealment import texts_of
from knowledge.formats.text import shown

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 400
_EDGE_LINES = 2
_RECURRING = 0.5
"""A line at the edge of this share of the pages is a running head or foot."""
_FEW_PAGES = 3


def read_pdf(data: bytes) -> Document:
    """A PDF with text in it.

    Raises:
        Unreadable: it is damaged, encrypted, a scan without text, or longer than can be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # The library tells oddities of a file in its log; ours tells what became of the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opens(reader):
            raise Unreadable("encrypted: save it without a password")
        if len(reader.pages) > MAX_PAGES:
            raise Unreadable(f"{len(reader.pages)} pages; the limit is {MAX_PAGES}. Import its chapters one by one.")
        pages, unseen = _texts(reader)
        title = (reader.metadata.title if reader.metadata else None) or ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        # A broken PDF breaks the library in any of these ways.
        raise Unreadable(f"a damaged PDF ({type(error).__name__}): open it and print it to PDF anew") from error
    if not any(page.strip() for page in pages):
        raise Unreadable("no text in it (a scan?): run text recognition over it first")
    text, hidden = shown("\n".join(_without_running_lines(pages)))
    concealed = tuple(Hidden("invisible", " ".join(words.split())) for words in unseen if words.strip())
    return Document("" if _is_file_name(title) else title.strip(), text, (*concealed, *hidden))


def _opens(reader: "PdfReader") -> bool:
    """Whether it was encrypted against changes only, and opens without a password."""
    from pypdf.errors import DependencyError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        return False


def _texts(reader: "PdfReader") -> tuple[list[str], list[str]]:
    """What each page shows, and what each hides."""
    pages: list[str] = []
    hidden: list[str] = []
    size = 0
    for page in reader.pages:
        shown_there, hidden_there = texts_of(page)
        pages.append(shown_there)
        hidden.append(hidden_there)
        size += len(shown_there) + len(hidden_there)
        if size > MAX_BYTES:
            raise Unreadable(f"more than {MAX_BYTES // 2**20} MB of text: import its chapters one by one")
    return pages, hidden


def _without_running_lines(pages: list[str]) -> list[str]:
    """Each page without lines at its edges that recur from page to page, but for their numbers."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    edges = Counter(
        shape for lines in split for shape in {_shape(line) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])}
    )
    often = max(_FEW_PAGES, _RECURRING * len(pages))
    running = {shape for shape, count in edges.items() if count >= often}
    running |= {"#"} if len(pages) > 1 else set()
    kept: list[str] = []
    for lines in split:
        last = len(lines) - _EDGE_LINES
        kept.append(
            "\n".join(
                line for index, line in enumerate(lines) if _EDGE_LINES <= index < last or _shape(line) not in running
            )
        )
    return kept


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line).casefold()


def _is_file_name(title: str) -> bool:
    return (
        re.fullmatch(r"\s*|.*\.(?:docx?|pdf|indd|tex|odt|html?)\s*|untitled.*|microsoft word - .*", title, re.I)
        is not None
    )
