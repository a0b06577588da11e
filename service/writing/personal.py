"""What tells who someone is: e-mail addresses, phone numbers, street addresses and names, told by patterns."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.article import builtin_articles
from knowledge.languages import language_of
from knowledge.yamls import read_yaml

PLACEHOLDER = re.compile(r"<?\b(NAME|EMAIL|PHONE|ADDRESS)_(\d+)\b>?")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,:/-])(?:\+|\(\+?)?\d[\d ()./-]{5,22}\d(?!\w)")
_DIALLED = re.compile(r"[+(0]|\d{3}[-. ]\d{3}[-. ]\d{4}$|\d{3}[-.]\d{4}$|\d{10,}$")
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")
_CAP = r"[A-ZÄÖÜÉÈÁÀÍÓÚÑÇŁŚŻ][a-zäöüßéèáàâêîôûíóúñçłśż'’.-]+"
_CAPS = rf"{_CAP}(?: {_CAP})*"
_ROAD = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Close|Way|Place|Pl|Square|Sq|Terrace|Boulevard|Blvd|"
    "Crescent|Gardens|Grove|Hill|Row|Mews|Highway|Parkway|Walk"
)
_ONWARDS = (
    r"(?:,? (?:Flat|Apt|Apartment|Unit|Suite|No)\.? ?\w+"
    r"|,? [A-Z]{2} \d{5}(?:-\d{4})?"
    r"|,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
    rf"|,? \d{{4,5}} {_CAP}"
    rf"|, {_CAPS})*"
)
_HOUSE = rf" \d{{1,4}} ?[a-z]?\b{_ONWARDS}"
_ADDRESS = re.compile(
    "|".join(
        (
            rf"\b\d{{1,5}}[A-Za-z]? (?:{_CAP} ){{1,3}}(?:{_ROAD})\b\.?{_ONWARDS}",
            r"\b\d{1,4}(?: ?(?:bis|ter))?,? (?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin)"
            rf"(?: (?:des?|du|la|les?))* (?:l['’])?{_CAPS}{_ONWARDS}",
            r"\b(?:[Cc]alle|[Aa]venida|[Pp]laza|[Vv]iale?|[Pp]iazza|[Rr]ua|[Uu]l\.)"
            rf"(?: (?:del?|las?|los|dei|della|da|do))* {_CAPS},?{_HOUSE}",
            rf"\b{_CAP}[ -](?:Straße|Strasse|Str\.|Weg|Allee|Platz|Ufer){_HOUSE}",
            rf"\b[A-ZÄÖÜ][\w-]{{0,40}}(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|straat|laan|plein){_HOUSE}",
            r"\bP\.?O\.? Box \d+",
        )
    )
)
_NEAR = 40
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHORTENED = re.compile(r"['’](?:s|m|d|re|ve|ll)?$")
_STARTS = re.compile(r"(?:^|[.!?…:;\n\"“”„»«(\[*•–—-])\W*$")
_KIN = (
    "ex|girlfriend|boyfriend|partner|wife|husband|fiancée?|sister|brother|mother|father|mum|mom|dad|son|daughter|"
    "friend|boss|colleague|coworker|roommate|flatmate|neighbour|neighbor|cousin|uncle|aunt|niece|nephew|therapist|"
    "freundin|freund|frau|mann|schwester|bruder|tochter|sohn|mutter|vater|chefin|chef|novia|novio|esposa|esposo|"
    "marido|mujer|hermana|hermano|hija|hijo|amiga|amigo"
)
_CUE = re.compile(
    rf"(?:\b(?:{_KIN}),? |\b(?:names? (?:is|was)|named(?: (?:him|her))?|called|hei(?:ß|ss)t|llama) "
    r"|\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Señora?|Mme)\.? "
    r"|(?:^|\n)\W*(?:dear|hi|hey|hello|hallo|lieber?|querid[ao]) "
    r"|\b(?:it's me|this is|yours|love|regards|best),? )$",
    re.I,
)
_MYSELF = re.compile(r"\b(?:I am|I'm|I’m|Ich bin|ich heiße|Soy) $")
_PLACE = re.compile(
    r"\b(?:in|from|near|around|at|aus|nach|en|desde"
    r"|(?:moved?|moving|flew|fly|went|go|going|drove|drive|travel\w*|trip) to) $"
)
_TITLE = re.compile(r"\b(?:The|A|An|Of) $")
_DOES = re.compile(
    r"(?:['’]s)? (?:says?|said|told|tells|texted|texts|blocked|cheated|replied|messaged|wrote|left|asked|thinks|wants|"
    r"and I\b)"
)
_PARTICLE = re.compile(r" (?:(?:van|von|de|der|den|di|da|del|la|le|bin|al|el|ten)[ -])*$")


@dataclass(frozen=True, slots=True)
class Personal:
    """What was found: its kind (`NAME`, `EMAIL`, `PHONE`, `ADDRESS`) and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def personal(text: str) -> list[Personal]:
    """Everything in `text` that tells who someone is, in order; what looks like a placeholder counts as a name."""
    found: list[Personal] = []
    for kind, matches in (
        ("NAME", PLACEHOLDER.finditer(text)),
        ("EMAIL", _EMAIL.finditer(text)),
        ("ADDRESS", _ADDRESS.finditer(text)),
        ("PHONE", (match for match in _PHONE.finditer(text) if _is_phone(match[0]))),
    ):
        for match in matches:
            _add(found, Personal(kind, match[0], match.start(), match.end()))
    for name in _names(text):
        _add(found, name)
    return sorted(found, key=lambda one: one.start)


def plain(word: str) -> bool:
    """Whether `word`, in lower case, is an ordinary word as well."""
    return word.lower() in _ordinary() or word.lower() in _listed("also_words")


def _add(found: list[Personal], one: Personal) -> None:
    if not any(one.start < other.end and other.start < one.end for other in found):
        found.append(one)


def _is_phone(number: str) -> bool:
    digits = sum(char.isdigit() for char in number)
    return 7 <= digits <= 15 and not _DATE.fullmatch(number) and _DIALLED.match(number) is not None


def _names(text: str) -> Iterator[Personal]:
    german, before = language_of(text) == "de", -1
    for match in _WORD.finditer(text):
        word = _SHORTENED.sub("", match[0])
        follows = before >= 0 and _PARTICLE.fullmatch(text[before : match.start()]) is not None
        end = match.start() + len(word)
        around = text[max(match.start() - _NEAR, 0) : match.start()], text[end : end + _NEAR]
        if _is_name(word, *around, german=german, follows=follows):
            before = end
            yield Personal("NAME", word, match.start(), end)


def _is_name(word: str, before: str, after: str, *, german: bool, follows: bool) -> bool:
    """Whether `word` names a person, between these characters; `follows` tells that a name stands right before it."""
    bare = _bare(word)
    cued = _CUE.search(before) is not None
    if bare in _listed("given") and not (bare in _listed("never") and _PLACE.search(before)):
        # Many people write their messages in lower case throughout.
        return word[0].isupper() or (len(word) > 3 and bare not in _ordinary())
    if not word[0].isupper() or len(word) < 2 or word.isupper():
        return False
    if bare in _listed("never"):
        return cued and bare in _listed("also_words")
    starts = _STARTS.search(before) is not None
    if bare in _listed("also_words"):
        return cued or not starts or _DOES.match(after) is not None
    if cued or follows or (_MYSELF.search(before) is not None and bare not in _ordinary()):
        return bare not in _ordinary() or follows
    # German writes every noun large; elsewhere a large word within a sentence is mostly a name.
    if german or bare in _ordinary() or _PLACE.search(before) or _TITLE.search(before):
        return False
    return not starts or _DOES.match(after) is not None


def _bare(word: str) -> str:
    """In lower case, without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(char))


@cache
def _listed(which: str) -> frozenset[str]:
    row = read_yaml((files("service.writing") / "names.yaml").read_text(encoding="utf-8"))
    return frozenset(str(row[which]).split())


@cache
def _ordinary() -> frozenset[str]:
    """Words that the articles write in lower case: whoever writes them large means no person."""
    return frozenset(word for article in builtin_articles() for word in re.findall(r"\b[a-z]{2,}\b", article.body))
