"""Articles: what is read, passaged and cited."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast, get_args

from knowledge.errors import KnowledgeDataError
from knowledge.sides import SIDES, Side
from knowledge.yamls import read_yaml

Stage = Literal["understand", "own_it", "space", "first_contact", "show", "reconnect", "rebuild", "let_go"]
STAGES: tuple[Stage, ...] = get_args(Stage)

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)


@dataclass(frozen=True, slots=True)
class Article:
    """One article: Markdown `body` with `##` headings, and what is said about it.

    `name` is the source file's name and identifies the article within a collection. `source` is what a citation
    shows as the origin. `side` tells whether it is for one who did the harm or for one who suffered it, where it is for
    one of them alone.
    """

    name: str
    title: str
    body: str
    source: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    stage: Stage | None = None
    side: Side | None = None

    @property
    def digest(self) -> str:
        """Changes whenever anything that reaches a passage changes."""
        return hashlib.sha256("\x1f".join((self.name, self.title, self.source, self.body)).encode()).hexdigest()


def parse_article(name: str, text: str) -> Article:
    """Read one of our own articles: YAML front matter, then Markdown.

    Raises:
        KnowledgeDataError: front matter is missing or a required field is not there.
    """
    meta, body = split_front_matter(name, text)
    missing = [
        key
        for key in ("id", "title", "summary", "topics", "stage", "informed_by", "licence", "reviewed")
        if not meta.get(key)
    ]
    if missing:
        raise KnowledgeDataError(f"{name}: front matter lacks {', '.join(missing)}")
    if meta["stage"] not in STAGES:
        raise KnowledgeDataError(f"{name}: stage {meta['stage']!r} is none of {', '.join(STAGES)}")
    if meta.get("side") not in (None, *SIDES):
        raise KnowledgeDataError(f"{name}: side {meta['side']!r} is none of {', '.join(SIDES)}")
    return Article(
        name=name,
        title=str(meta["title"]),
        body=body,
        source=f"Trust Coach library: {meta['id']}",
        summary=str(meta["summary"]),
        topics=tuple(str(topic) for topic in meta["topics"]),
        stage=cast(Stage, meta["stage"]),
        side=cast("Side | None", meta.get("side")),
    )


def split_front_matter(name: str, text: str) -> tuple[dict[str, Any], str]:
    """What one of our own articles says of itself, and its body.

    Raises:
        KnowledgeDataError: there is no front matter.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise KnowledgeDataError(f"{name}: no front matter between two '---' lines")
    return read_yaml(match[1]), text[match.end() :].strip()


def builtin_articles(folder: Traversable | None = None) -> tuple[Article, ...]:
    """The articles that ship with the coach, by file name."""
    folder = folder or files("knowledge") / "articles"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".md")), key=lambda path: path.name)
    return tuple(parse_article(path.name, path.read_text(encoding="utf-8")) for path in paths)
