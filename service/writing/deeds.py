"""What the person told they did, turned to the one they did it to: "I lied to her" becomes "I lied to you"."""

import re
from collections.abc import Iterable

from knowledge.sentences import split_typed, word_count
from service.writing.wording import load_wordings, straight

_EX = (
    r"my (?:ex(?:[- ](?:wife|husband|girlfriend|boyfriend|partner))?|wife|husband|girlfriend|boyfriend|partner"
    r"|fianc[ée]e?|gf|bf)"
)
_ENDS = re.compile(
    r"[.!?\n;:—–(]|,? (?:but|because|so|which|until|when|then|while|after|before|since|if|though|although|where"
    r"|who|for which)\b"
    r"|,? and (?:(?:now|then|so) )?(?!(?:lied|hid|never|didn't|kept|read|took|told|denied|let|left|spent|shouted"
    r"|ignored|broke|made)\b)",
    re.I,
)
_NOT_A_NOUN = (
    r"(?:about|for|to|that|when|and|with|on|in|at|every|everything|last|again|all|how|what|why|a|an|the|it|so"
    r"|behind|because|from|by|off|out"
    r"|over|down|up|more|alone|twice|once|since|after|before|into|like|as|through|over|during|cry|pay|find|wait"
    r"|think|believe|feel|carry|sit)"
)
_TURNED = (
    (re.compile(rf"\b(?:her|his|their|{_EX}'s)\b(?= (?!{_NOT_A_NOUN}\b)\w)", re.I), "your"),
    (re.compile(rf"\b(?:him|her|them|{_EX})\b", re.I), "you"),
    (re.compile(r"\b(?:she|he|they) was\b", re.I), "you were"),
    (re.compile(r"\b(?:she|he|they)\b", re.I), "you"),
    (re.compile(r"\b(?:herself|himself|themselves)\b", re.I), "yourself"),
)
_UNSURE = re.compile(
    r"\b(?:if|maybe|perhaps|never|not|n't|no longer|would|could|should|somebody|someone)\b|\byou \w+s\b", re.I
)
_EX_BEGINS = re.compile(rf",? and (?:she|he|they|{_EX}) |, (?:she|he|they) ", re.I)
_LOOSE_END = re.compile(r"(?:[ ,]+(?:about|to|with|for|of|that|and|on|in|at|from))*[ ,]*$", re.I)
_WE = re.compile(r"\b(?:you|he|she|they) and $", re.I)
_FROM_I = re.compile(r"\bi(?:'ve|'d)?\b", re.I)
_MOST_WORDS = 18
_FEWEST_WORDS = 3


def deed_told(said: Iterable[str]) -> str | None:
    """The first clause in which the person owns an act, as they would say it to the other; nothing where none is told.

    `said` are their messages, the one that counts most first.
    """
    for text in said:
        for sentence in split_typed(straight(text)):
            told = _EX_BEGINS.split(sentence.text)[0]
            for pattern, turned in _TURNED:
                told = pattern.sub(turned, told)
            for start, end in load_wordings("apology")["responsibility"].spans(told):
                if clause := _clause(told, start, end):
                    return clause
    return None


def _clause(sentence: str, start: int, end: int) -> str | None:
    if _FROM_I.match(sentence, start) is None or _WE.search(sentence[:start]):
        return None
    stop = _ENDS.search(sentence, end)
    clause = _LOOSE_END.sub("", sentence[start : stop.start() if stop else len(sentence)])
    if _UNSURE.search(clause) or not _FEWEST_WORDS <= word_count(clause) <= _MOST_WORDS:
        return None
    return f"I{clause[1:]}"
