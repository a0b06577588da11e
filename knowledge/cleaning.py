"""From scraped lines to an article's own: headings marked, menus, teasers and comment threads left out."""

import re
from dataclasses import dataclass

from knowledge.sentences import word_count

_COMMENT_MARK = re.compile(r"^\s*(?:view|reply to) comment\s*$|^\s*reply\s*$", re.I)
_BULLET = re.compile(r"^(\s*)[•●▪◦‣·*-]\s+(?=\S)")
_LONE_BULLET = re.compile(r"^\s*[•●▪◦‣·*-]\s*$")
_END_OF_ARTICLE = re.compile(
    r"^\s*(?:#+\s*)?(?:leave a (?:reply|comment)\b|comments? on [“\"']|\d+ (?:comments|responses|thoughts on)\b"
    r"|your email address will not be published|post navigation\b|related (?:posts|articles)\b)",
    re.I,
)
_JUNK = re.compile(
    r"^\s*(?:[?\ufffd]{3,}\s|👉|➡|→|»|\W*(?:share (?:this|on)|tweet|pin it|read more|click here|subscribe|sign up|"
    r"table of contents|skip to content|home\s*[>|/]|posted (?:by|on|in)|filed under|tagged|advertisement|"
    r"cookie (?:policy|settings)|all rights reserved|copyright ©)\b)",
    re.I,
)
_LEAD_IN = re.compile(
    r"(?:^|(?<=[.!?]\s))[^.!?]{0,120}?(?:\bgo to|\bread|\bcheck out|\bsee also|\byou[’']ll find many in"
    r"|\bmeeting|\blearn more)\s*:\s*$",
    re.I,
)
_WANT_MORE = re.compile(r"(?:^|(?<=[.!]\s))(?:want to|need help|looking for)[^.!?]*\?\s*$", re.I)
_CALL_TO_COMMENT = re.compile(r"[^.!?]*\bleave a comment\b[^.!?]*[.!?]", re.I)
_NUMBERED = re.compile(r"^(?:step\s*#?\s*\d+\s*[:.)-]|\d{1,2}[.)])\s*(.+)$", re.I)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A title (may be empty), Markdown with `##` headings, and the lines that were dropped."""

    title: str
    body: str
    dropped: tuple[str, ...]


def clean(text: str) -> Cleaned:
    """Keep an article's own lines.

    A heading line without closing punctuation becomes `##`; a numbered one that is a sentence stays in the text as
    well, since the author's advice is in it.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")]
    kept, dropped = _without_threads(_joined_bullets(lines))
    kept, more = _without_junk(kept)
    title, kept = _title(kept)
    body = "\n\n".join(_marked(kept, title))
    return Cleaned(title, body, (*dropped, *more))


def _joined_bullets(lines: list[str]) -> list[str]:
    """A bullet alone on its line belongs to the next one that says something."""
    joined: list[str] = []
    pending = False
    for line in lines:
        if _LONE_BULLET.match(line):
            pending = True
        elif pending and line.strip():
            joined.append(f"- {line.strip()}")
            pending = False
        else:
            joined.append(line)
    return joined


def _without_threads(lines: list[str]) -> tuple[list[str], list[str]]:
    """Leave out each bulleted item that a "View Comment" line closes: readers' comments, and answers to them."""
    kept: list[str] = []
    dropped: list[str] = []
    item: list[str] = []
    for line in lines:
        if _BULLET.match(line):
            kept += item
            item = [line]
        elif item and _COMMENT_MARK.match(line):
            dropped += [*item, line]
            item = []
        elif item and line.strip() and not line.startswith((" ", "\t")):
            kept += [*item, line]
            item = []
        elif item:
            item.append(line)
        else:
            kept.append(line)
    return kept + item, [line.strip() for line in dropped if line.strip()]


def _without_junk(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    dropped: list[str] = []
    for index, line in enumerate(lines):
        if _END_OF_ARTICLE.match(line):
            dropped += [rest.strip() for rest in lines[index:] if rest.strip()]
            break
        if not line.strip():
            kept.append("")
            continue
        if _JUNK.match(line):
            dropped.append(line.strip())
            continue
        rest = line
        for teaser in (_LEAD_IN, _WANT_MORE, _CALL_TO_COMMENT):
            if (match := teaser.search(rest)) and (teaser is not _WANT_MORE or rest is not line):
                dropped.append(match.group().strip())
                rest = (rest[: match.start()] + rest[match.end() :]).rstrip()
        if rest.strip(" -*•"):
            kept.append(rest)
    return kept, dropped


def _title(lines: list[str]) -> tuple[str, list[str]]:
    """The first heading-like line, if the text starts with one; repeats of it go too."""
    first = next((line.strip() for line in lines if line.strip()), "")
    bare = first.lstrip("# ").strip()
    if not (first.startswith("#") or _is_heading(first)):
        return "", lines
    return bare, [line for line in lines if line.strip().lstrip("# ").strip() != bare]


def _is_heading(line: str) -> bool:
    return (
        word_count(line) <= 16
        and not re.search(r"[.!,;:”\"]$", line)
        and not _BULLET.match(line)
        and line[:1].isalnum()
    )


def _marked(lines: list[str], title: str) -> list[str]:
    """Blocks of Markdown: headings marked, each other line or run of bullets a paragraph."""
    blocks: list[str] = []
    for line in lines:
        text = line.strip()
        if not text:
            blocks.append("")
            continue
        numbered = _NUMBERED.match(text)
        if text.startswith("#"):
            blocks.append(text)
        elif numbered and word_count(text) <= 14 and not _BULLET.match(line):
            blocks.append(f"## {numbered[1].rstrip('.')}")
            if text.endswith((".", "!", "?")):
                blocks.append(numbered[1])
        elif _is_heading(text) and not text.endswith("?"):
            blocks.append(f"## {text}")
        elif _BULLET.match(line):
            item = _BULLET.sub("- ", text)
            if blocks and blocks[-1].startswith("- "):
                blocks[-1] += f"\n{item}"
            else:
                blocks.append(item)
        elif blocks and blocks[-1] and not blocks[-1].startswith(("#", "-")):
            blocks[-1] += f" {text}"
        else:
            blocks.append(text)
    return [block for block in blocks if block]
