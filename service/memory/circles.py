"""Whether a talk turns in circles: the same question, asked again and again."""

import re
from collections.abc import Iterable

from knowledge.sentences import split_sentences
from service.memory.deeds import stem

TIMES = 3
"""How often a question is asked before it is said so; then again after as many times."""

_ALIKE = 0.6
_WORD = re.compile(r"[a-zà-ÿ]+(?:'[a-z]+)?")
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:(?:so|and|but|ok(?:ay)?|please|again)[\s,]+)*(?:how|what|when|why|where|who|which|will|would|should|shall"
    r"|can|could|do|does|did|is|are|am|have|has)\b",
    re.I,
)
_COMMON = frozenset(
    (
        "a an the and or but so if that this it i'm i me my you your we us our she he they her him them his their is "
        "are am was were be been do does did don't doesn't didn't have has had can could will would should shall may "
        "might must to of in on at for with from by about as up out ok okay just now then still really ever even again "
        "maybe please think know tell say want wanna need get got go going make how what when why where who which "
        "there than not no yes all any some something anything ex she'll he'll they'll she's he's they're i'll "
        "it's what's"
    ).split()
)


def asked_again(message: str, earlier: Iterable[str]) -> str:
    """The question of `message` that has been asked a multiple of three times with it, or nothing."""
    asked_now = _questions(message)
    before = [_questions(text) for text in earlier] if asked_now else []
    for sentence, words in asked_now.items():
        times = 1 + sum(any(_alike(words, other) for other in asked.values()) for asked in before)
        if times % TIMES == 0:
            return sentence
    return ""


def _questions(message: str) -> dict[str, frozenset[str]]:
    """The questions of a message that name something, and the words that they are about."""
    asked = (sentence.text for sentence in split_sentences(message) if _ASKS.search(sentence.text))
    about = {text: _about(text) for text in asked}
    return {text: words for text, words in about.items() if words}


def _about(text: str) -> frozenset[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    return frozenset(stem(word) for word in words if word not in _COMMON)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(len(one), len(other))
