"""What pages say around an article: told by its wording, so that cleaning can leave it out and name the reason.

A rule matches whole lines only, and none that could be advice: "Share this" goes, "Share this with her only when
she asks." stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MENU, THREAD, SHARING, TEASER, NOTICE, REPEAT = (
    "menu",
    "comment thread",
    "share buttons",
    "cross-link",
    "notice",
    "repeated title",
)
"""Why a line was left out."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line or sentence that is not the article's own, and why."""

    reason: str
    line: str


END_OF_ARTICLE = re.compile(
    r"\s*(?:#+\s*)?(?:leave (?:a|your) (?:reply|comment)s?\b[^.]{0,40}$"
    r"|(?:\d+ )?(?:comments?|thoughts|responses|replies) (?:on|to) [“\"'‘]"
    r"|(?:\d+ )?(?:comments|responses|replies)(?: ?\(\d+\))?:?$|your e-?mail address will not be published"
    r"|post navigation$|(?:related|recent|popular) (?:posts|articles|stories):?$"
    r"|you (?:may|might) also (?:like|enjoy):?$"
    r"|more (?:from|by) (?:this|the) (?:author|blog|site)$|about the author:?$|join the (?:discussion|conversation)$)",
    re.I,
)
"""From such a line on, nothing is the article's own."""

NAMED_TITLE = re.compile(
    r"\s*(?:#+\s*)?(?:\d+ )?(?:comments?|thoughts|responses|replies) (?:on|to) [“\"'‘](.+?)[”\"'’]\s*$", re.I
)
"""A thread's headline that names the article."""

COMMENT_MARK = re.compile(r"\s*(?:(?:view|reply to|report|flag|like) (?:this )?comment|reply|permalink)\s*$", re.I)
"""A line below a reader's comment."""

COMMENTER = re.compile(r"\s*[^.!?:\n]{1,40}\b(?:says|wrote|commented):\s*$", re.I)
"""A line above a reader's comment."""

ARROW = re.compile(r"\s*(?:👉|➡️?|→|»|▶️?|🔗|📖)\s*")

_MENU_WORDS = (
    r"home(?: ?page)?|about(?: (?:us|me))?|blog|contact(?: (?:us|me))?|shop|store|cart|my account|log ?in|log ?out"
    r"|sign ?in|sign ?up|register|search|(?:main )?menu|skip to (?:main )?content|toggle navigation|privacy(?: policy)?"
    r"|cookies?|terms(?: (?:of (?:use|service)|(?:and|&) conditions))?|categories|archives?|tags|faqs?|sitemap"
    r"|subscribe|donate"
    r"|podcast|newsletter|courses?|services|resources|testimonials|imprint|impressum|next|previous|prev|back to top"
    r"|close|follow(?: us)?|all articles|free (?:ebook|guide|quiz)|work with (?:me|us)|start here"
    r"|(?:table of )?contents|advertisement|sponsored"
)
_SITES = (
    r"facebook|twitter|instagram|pinterest|linkedin|whatsapp|reddit|e-?mail|tumblr|telegram|youtube|tiktok|print"
    r"|copy link"
)
_NAME = r"[A-ZÀ-Þ][\w.’'-]*"

_RULES: Mapping[str, re.Pattern[str]] = {
    MENU: re.compile(
        rf"\s*(?:#+\s*)?(?:(?:{_MENU_WORDS})(?:\s*(?:[|>»›/·•]+|\s)\s*(?:{_MENU_WORDS}))*|home\s*[|>»›/].{{0,120}})\s*$",
        re.I,
    ),
    SHARING: re.compile(
        rf"\s*\W*(?:(?:share|tweet|pin|save)(?: (?:this|it|on|via|the love|post|article|story|page|{_SITES}))*"
        rf"|(?:{_SITES})(?:\W+(?:{_SITES}))*|share with (?:a friend|your friends)|\d[\d.,k]* shares?)\W*$",
        re.I,
    ),
    TEASER: re.compile(
        r"\s*(?:[?\ufffd]{3,}\s+\S"
        r"|(?:also read|read (?:also|more|next)|related|see also|further reading|next (?:post|article|up)"
        r"|previous (?:post|article)|recommended(?: (?:reading|for you))?|(?:more|most) (?:popular|read)"
        r"|keep reading)\s*:"
        r"|(?:read more|continue reading|click here|learn more|see more|show more)\b[^.!?]{0,80}[»›→…]*$"
        r"|click here\b|subscribe (?:now|here|to (?:my|our|the) (?:newsletter|channel|blog|list|podcast|feed))\b"
        r"|sign up (?:now|here|today|(?:for|to) (?:my|our|the) (?:free|newsletter|course|list|updates))\b"
        r"|(?:download|get|grab) (?:my|our|your|the) free\b|enter your e-?mail\b"
        r"|join (?:my|our|the) (?:newsletter|mailing list|community)\b)",
        re.I,
    ),
    NOTICE: re.compile(
        rf"\s*(?:(?i:posted (?:by|on|in)|filed under|tags?:|tagged (?:as|with|in)|tagged:|photo(?: credits?)?(?: by|:)"
        rf"|image(?: credits?)?(?: by|:)|required fields are marked|reading time:?|copyright ©?|©|\(c\) )"
        rf"[^.!?]{{0,100}}[.*]?"
        rf"|(?i:by|written by|author:|(?:medically )?reviewed by)(?: {_NAME},?){{2,5}}(?:\s*[|•·–-].{{0,60}}"
        rf"|,? (?:on )?\w+ \d{{1,2}},? \d{{4}}.{{0,20}})?"
        rf"|(?i:(?:last )?(?:updated|published|modified)(?: on)?:?\s.{{0,40}}\d{{4}}.{{0,20}}"
        rf"|\d+ min(?:ute)?s? read|.{{0,80}}\ball rights reserved\.?"
        rf"|(?:we|this (?:web)?site) uses? cookies\b.{{0,160}}|accept (?:all )?cookies.{{0,40}}"
        rf"|cookie (?:policy|settings)"
        rf"|this (?:post|article|page) (?:may contain|contains) affiliate links\b.{{0,160}}))\s*$"
    ),
}
_CLOSED = re.compile(r"[.!?…:][\"'”’)]*\s*$")


def reason_to_leave_out(line: str) -> str | None:
    """Why a line is not the article's own, or nothing."""
    if ARROW.match(line) and not _CLOSED.search(line):
        return TEASER
    return next((reason for reason, pattern in _RULES.items() if pattern.match(line)), None)
