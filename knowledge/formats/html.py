"""Web pages: the article without its menus, scripts and comments, and what the page hides."""

import re
from typing import TYPE_CHECKING

from knowledge.formats.concealment import take_hidden
from knowledge.formats.document import Document, Unreadable
from knowledge.formats.text import decode, shown, unstyled

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_DEPTH = 200
"""Far deeper than any article; the parser cuts what is deeper than 255."""

_DECLARED = re.compile(
    rb"<meta[^>]{0,100}charset=[\"']?([\w-]{3,20})|<\?xml[^>]{0,60}encoding=[\"']([\w-]{3,20})", re.I
)
_COMMENTS = (
    '//*[@id="comments" or @id="respond" or @id="disqus_thread" or contains(@class, "commentlist")'
    ' or contains(@class, "comment-list") or contains(@class, "comments-area") or contains(@class, "comment-respond")]'
)


def read_html(data: bytes) -> Document:
    """A web page.

    Raises:
        Unreadable: it is empty, not text, nested without end, or holds no article.
    """
    import trafilatura

    tree = parse(data)
    hidden = take_hidden(tree)
    markdown = trafilatura.extract(
        tree,
        output_format="markdown",
        include_comments=False,
        include_tables=False,
        include_formatting=True,
        favor_precision=True,
        prune_xpath=_COMMENTS,
    )
    if not markdown:
        raise Unreadable("no article in it (only menus, scripts or nothing)")
    text, spelt = shown(unstyled(markdown))
    return Document(_title(tree), text, (*hidden, *spelt))


def parse(data: bytes) -> "HtmlElement":
    """The tree of a page or of a chapter in XHTML.

    Raises:
        Unreadable: it is empty, not text, or nested without end.
    """
    from lxml import etree, html

    declared = _DECLARED.search(data[:2048])
    text = decode(data, (declared[1] or declared[2]).decode() if declared else None)
    # A declared encoding has been heeded; lxml refuses it in text.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        tree = html.document_fromstring(text)
    except etree.ParserError as error:
        raise Unreadable("no article in it (only menus, scripts or nothing)") from error
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise Unreadable(
                f"its tags are nested more than {MAX_DEPTH} deep: save the article as text and import that"
            )
    return tree


def _title(tree: "HtmlElement") -> str:
    """The page's only main heading, else the title in its head."""
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    return " ".join((tree.findtext(".//title") or "").split("|")[0].split())
