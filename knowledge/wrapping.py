"""Lines that were broken to fit a page, joined to paragraphs again."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import quantiles

_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_CONTINUES = re.compile(r"[a-z(—–-]|I\b")
_MARKED = re.compile(r"\s*(?:[•●▪◦‣·*>#-]|\d{1,2}[.)])(?:\s|$)|#")
_BROKEN_WORD = re.compile(r"(\w+)-$")
_MANY = 0.4
"""Share of line breaks within a sentence from which on a text counts as wrapped."""
_FULL = 0.75
"""A line at least this long, measured by the text's long lines, was broken for want of room."""


def unwrapped(lines: Sequence[str]) -> list[str]:
    """`lines` with those of a hard-wrapped text joined; a text whose lines are paragraphs comes back as it is."""
    joints = [(before, after) for before, after in pairwise(lines) if before.strip() and after.strip()]
    broken = sum(_within_sentence(before, after) for before, after in joints)
    if not joints or broken < _MANY * len(joints):
        return list(lines)
    width = _width([line for line in lines if line.strip()])
    known = {word.lower() for line in lines for word in re.findall(r"\w+-\w+", line)}
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and last.strip() and _belongs(last, line, width):
            joined[-1] = _glued(joined[-1], line.strip(), known)
        else:
            joined.append(line)
        last = line
    return joined


def _within_sentence(before: str, after: str) -> bool:
    return not _ENDS.search(before.rstrip()) and _CONTINUES.match(after.strip()) is not None


def _width(lines: Sequence[str]) -> float:
    lengths = [len(line) for line in lines]
    return quantiles(lengths, n=10)[8] if len(lengths) > 1 else lengths[0]


def _belongs(before: str, line: str, width: float) -> bool:
    if not line.strip() or _MARKED.match(line) or before.lstrip().startswith("#"):
        return False
    if _ENDS.search(before.rstrip()) and not _ENDS.search(line.rstrip()) and len(line) < _FULL * width:
        return False  # A short line without an end is a heading; a paragraph's last line has one.
    return len(before) >= _FULL * width or _within_sentence(before, line)


def _glued(text: str, line: str, known: set[str]) -> str:
    """`text` and `line` as one; a hyphen at the break goes unless the word is written with one elsewhere."""
    broken = _BROKEN_WORD.search(text)
    if broken is None or not line[:1].islower():
        return f"{text.rstrip()} {line}"
    rest = re.match(r"\w+", line)
    whole = f"{broken[1]}-{rest[0] if rest else ''}".lower()
    return f"{text}{line}" if whole in known else f"{text[:-1]}{line}"
