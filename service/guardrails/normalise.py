"""Disguises undone before anything is judged.

Every change keeps, for each character of the result, the offset that it came from, so that evidence can be shown in
the text as the person wrote it.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\t"}
_TAG_BLOCK = range(0xE0020, 0xE007F)

_HOMOGLYPHS = str.maketrans(
    "аеорсухіјѕԁһӏԛԝɡνοαερτκυιΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТХЅІЈ’‘ʼ“”„‐‑‒–—…",
    "aeopcyxijsdhlqwgvoaeptkuiABEZHIKMNOPTYXABEKMHOPCTXSIJ'''\"\"\"-----.",
)
_LEET = str.maketrans("013457@$!", "oieastasi")
_LEET_WORD = re.compile(r"(?<![\w@$!])(?=[\w@$!]*[a-zA-Z])(?=[\w@$!]*[013457@$])[a-zA-Z013457@$!]{4,}(?![\w@$])")
_SPACED_WORDS = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s,]?){8,}(?![0-9a-fA-F])")
_COMMON = frozenset(
    (
        "the and you your to of a in is it that my me i she he her him not for on be what how all this with print "
        "ignore instructions prompt system rules tell previous please want make"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Payload:
    """Text that was hidden in an encoding, and where its disguise stands in the original."""

    text: str
    start: int
    end: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` as detectors read it; `offsets[i]` is where its character i came from, with one more for its end."""

    text: str
    offsets: tuple[int, ...]
    payloads: tuple[Payload, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of `text[start:end]`."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Undo Unicode disguises, spelling with digits and spaces, and find encoded payloads."""
    chars: list[str] = []
    offsets: list[int] = []
    hidden: list[str] = []
    for index, char in enumerate(text):
        if ord(char) in _TAG_BLOCK:
            hidden.append(chr(ord(char) - 0xE0000))
            continue
        if char not in _KEPT and unicodedata.category(char) in _INVISIBLE:
            continue
        for piece in unicodedata.normalize("NFKC", char).translate(_HOMOGLYPHS):
            chars.append(piece)
            offsets.append(index)
    plain = "".join(chars)
    plain, offsets = _composed(plain, offsets)
    plain = _LEET_WORD.sub(_unleet, plain)
    plain, offsets = _unspaced(plain, offsets)
    payloads = [*_decoded(text)]
    if hidden:
        payloads.append(Payload("".join(hidden), 0, len(text), "tags"))
    return Normalised(plain, (*offsets, len(text)), tuple(payloads))


def _composed(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Join base letters with the combining marks after them, cluster by cluster so that offsets stay known."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, offsets
    composed: list[str] = []
    kept: list[int] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and unicodedata.combining(text[index]):
            continue
        cluster = unicodedata.normalize("NFC", text[start:index])
        composed.append(cluster)
        kept += [offsets[start]] * len(cluster)
        start = index
    return "".join(composed), kept


def _unleet(match: re.Match[str]) -> str:
    word = match.group()
    letters = sum(char.isalpha() for char in word)
    # "5pm", "2nd", "100mg", "mid30s": numbers with a unit are not disguises.
    if letters < len(word) / 2 or re.fullmatch(r"\d+[a-zA-Z]{1,4}|[a-zA-Z]{1,4}\d+", word):
        return word
    return word.translate(_LEET)


def _unspaced(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    """Join words that were spelled l i k e  t h i s; a wider gap separates words."""
    chars: list[str] = []
    kept: list[int] = []
    cursor = 0
    for match in _SPACED_WORDS.finditer(text):
        letters = [index for index in range(*match.span()) if text[index].isalnum()]
        if not all(text[index].isalpha() for index in letters):
            continue
        chars.append(text[cursor : match.start()])
        kept += offsets[cursor : match.start()]
        chars += [text[index] for index in letters]
        kept += [offsets[index] for index in letters]
        cursor = match.end()
    chars.append(text[cursor:])
    return "".join(chars), kept + offsets[cursor:]


def _decoded(text: str) -> list[Payload]:
    found = [
        Payload(plain, *match.span(), "base64")
        for match in _BASE64.finditer(text)
        if (plain := _as_text(_from_base64(match.group())))
    ]
    found += [
        Payload(plain, *match.span(), "hex")
        for match in _HEX.finditer(text)
        if (plain := _as_text(_from_hex(match.group())))
    ]
    for name, plain in (("rot13", codecs.encode(text, "rot13")), ("reversed", text[::-1])):
        if _reads_better(plain, text):
            found.append(Payload(plain, 0, len(text), name))
    return found


def _from_base64(run: str) -> bytes:
    run = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _from_hex(run: str) -> bytes:
    try:
        return bytes.fromhex(re.sub(r"0x|\\x|[\s,]", "", run))
    except ValueError:
        return b""


def _as_text(data: bytes) -> str:
    """`data` as readable text, or nothing."""
    try:
        plain = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    readable = sum(char.isalpha() or char.isspace() for char in plain)
    return plain if len(plain) >= 8 and readable >= 0.8 * len(plain) else ""


def _reads_better(candidate: str, original: str) -> bool:
    words, before = (re.findall(r"[a-z]+", text.lower()) for text in (candidate, original))
    known, known_before = (sum(word in _COMMON for word in found) for found in (words, before))
    return len(words) >= 3 and known >= 0.3 * len(words) and known >= 3 and known > 3 * known_before
