"""Who did it, and to whom: vectors cannot tell "I lied to her" from "she lied to me", and the advice differs."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Side = Literal["did", "suffered"]

SIDES: tuple[Side, ...] = ("did", "suffered")
MAX_TOKENS = 96
"""Of a message that the network reads."""

_DEED = (
    r"(?:lied|lying|cheat(?:ed|ing)|betray(?:ed|ing)|hid|hidden|hiding|kept (?:it |this |a |my )?(?:\w+ )?"
    r"(?:secret|from)|broke(?! (?:up|off|it off|things off))|broken(?! up)|read|reading|snoop(?:ed|ing)|check(?:ed|ing)"
    r"|track(?:ed|ing)|hacked|spied|gambl(?:ed|ing)|stole|shout(?:ed|ing)|yelled|yelling|screamed|slept|kissed"
    r"|ghosted|neglected|ignored|dismissed|hurt|promised|drank|used again|relapsed|deceived|flirted|messed|screwed"
    r"|fucked)"
)
_ADVERBS = (
    r"(?: (?:really|had|have|has|also|always|just|only|been|once|stupidly|badly|even|kept|keep|was|am|is"
    r"|started)){0,3}"
)
_PARTNER = r"(?:ex|husband|wife|partner|boyfriend|girlfriend|fianc[ée]e?|bf|gf)"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.I)


_I_DID = _pattern(
    r"\bi(?:'ve| have)? (?:had|was having) (?:an affair|another (?:woman|man)|a second (?:phone|life|family))\b",
    rf"\b(?:i|i've|i'd|i have|i had){_ADVERBS} {_DEED}\b",
    r"\bmy (?:lies|lying|affair|cheating|betrayal|gambling|drinking|secret|temper|jealousy|debts?)\b",
    r"\b(?:found (?:out )?my|caught me|forgive me|trust me again|it was my fault)\b",
    r"\b(?:how|what|when|where|can|should|do) (?:do |can |should |could )?i (?:even |best )?(?:apologi[sz]e|say sorry"
    r"|make (?:it|this) up|make amends|own up|confess|come clean)\b",
    r"\bi(?:'ve| have|'d)? (?:already |just |never |only )?(?:owned up|confessed|came clean"
    r"|did wrong|spoiled it|blew it|blown it|fibbed|outed)\b",
    r"\b(?:what i did|sorry for (?:the lies|lying|cheating)|why i (?:lie|lied|cheated|did it))\b",
    r"\b(?:since|after|when|that) (?:he|she|they)(?:'s| had| has)? (?:found out|found|caught|read|saw|learned)"
    r"(?= (?:about )?(?:my|me|the (?:messages|texts|letters?|second|betting|slips|loans?|chats?|receipts?))\b)",
)
_THEY_DID = _pattern(
    rf"\b(?:he|she|they|he's|she's|they've|my {_PARTNER}){_ADVERBS} {_DEED}\b"
    r"(?=[^.!?]{0,40}\b(?:me|us|my|behind my back)\b|[^.!?]{0,25}$)",
    r"\b(?:cheated on me|lied to me|betrayed me|i was (?:lied to|cheated on|betrayed))\b",
    r"\b(?:his|her|their) (?:lies|lying|affair|cheating|betrayal|gambling|secret)\b",
    r"\bi (?:found|saw|read) (?:(?:his|her|their)(?! (?:\w+ )?(?:diary|journal|notebook|post|mail)\b)"
    r"|out (?:that )?(?:he|she|they)|the (?:messages|texts|second phone))\b",
    r"\b(?:after|for|about|because of) what (?:he|she|they)(?:'s| has| have)? (?:did|done)\b",
    r"\b(?:he|she|they) (?:swore|swears|promised|promises) (?:again|it's done|it was nothing|it meant nothing)\b",
    r"\b(?:he|she) (?:(?:cheated|slept|went off|ran off) with|turned out to have a|was already married)\b",
    r"\bwhat (?:he|she|they) did to (?:me|us)\b|\b(?:he|she|they) (?:only )?admit(?:s|ted) it\b",
    rf"\bmy {_PARTNER},? (?:and|with) (?:my|the|a|his|her|our) (?:own |best |old )?"
    r"(?:brother|sister|friend|mate|neighbou?r|boss|cousin|colleague|co-?worker|teacher|trainer)\b",
    rf"\b(?:he|she|they|my {_PARTNER})(?:'s| has| had| was| is)? (?:been )?(?:having |had |has |have |got |seeing )?"
    r"(?:an affair|a (?:thing|fling) with|someone else|another (?:woman|man|family)"
    r"|a second (?:phone|life|family))\b",
    r"\bit was (?:him|her|them) (?:that|who) (?:had|did|lied|cheated|hid|strayed)\b",
)
_YOU_SUFFERED = _pattern(
    r"\bif you (?:were|have been|had been|got) (?:\w+ )?(?:cheated on|lied to|betrayed|deceived|hurt)\b",
    r"\byou were (?:cheated on|lied to|betrayed|deceived|the one who was)\b",
    r"\b(?:they|your ex|your partner) (?:cheated|lied to you|betrayed you|deceived you|broke your trust)\b",
    r"\bcheated on you\b|\blied to you\b|\bforgive (?:them|your ex)\b",
)
_YOU_DID = _pattern(
    rf"\b(?:if you|you|you have|you've|that you|what you) (?:have |had |also |once |ever )?{_DEED}\b",
    r"\bwhat you did\b|\byour (?:lies|lie|affair|betrayal|apology)\b|\byou are sorry\b",
)


def told_sides() -> list[tuple[str, Side | None]]:
    """Hand-written messages and the side that each tells, by which the network is taught."""
    paths = sorted((files("knowledge") / "told_sides").iterdir(), key=lambda path: path.name)
    lines = [line for path in paths if path.name.endswith(".jsonl") for line in path.read_text("utf-8").splitlines()]
    return [(row["text"], row["side"]) for row in map(json.loads, lines)]


def side_of_person(text: str) -> Side | None:
    """Whether the person who writes `text` plainly did the harm or suffered it; SideReader reads what is less plain."""
    return _one(_I_DID, _THEY_DID, text)


@lru_cache(maxsize=4096)
def side_of_advice(text: str) -> Side | None:
    """Whether advice speaks to one who did the harm or to one who suffered it."""
    return _one(_YOU_DID, _YOU_SUFFERED, text)


def _one(did: re.Pattern[str], suffered: re.Pattern[str], text: str) -> Side | None:
    text = text.replace("’", "'")
    done, borne = len(did.findall(text)), len(suffered.findall(text))
    if done == borne:
        return None
    return "did" if done > borne else "suffered"
