"""The languages in which danger and refusals are handled, and how a text's language is told."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.yamls import read_yaml

ENGLISH = "en"

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {"HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "ARABIC": "ar", "DEVANAGARI": "hi"}
_MARKS = {"tr": frozenset("ğış"), "pl": frozenset("ąęłśźżćń")}
"""Letters that, among the listed languages, only one writes."""
_MARKED_SHARE = 0.2
_LETTERS_READ = 400
_SCRIPT_SHARE = 0.3
_WORD_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Language:
    """Fixed words of one language. `texts` holds wordings by label or purpose; `danger` names `{emergency}`."""

    code: str
    name: str
    words: frozenset[str]
    danger: str
    texts: Mapping[str, tuple[str, ...]]


@cache
def load_languages() -> Mapping[str, Language]:
    """All languages besides English, by code."""
    found = {}
    for path in (files("knowledge") / "languages").iterdir():
        if path.name.endswith(".yaml"):
            row = read_yaml(path.read_text(encoding="utf-8"))
            texts = {key: tuple(value) for key, value in row.items() if isinstance(value, list) and key != "words"}
            words = frozenset(str(word) for word in row["words"])
            found[row["code"]] = Language(row["code"], row["name"], words, row["danger"], texts)
    return found


def language_of(text: str) -> str:
    """The code of a listed language, or "en" where the text is English, unlisted or too short to tell."""
    letters = [char for char in text if char.isalpha()][:_LETTERS_READ]
    if not letters:
        return ENGLISH
    scripts = [_script(char) for char in letters]
    for code in ("ja", "zh", "ar", "hi"):
        if scripts.count(code) >= (0.05 if code == "ja" else _SCRIPT_SHARE) * len(letters):
            return code
    words = [word.lower() for word in _WORD.findall(text)]
    for code, marks in _MARKS.items():
        # A share, because a name ("Ayşe left me") makes no Turkish text.
        if sum(bool(marks & set(word)) for word in words) >= _MARKED_SHARE * len(words):
            return code
    shares = {
        code: sum(word in language.words for word in words) / len(words) for code, language in load_languages().items()
    }
    best = max(shares, key=lambda code: shares[code])
    ours = sum(word in _ENGLISH_WORDS for word in words) / len(words)
    return best if shares[best] >= _WORD_SHARE and shares[best] > ours else ENGLISH


def _script(char: str) -> str | None:
    if char.isascii():
        return None
    return _SCRIPTS.get(unicodedata.name(char, "").split(" ")[0].split("-")[0])


_ENGLISH_WORDS = frozenset(
    (
        "the and i you to a of in is it that my me he she her him not for on be what how all this with do don t s m am "
        "was were have has had but if so we they at as want know just can will would no get out about when now or by"
    ).split()
)
