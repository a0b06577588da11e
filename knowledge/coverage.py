"""Which advice of the articles that informed ours is carried where: coverage.yaml, told in COVERAGE.md.

`python -m knowledge.coverage` writes COVERAGE.md anew, after the data or an article has changed.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.article import split_front_matter
from knowledge.errors import KnowledgeDataError
from knowledge.yamls import read_yaml

FOLDER = Path(__file__).parent
PAGE = FOLDER / "COVERAGE.md"

_INTRO = """# What our articles carry

<!-- Written by `python -m knowledge.coverage` from coverage.yaml: change that file, then run the command. -->

Five published articles informed ours. For each piece of their advice, put in our own words, this page names the
sentence of ours that carries it. Where one of them is unsafe or contradicts another, a second table says what we
follow, and why.
"""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A few words of ours that stand exactly once in `article`, under the heading `section`."""

    article: str
    section: str
    words: str


@dataclass(frozen=True, slots=True)
class Point:
    """One piece of advice of a source, and where ours carry it.

    `at` is where it stands in the source. `instead` is what we follow and why, where it is not what the source says.
    """

    at: str
    text: str
    instead: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One article that informed ours, by its title."""

    title: str
    points: tuple[Point, ...]


def read_coverage(rows: Sequence[Mapping[str, Any]], articles: Mapping[str, str]) -> tuple[Source, ...]:
    """The map in `rows`, held against `articles`: the text of each with its front matter, by file name.

    Raises:
        KnowledgeDataError: a point has no anchor, an anchor is not found exactly once, or a point is followed by no
            article that names its source under `informed_by`.
    """
    return tuple(
        Source(row["source"], tuple(_point(row["source"], point, articles) for point in row["points"])) for row in rows
    )


def builtin_coverage() -> tuple[Source, ...]:
    """The map that ships with the coach."""
    articles = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "articles").glob("*.md")}
    return read_coverage(read_yaml((FOLDER / "coverage.yaml").read_text(encoding="utf-8")), articles)


def page(sources: Sequence[Source]) -> str:
    """COVERAGE.md."""
    return "\n".join((_INTRO, *map(_chapter, sources), _by_article(sources)))


def _point(source: str, row: Mapping[str, Any], articles: Mapping[str, str]) -> Point:
    text, carried = row["point"], row.get("carried")
    if not carried:
        raise KnowledgeDataError(f"coverage.yaml: nothing carries {text!r}")
    unknown = carried.keys() - articles.keys()
    if unknown:
        raise KnowledgeDataError(f"coverage.yaml: there is no article {', '.join(sorted(unknown))}")
    if "instead" not in row and not any(
        source in split_front_matter(name, articles[name])[0]["informed_by"] for name in carried
    ):
        raise KnowledgeDataError(f"coverage.yaml: no article that carries {text!r} is informed by {source!r}")
    anchors = tuple(_anchor(name, words, articles[name]) for name, words in carried.items())
    return Point(row["at"], text, row.get("instead", ""), anchors)


def _anchor(name: str, words: str, article: str) -> Anchor:
    body = split_front_matter(name, article)[1]
    if body.count(words) != 1:
        raise KnowledgeDataError(f"coverage.yaml: {words!r} stands {body.count(words)} times in {name}")
    headings = re.findall(r"^#+ (.+)$", body[: body.index(words)], re.M)
    return Anchor(name, headings[-1], words)


def _chapter(source: Source) -> str:
    lines = [f"## {source.title}", ""]
    followed = [point for point in source.points if not point.instead]
    lines += ["| at | advice | where ours carry it |", "| --- | --- | --- |"]
    lines += [f"| {point.at} | {point.text} | {_links(point)} |" for point in followed]
    lines += ["", "Not followed as it stands:", ""]
    lines += ["| at | what it says | what we follow, and why | where ours say so |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {point.at} | {point.text} | {point.instead} | {_links(point)} |" for point in source.points if point.instead
    ]
    return "\n".join((*lines, ""))


def _links(point: Point) -> str:
    return "<br>".join(
        f"[{anchor.article.removesuffix('.md')}](articles/{anchor.article}#{_slug(anchor.section)}): “{anchor.words}”"
        for anchor in point.anchors
    )


def _slug(heading: str) -> str:
    """The fragment that leads to a heading on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _by_article(sources: Sequence[Source]) -> str:
    counts = Counter(anchor.article for source in sources for point in source.points for anchor in point.anchors)
    lines = ["## By article of ours", "", "| article | points that it carries |", "| --- | --- |"]
    lines += [f"| [{name.removesuffix('.md')}](articles/{name}) | {counts[name]} |" for name in sorted(counts)]
    return "\n".join((*lines, ""))


if __name__ == "__main__":
    PAGE.write_text(page(builtin_coverage()), encoding="utf-8")
