"""Greetings, thanks, goodbyes and "who are you": answered in a line."""

import re
from collections.abc import Mapping
from typing import Literal

SmallTalk = Literal["who_are_you", "thanks", "goodbye", "hello"]

_KINDS: Mapping[SmallTalk, re.Pattern[str]] = {
    "who_are_you": re.compile(
        r"^\W*(?:so |wait |hey |and )?(?:who|what) (?:are|r) (?:you|u)(?: exactly| really)?\W*$"
        r"|\bare (?:you|u) (?:a |an )?(?:real|human|bot|ai|robot|person|machine|therapist)\b",
        re.I,
    ),
    "thanks": re.compile(
        r"^\W*(?:ok(?:ay)?,? |great,? )?(?:thanks?|thank you|thx|ty|cheers|danke|gracias|merci)\b[^?]{0,40}$", re.I
    ),
    "goodbye": re.compile(
        r"^\W*(?:ok(?:ay)?,? )?(?:bye|goodbye|good night|see you|gotta go|have to go|talk later|ciao)\b[^?]{0,30}$",
        re.I,
    ),
    "hello": re.compile(
        r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon)|hiya|yo|hallo|hola)\b[^?]{0,12}$", re.I
    ),
}


def small_talk(message: str) -> SmallTalk | None:
    """Which small talk `message` is, if it is no more than that."""
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(message)), None)
