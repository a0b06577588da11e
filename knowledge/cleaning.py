"""From scraped lines to an article's own: headings marked, menus, teasers and comment threads left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge import boilerplate as page
from knowledge.boilerplate import Dropped
from knowledge.sentences import word_count
from knowledge.teasers import without_lead_in, without_pointers
from knowledge.wrapping import unwrapped

_BULLET = re.compile(r"^(\s*)[•●▪◦‣⁃·*–-]\s+(?=\S)")
_LONE_BULLET = re.compile(r"^\s*[•●▪◦‣⁃·*–-]\s*$")
_NUMBERED = re.compile(r"^(?:step\s*#?\s*\d+\s*[:.)–-]|#?\d{1,2}[.):])\s*(.+)$", re.I)
_RULE = re.compile(r"^\s*(?:[-_=*~•·]\s*){3,}$")
_BLOB = re.compile(r"[!-~]{200,}")
"""Pictures and scripts written as text; no word is as long."""
_SITE_NAME = re.compile(r"\s+[|–—•·-]\s+.{1,40}$")
_MAX_HEADING_WORDS = 16
_MAX_NUMBERED_WORDS = 14
_MENU_ITEM_WORDS = 3
_MENU_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A title (may be empty), Markdown with `##` headings, and the lines that were left out."""

    title: str
    body: str
    dropped: tuple[Dropped, ...]


def clean(text: str, title: str = "") -> Cleaned:
    """Keep an article's own lines; `title` is used where it is known, else the first heading.

    A heading line without closing punctuation becomes `##`; a numbered one that is a sentence stays in the text as
    well, since the author's advice is in it.
    """
    dropped: list[Dropped] = []
    lines = _joined_bullets(unwrapped([line.rstrip() for line in _BLOB.sub("", text).splitlines()]))
    lines = _without_threads(lines, dropped)
    lines, named = _ended(lines, dropped)
    lines = _without_menus(_without_junk(lines, dropped), dropped)
    title, lines = _titled(lines, title or named, dropped)
    return Cleaned(title, "\n\n".join(_marked(lines)), tuple(dropped))


def _joined_bullets(lines: Sequence[str]) -> list[str]:
    """A bullet alone on its line belongs to the next one that says something; drawn rules go."""
    joined: list[str] = []
    pending = False
    for line in lines:
        if _LONE_BULLET.match(line):
            pending = True
        elif pending and line.strip():
            joined.append(f"- {line.strip()}")
            pending = False
        else:
            joined.append("" if _RULE.match(line) else line)
    return joined


def _without_threads(lines: list[str], dropped: list[Dropped]) -> list[str]:
    """Leave out readers' comments, and answers to them: from a comment's first line to the last mark below one.

    A comment begins with a bullet or with its writer's name; where neither stands above the first mark, only the mark
    itself goes.
    """
    marks = [index for index, line in enumerate(lines) if page.COMMENT_MARK.match(line)]
    if not marks:
        return lines
    starts = [index for index in range(marks[0]) if _BULLET.match(lines[index]) or page.COMMENTER.match(lines[index])]
    thread = range(starts[-1], marks[-1] + 1) if starts else marks
    dropped += [Dropped(page.THREAD, lines[index].strip()) for index in thread if lines[index].strip()]
    left = set(thread)
    return [line for index, line in enumerate(lines) if index not in left]


def _ended(lines: list[str], dropped: list[Dropped]) -> tuple[list[str], str]:
    """The lines before the one that ends the article, and the title that a thread's headline gives it."""
    named = next((match[1] for line in lines if (match := page.NAMED_TITLE.match(line))), "")
    for index, line in enumerate(lines):
        # What comes first on a page cannot end it.
        if page.END_OF_ARTICLE.match(line) and any(word_count(before) > _MAX_HEADING_WORDS for before in lines[:index]):
            dropped += [Dropped(page.THREAD, rest.strip()) for rest in lines[index:] if rest.strip()]
            return lines[:index], named
    return lines, named


def _without_junk(lines: list[str], dropped: list[Dropped]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        reason = page.reason_to_leave_out(line) if line.strip() else None
        if reason is None:
            rest = without_pointers(page.ARROW.sub("- ", line, count=1) if page.ARROW.match(line) else line, dropped)
            if rest.strip(" -*•") or not line.strip():
                kept.append(rest)
            continue
        dropped.append(Dropped(reason, line.strip()))
        above = next((index for index in reversed(range(len(kept))) if kept[index].strip()), None)
        if reason == page.TEASER and above is not None:
            kept[above] = without_lead_in(kept[above], dropped)
    return kept


def _without_menus(lines: list[str], dropped: list[Dropped]) -> list[str]:
    """Leave out runs of very short lines before the first sentence and after the last one: menus and lists of links."""
    prose = [index for index, line in enumerate(lines) if word_count(line) > _MAX_HEADING_WORDS]
    if not prose:
        return lines
    kept: list[str] = []
    for short, run in groupby(enumerate(lines), key=lambda row: _is_menu_item(row[1])):
        rows = list(run)
        outside = rows[-1][0] < prose[0] or rows[0][0] > prose[-1]
        items = [line.strip() for _, line in rows if line.strip()]
        if short and outside and len(items) >= _MENU_ITEMS:
            dropped += [Dropped(page.MENU, item) for item in items]
        else:
            kept += [line for _, line in rows]
    return kept


def _is_menu_item(line: str) -> bool:
    return word_count(line) <= _MENU_ITEM_WORDS and not re.search(r"[.!?:,;”\"]$", line.strip())


def _titled(lines: list[str], title: str, dropped: list[Dropped]) -> tuple[str, list[str]]:
    """The title given, or the first line where it is a heading; the lines without it and its repeats."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if not title and (first.startswith("#") or _is_heading(first)):
        title = first.lstrip("# ").strip()
    if not title:
        return "", lines
    said = {_bare(title), _bare(_SITE_NAME.sub("", title))}
    repeats = [line for line in lines if line.strip() and _bare(line) in said]
    dropped += [Dropped(page.REPEAT, line.strip()) for line in repeats[0 if repeats and repeats[0] != first else 1 :]]
    return title, [line for line in lines if not line.strip() or _bare(line) not in said]


def _bare(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()


def _is_heading(line: str) -> bool:
    return (
        word_count(line) <= _MAX_HEADING_WORDS
        and not re.search(r"[.!,;:”\"]$", line)
        and not _BULLET.match(line)
        and line[:1].isalnum()
    )


def _marked(lines: Sequence[str]) -> list[str]:
    """Blocks of Markdown: headings marked, each other line or run of bullets a paragraph."""
    blocks: list[str] = []
    listing = False
    for index, line in enumerate(lines):
        text = line.strip()
        numbered = _NUMBERED.match(text)
        listing = bool(text) and (listing or bool(blocks and blocks[-1].endswith(":")))
        if not text:
            blocks.append("")
        elif text.startswith("#") and not numbered:
            blocks.append(text)
        elif numbered and word_count(text) <= _MAX_NUMBERED_WORDS and not _BULLET.match(line):
            _append_numbered(blocks, numbered[1], listed=_among_numbered(lines, index))
        elif _BULLET.match(line):
            _append_item(blocks, _BULLET.sub("", line).strip())
            listing = False
        elif listing and _is_heading(text):
            _append_item(blocks, text)
        elif _is_heading(text) and not text.endswith("?"):
            blocks.append(f"## {text}")
        elif blocks and blocks[-1] and not blocks[-1].startswith(("#", "-")):
            blocks[-1] += f" {text}"
        else:
            blocks.append(text)
        listing = listing and bool(blocks[-1]) and (blocks[-1].startswith("- ") or blocks[-1].endswith(":"))
    return [block for block in blocks if block]


def _among_numbered(lines: Sequence[str], index: int) -> bool:
    """Whether the nearest line above or below that says something is numbered too: a list, then, and no headings."""
    above = next((line for line in reversed(lines[:index]) if line.strip()), "")
    below = next((line for line in lines[index + 1 :] if line.strip()), "")
    return any(_NUMBERED.match(line.strip()) for line in (above, below))


def _append_numbered(blocks: list[str], text: str, *, listed: bool) -> None:
    if listed:
        _append_item(blocks, text)
        return
    blocks.append(f"## {text.rstrip('.')}")
    if text.endswith((".", "!", "?")):
        blocks.append(text)


def _append_item(blocks: list[str], text: str) -> None:
    if blocks and blocks[-1].startswith("- "):
        blocks[-1] += f"\n- {text}"
    else:
        blocks.append(f"- {text}")
