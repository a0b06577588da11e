"""Word documents: headings, paragraphs and lists; text that Word does not show is told apart."""

import io
from typing import TYPE_CHECKING

from knowledge.formats.archive import Archive
from knowledge.formats.document import Document, Hidden, Unreadable
from knowledge.formats.text import shown

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_MAIN = "word/document.xml"
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_UNSEEN_POINTS = 2


def read_docx(data: bytes) -> Document:
    """A Word document.

    Raises:
        Unreadable: it is damaged, encrypted, a zip bomb, or in Word's old format.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    if data.startswith(_OLD_WORD):
        raise Unreadable("encrypted, or in Word's old format: save it as .docx without a password")
    archive = Archive(data)
    if _MAIN not in archive.names:
        raise Unreadable("damaged: it is not a Word document")
    try:
        document = docx.Document(io.BytesIO(data))
        title = document.core_properties.title or ""
    except (OpcError, etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise Unreadable("damaged, or nested deeper than Word writes: open it in Word and save it anew") from error
    hidden = [Hidden("invisible", text) for paragraph in document.paragraphs if (text := _unseen(paragraph))]
    text, spelt = shown("\n\n".join(_line(paragraph) for paragraph in document.paragraphs))
    return Document("" if title.lower() == "word document" else title, text, (*hidden, *spelt))


def _line(paragraph: "Paragraph") -> str:
    text = " ".join(_seen(paragraph).split())
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if not text:
        return ""
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading"):
        return f"## {text}"
    return f"- {text}" if style.startswith("List") else text


def _seen(paragraph: "Paragraph") -> str:
    return "".join(
        piece.text
        for part in paragraph.iter_inner_content()
        for piece in (getattr(part, "runs", None) or [part])
        if not _is_unseen(piece)
    )


def _unseen(paragraph: "Paragraph") -> str:
    return " ".join("".join(run.text for run in paragraph.runs if _is_unseen(run)).split())


def _is_unseen(run: "Run") -> bool:
    font = run.font
    white = font.color is not None and str(font.color.rgb) == "FFFFFF" and font.highlight_color is None
    return bool(font.hidden) or white or (font.size is not None and font.size.pt < _UNSEEN_POINTS)
