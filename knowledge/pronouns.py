"""The other person in written units: `{they}`, `{them}`, `{they need}`, and he or she where that is known."""

import re
from typing import Literal

Pronoun = Literal["he", "she", "they"]

SLOT = re.compile(r"\{([Tt]hey|[Tt]hem|[Tt]heir|[Tt]heirs|[Tt]hemselves)(?: ([^{}]+))?\}")
"""A slot; the verb of `they`, if it stands in the slot, must agree."""

_FORMS: dict[Pronoun, dict[str, str]] = {
    "he": {"they": "he", "them": "him", "their": "his", "theirs": "his", "themselves": "himself"},
    "she": {"they": "she", "them": "her", "their": "her", "theirs": "hers", "themselves": "herself"},
}
_IRREGULAR = {"are": "is", "were": "was", "have": "has", "do": "does", "go": "goes", "don't": "doesn't"}
_IRREGULAR |= {"aren't": "isn't", "weren't": "wasn't", "haven't": "hasn't"}
_BEFORE_VERBS = frozenset(
    "also always already ever just merely never no not now often only probably really still".split()
)


def worded(text: str, pronoun: Pronoun = "they") -> str:
    """`text` with its slots filled."""
    return SLOT.sub(lambda slot: _filled(slot[1], slot[2] or "", pronoun), text)


def _filled(form: str, verb: str, pronoun: Pronoun) -> str:
    if pronoun == "they":
        return f"{form} {verb}".strip()
    filled = _FORMS[pronoun][form.lower()]
    filled = filled.capitalize() if form[0].isupper() else filled
    return f"{filled} {_agreed(verb)}".strip()


def _agreed(verb: str) -> str:
    words = verb.split()
    place = next((number for number, word in enumerate(words) if word.lower() not in _BEFORE_VERBS), None)
    if place is not None:
        words[place] = _third_person(words[place])
    return " ".join(words)


def _third_person(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if re.search(r"(?:s|sh|ch|x|z|o)$", verb):
        return f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"
