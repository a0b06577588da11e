"""Deeds, as far as they must be compared: "I rang her" tells of what "I'll call her on Sunday" announced."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.yamls import read_yaml

_WORD = re.compile(r"[\w']+")
_CLAUSE_ENDS = re.compile(r"[.,;!?\n]|\b(?:and|but|because|so|then|cos)\b", re.I)


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb, and whom and what it is about. `someone` where a pronoun or "my ex" stands for a person."""

    verb: str
    someone: bool
    relatives: frozenset[str]
    things: frozenset[str]

    @property
    def reaches_out(self) -> bool:
        """Whether doing it reaches the other person."""
        return self.someone and self.verb in _lexicon().reaches_out

    def is_told_by(self, report: "Deed") -> bool:
        """Whether `report` tells of this deed; "her" in a report may be anybody who was named before."""
        if not self.verb or self.verb != report.verb:
            return False
        if self.someone and report.relatives and not report.someone:
            return False
        about, told = self.things | self.relatives, report.things | report.relatives
        if report.someone and not (self.things and report.things):
            return True
        return not about or not told or bool(about & told)


def deed_of(text: str) -> Deed:
    """The deed that the first clause of `text` names; without a verb where it names none."""
    lexicon = _lexicon()
    clause = _CLAUSE_ENDS.split(text.replace("’", "'").lower().strip(), maxsplit=1)[0]
    words = [word for word in _WORD.findall(clause) if word not in lexicon.stop]
    verb, about = (stem(words[0]), words[1:]) if words else ("", [])
    return Deed(
        verb=lexicon.same.get(verb, verb),
        someone=any(word in lexicon.someone for word in about),
        relatives=frozenset(word for word in about if word in lexicon.relatives),
        things=frozenset(stem(word) for word in about if word not in lexicon.relatives | lexicon.someone),
    )


def is_past(verb: str) -> bool:
    """Whether the form of a verb tells of the past."""
    return verb in _lexicon().past or (verb.endswith("ed") and not verb.endswith("eed"))


@dataclass(frozen=True, slots=True)
class _Lexicon:
    past: Mapping[str, str]
    same: Mapping[str, str]
    reaches_out: frozenset[str]
    someone: frozenset[str]
    relatives: frozenset[str]
    stop: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    rows = read_yaml((files("service.memory") / "deeds.yaml").read_text(encoding="utf-8"))
    return _Lexicon(
        past=rows["past"],
        same={_bare(verb): _bare(like) for verb, like in rows["same"].items()},
        reaches_out=frozenset(_bare(verb) for verb in rows["reaches_out"]),
        someone=frozenset(rows["someone"]),
        relatives=frozenset(rows["relatives"]),
        stop=frozenset(rows["stop"].split()),
    )


def stem(word: str) -> str:
    """What the forms of a word share: "wrote" and "writing" are one."""
    return _bare(_lexicon().past.get(word, word))


def _bare(word: str) -> str:
    """Without ending: calls, called and calling are one word."""
    bare = re.sub(r"(?<=\w{2})(?:ing|ied|ed|es|s|e|y)$", "", word)
    return re.sub(r"([^aeiou])\1$", r"\1", bare)
