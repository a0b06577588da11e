"""Where in what a person writes to the coach a message to the ex stands, and whether they ask for words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.sentences import split_typed, word_count
from service.writing.apology import apology_elements
from service.writing.wording import load_wordings, straight

_FENCED = re.compile(r"```[^\n`]*\n?(.+?)```", re.S)
_BLOCK = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|$))+", re.M)
_QUOTED = re.compile(r"\"([^\"]{1,4000})\"|«([^»]{1,4000})»|(?<!\w)'((?:[^']|(?<=\w)'(?=\w)){6,4000})'(?!\w)")
_SOMEBODY_SAID = re.compile(
    r"\b(?!(?:i|to|would|should|can|could|may|will|shall|and|just|ll|not|d|me|we|you)\b)[\w']+ (?:just |then "
    r"|also |has |had |only |always )?"
    r"(?:said|says|wrote|written|told|texted|replied|messaged|sent|asked|answered|posted|thinks|goes|went"
    r"|was like)\b[^.!?\n\"]{0,60}$"
    r"|\bi (?:already |just |have |had )?(?:said|told|sent|texted|wrote back|replied|posted"
    r"|asked)\b[^.!?\n\"]{0,60}$",
    re.I,
)
_GREETS = re.compile(r"(?i:hi|hey|hello|dear|hiya)\b[ ,]*(?!(?i:coach|there|all|guys|everyone|team)\b)[A-Z]\w+")
_YOU = re.compile(r"\b(?:you|your|yours|u|ur|you're|you've|you'll|ya)\b", re.I)
_OF_THEM = re.compile(r"\b(?:he|she|him|her|he's|she's|my ex)\b", re.I)
_TO_THE_COACH = re.compile(
    r"\b(?:do you think|(?:can|could|would|will) you (?:\w+ )?(?:help|check|look|read|tell me|open|write|word"
    r"|phrase|put|say|draft|apologi[sz]e|make|do it|think of)"
    r"|what (?:do|would) you|you (?:said|told me) (?:last|earlier|before)|should i|shall i|how (?:do|should"
    r"|can) i|my (?:ex|wife|husband)(?! is))\b",
    re.I,
)
_OPENS = re.compile(
    r"\W*(?:(?:i'?m|i am|so|very|really|truly|just) )*(?:sorry|hi|hey|hello|dear|hiya|thank|thanks|miss|i (?:miss"
    r"|love|lied|apologi[sz]e|was wrong|hope|know)|happy)\b",
    re.I,
)
_LEAD = re.compile(r"[^.!?\n\"]{0,120}?(?::(?=\s)|\s[–—-]\s|—)\s*")
_LEADS_IN = re.compile(
    r"\b(?:send|text|writ|wrote|say|messag|letter|apolog|draft|tell|repl|email|e-mail|note|card|dm|version"
    r"|attempt|try|go|rate|check|this|here)\w*",
    re.I,
)
_THIS = re.compile(r"\b(?:this|that|it|following|draft|message|text|letter|apology)\b", re.I)
_AFTERTHOUGHT = re.compile(
    r"\W*(?:(?:is (?:it|that|this)|too (?:much|long|needy|pushy|soon|cold)|be honest|honest(?:ly)?|thanks"
    r"|thank you|thx|what do you|thoughts|ok(?:ay)?"
    r"|good|fine|does (?:it|that|this)|do you think|should i|can i|would (?:it|that|this)|how (?:is|does)"
    r"|or (?:is|not|should)|i don'?t know (?:if|whether)|any good|yes or no)\b"
    r"[^.!]{0,60}\??|\?+)\W*$",
    re.I,
)
_FAR = re.compile(r"[.!?\n]\W*\w[^.!?\n]*[.!?\n]")
"""A whole sentence between two places."""
_FEWEST_WORDS = 3
_OTHERS = re.compile(
    r"\b(?:he|she|they|her|his|their|says?|said|sent|wrote|mean(?:s|t|ing)?|got|received|song|lyrics?)\b",
    re.I,
)
_FEW_AROUND = 6
_A_MESSAGE = re.compile(r"\b(?:message|text|letter|email|e-mail|dm|note|write|draft|wording)\b", re.I)
_BARE = 9
_SHORT = 30
_STORY = 5
"""How many times as long as a quoted message the words around it may be."""


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message to the ex that is not sent yet, and the rest of what was written, in which `…` stands for it."""

    text: str
    frame: str


def find_message(text: str) -> FoundMessage | None:
    """The message that `text` shows to the coach: quoted, set off, after a colon or a line of its own, or all of it.

    A phrase quoted within a long story is none: there the story is what the person needs an answer to.
    """
    plain = straight(text)
    cues = load_wordings("requests")["draft"].spans(plain)
    span = next(_marked(plain), None) if cues else None
    span = span or next(_quoted(plain, cues), None) or next(_set_off(plain, cues), None) or _addressed_whole(plain)
    if span is None:
        return None
    start, end = span
    inside = re.sub(r"^[ \t]*> ?", "", text[start:end], flags=re.M).strip()
    return FoundMessage(inside, f"{text[:start]}…{text[end:]}".strip())


def wants_words(text: str) -> bool:
    """Whether the person asks for words to send or to say to the ex."""
    return bool(load_wordings("requests")["wording"].spans(text))


def wants_message(text: str) -> bool:
    """Whether it is a message that they ask for, in so many words, or the question stands by itself."""
    return word_count(text) <= _BARE or (word_count(text) <= _SHORT and _A_MESSAGE.search(text) is not None)


def wants_to_answer(text: str) -> bool:
    """Whether the words are for a reply to something that the other person wrote."""
    return bool(load_wordings("requests")["answering"].spans(text))


def _marked(plain: str) -> Iterator[tuple[int, int]]:
    """Fenced or block-quoted text."""
    for match in _FENCED.finditer(plain):
        yield match.span(1)
    for match in _BLOCK.finditer(plain):
        yield match.span()


def _quoted(plain: str, cues: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Quotations beside a cue, the longest first, that nobody else said and that are not lost in a story."""
    quotes = [(match.start(group), match.end(group)) for match in _QUOTED.finditer(plain) if (group := match.lastindex)]
    for start, end in sorted(quotes, key=lambda span: span[0] - span[1]):
        words = word_count(plain[start:end])
        beside = any(
            not _FAR.search(plain[min(cue_end, start) : start]) and not _FAR.search(plain[end : max(end, cue_start)])
            for cue_start, cue_end in cues
        )
        told = _SOMEBODY_SAID.search(plain[max(0, start - 120) : start - 1])
        around = word_count(plain) - words
        if not told and words >= _FEWEST_WORDS and ((beside and words * _STORY >= around) or _alone(plain, start, end)):
            yield start, end


def _alone(plain: str, start: int, end: int) -> bool:
    """Whether a quotation is nearly all that was written, and not what somebody else said."""
    frame = f"{plain[:start]} {plain[end:]}".replace('"', " ")
    speaks = _on_its_own(plain[start:end]) or bool(apology_elements(plain[start:end]))
    return speaks and word_count(frame) <= _FEW_AROUND and _OTHERS.search(frame) is None


def _set_off(plain: str, cues: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What follows a cue after a colon or on new lines, or stands before it."""
    for start, end in cues:
        lead = _LEAD.match(plain, start) or _LEAD.match(plain, end)
        if lead is not None and _LEADS_IN.search(plain, start, lead.end()):
            yield from _fitting(plain, lead.end(), len(plain), _on_its_own)
        stop = re.compile(r"[.!?\n]\s*").search(plain, end)
        if stop is not None:
            own_line = "\n" in plain[end : stop.end()]
            if own_line or _THIS.search(plain, start, stop.start()):
                yield from _fitting(plain, stop.end(), len(plain), _on_its_own if own_line else _after_a_cue)
    for start, _ in reversed(cues):
        before = [sentence for sentence in split_typed(plain) if sentence.end <= start]
        if before:
            yield from _fitting(plain, 0, before[-1].end, _before_a_cue)


def _fitting(plain: str, start: int, end: int, fits: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """The span without what is said to the coach after it, if it reads as a message."""
    inside = [s for s in split_typed(plain) if s.end > start and s.start < end]
    while len(inside) > 1 and _is_for_the_coach(inside[-1].text):
        inside.pop()
    if not inside:
        return
    start, end = max(start, inside[0].start), min(end, inside[-1].end)
    while start < end and plain[start] in ' \n\t"':
        start += 1
    if _speaks_to_them(plain[start:end]) and fits(plain[start:end]):
        yield start, end


def _is_for_the_coach(sentence: str) -> bool:
    """Whether a sentence at the end speaks of the message and is no part of it."""
    if _AFTERTHOUGHT.match(sentence):
        return True
    cue = bool(load_wordings("requests")["draft"].spans(sentence))
    return cue and not (_YOU.search(sentence) or _GREETS.match(sentence) or "sorry" in sentence.lower())


def _speaks_to_them(text: str) -> bool:
    """Whether it can be a message at all: long enough, not meant for the coach, and not about somebody else."""
    enough = word_count(text) >= _FEWEST_WORDS and _TO_THE_COACH.search(text) is None
    return enough and len(_OF_THEM.findall(text)) <= len(_YOU.findall(text))


def _on_its_own(text: str) -> bool:
    return _YOU.search(text) is not None or _OPENS.match(text) is not None


def _after_a_cue(text: str) -> bool:
    return _GREETS.match(text) is not None or _OPENS.match(text) is not None or bool(apology_elements(text))


def _before_a_cue(text: str) -> bool:
    you = len(_YOU.findall(text))
    greets = _GREETS.match(text) is not None
    return you > len(_OF_THEM.findall(text)) and (greets or (you > 1 and bool(apology_elements(text))))


def _addressed_whole(plain: str) -> tuple[int, int] | None:
    """The whole text where it opens by greeting somebody by name and speaks to them."""
    start = len(plain) - len(plain.lstrip())
    if _GREETS.match(plain, start) and len(_YOU.findall(plain)) > 1 and _speaks_to_them(plain) and _before_a_cue(plain):
        return start, len(plain.rstrip())
    return None
