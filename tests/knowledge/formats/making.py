"""Files of each kind, made for tests from our own words."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
from docx.shared import Pt, RGBColor
from pypdf import PdfReader, PdfWriter

PARAGRAPH = (
    "Trust comes back in small pieces, and each of them is a promise that was kept on an ordinary day. "
    "Say less than you want to say, and do exactly what you said, even when nobody would notice if you did not. "
    "When you cannot keep a promise, tell the other person before the hour has come, without a story around it."
)
SECOND = (
    "Patience is easier with something to do. Water the plants, see your friends, and go to bed at a sane hour. "
    "Nobody heals faster because somebody waits at the window."
)


def epub(chapters: Mapping[str, str], title: str = "A Book", more: Mapping[str, bytes] | None = None) -> bytes:
    """An EPUB whose chapters stand in the order given."""
    items = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    files = {"META-INF/container.xml": container.encode(), "OEBPS/book.opf": package.encode(), **(more or {})}
    files |= {f"OEBPS/{name}": chapter.encode() for name, chapter in chapters.items()}
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(paragraphs: Sequence[tuple[str, str]], hidden: str = "", white: str = "", tiny: str = "") -> bytes:
    """A Word document of (style, text); the last paragraph also gets text that Word does not show."""
    document = docx.Document()
    for style, text in paragraphs:
        last = document.add_paragraph(text, style=style)
    last.add_run(hidden).font.hidden = True
    last.add_run(white).font.color.rgb = RGBColor(255, 255, 255)
    last.add_run(tiny).font.size = Pt(1)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(pages: Sequence[Sequence[str]], password: str = "", title: str = "", also: str = "") -> bytes:
    """A PDF of lines in Helvetica, page by page; `also` are drawing operations that follow the lines of each."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids: list[int] = []
    for lines in pages:
        drawn = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td {drawn}ET {also}".encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    body = bytearray(b"%PDF-1.4\n")
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n" % (size, table, size)
    body += b"startxref\n%d\n%%%%EOF" % body.rindex(b"xref\n0")
    return _written(bytes(body), password, title) if password or title else bytes(body)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _written(plain: bytes, password: str, title: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
