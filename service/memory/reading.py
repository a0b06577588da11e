"""How what a person tells is read: wording that is unmistakable once its scope is known.

A rule is data (`rules/*.yaml`): a pattern, what it tells, and texts that must hit and must not. The tests run every
one of them. What is denied, supposed, asked, quoted or merely somebody's opinion tells nothing (`scopes.yaml`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.errors import KnowledgeDataError
from knowledge.sentences import split_sentences
from knowledge.sides import Side
from knowledge.yamls import read_yaml

SENTENCE_KEPT = 300
"""Characters of a sentence that are kept; a longer one is cut to the words around what it told."""

RULE_FILES = ("facts", "commitments", "talk", "advice")

_QUOTED = re.compile(r"\"[^\"\n]{3,400}\"|«[^»\n]{3,400}»|(?<!\w)'[^'\n]{8,400}'(?!\w)")
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording and what it tells: `tells` of `kind`, or what `names` maps its named words to.

    `by` says who did it. `others` keeps it silent after a third person was named. `hits` and `passes` are its tests.
    """

    id: str
    kind: str
    tells: str
    names: Mapping[str, str]
    by: Side | None
    others: bool
    pattern: re.Pattern[str]
    excuse: re.Pattern[str] | None
    hits: Mapping[str, str]
    passes: tuple[str, ...]

    def value(self, named: str) -> str:
        """What a match tells whose named words are `named`; nothing where they are none that count."""
        if self.tells or not self.names:
            return self.tells or named.lower()
        return self.names.get(named.lower(), "")

    def excused(self, text: str, sentence: tuple[int, int], place: int) -> bool:
        """Whether a match at `place` tells nothing, for what stands around it in `text`."""
        start, end = sentence
        scopes, whole, before = _scopes(), text[start:end], text[start:place]
        return (
            any(quote.start() < place < quote.end() for quote in _QUOTED.finditer(text))
            or any(scope.search(before) for scope in scopes.before)
            or scopes.sentence.search(whole) is not None
            or (self.others and scopes.others.search(before) is not None)
            or (self.excuse is not None and self.excuse.search(whole) is not None)
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """What a sentence told, by which rule.

    `words` are those that matched, to the end of their clause; `named` those that the rule singles out, if any.
    """

    rule: Rule
    value: str
    sentence: str
    words: str
    named: str


def told(message: str, name: str) -> Iterator[Telling]:
    """What `message` tells by the rules in `rules/<name>.yaml`, in their order."""
    text = message.translate(_STRAIGHT)
    matches = [(rule, match) for rule in load_rules(name) for match in rule.pattern.finditer(text)]
    sentences = split_sentences(text) if matches else ()
    for rule, match in matches:
        start, end = next(
            ((one.start, max(one.end, match.end())) for one in sentences if one.start <= match.start() < one.end),
            (match.start(), match.end()),
        )
        named = next((words for words in match.groupdict().values() if words), "")
        value = rule.value(named)
        if value and not rule.excused(text, (start, end), match.start()):
            yield Telling(rule, value, _kept(message, start, end, match), _clause(text, match), named)


def _kept(message: str, start: int, end: int, match: re.Match[str]) -> str:
    """The sentence as it was written, or the words around the match where it is very long."""
    if end - start > SENTENCE_KEPT:
        start = max(start, match.start() - SENTENCE_KEPT // 3)
        end = min(end, start + SENTENCE_KEPT)
    return message[start:end].strip()


def _clause(text: str, match: re.Match[str]) -> str:
    rest = re.match(r"[^.,;:!?\n]*", text[match.end() :])
    return (match.group() + (rest.group() if rest else "")).strip()


@cache
def load_rules(name: str) -> tuple[Rule, ...]:
    """The rules in `rules/<name>.yaml`.

    Raises:
        KnowledgeDataError: a rule lacks a field or its pattern does not compile.
    """
    rows: list[dict[str, Any]] = _read(f"rules/{name}.yaml")
    return tuple(_rule(name, row) for row in rows)


def _rule(name: str, row: dict[str, Any]) -> Rule:
    try:
        hits = row["hits"]
        return Rule(
            id=row["id"],
            kind=row["kind"],
            tells=row.get("tells", ""),
            names=row.get("names", {}),
            by=row.get("by"),
            others=row.get("by") == "suffered" or row.get("others", False),
            pattern=_compiled(row["pattern"]),
            excuse=_compiled(row["excuse"]) if "excuse" in row else None,
            hits=hits if isinstance(hits, dict) else dict.fromkeys(hits, row.get("tells", "")),
            passes=tuple(row["passes"]),
        )
    except (KeyError, TypeError, re.error) as error:
        raise KnowledgeDataError(f"rules/{name}.yaml: {row.get('id')}: {error!r}") from error


@dataclass(frozen=True, slots=True)
class _Scopes:
    before: tuple[re.Pattern[str], ...]
    sentence: re.Pattern[str]
    others: re.Pattern[str]


@cache
def _scopes() -> _Scopes:
    rows = _read("scopes.yaml")
    before = tuple(_compiled(pattern) for pattern in rows["before"].values())
    return _Scopes(before, _compiled(rows["sentence"]), _compiled(rows["others"]))


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, words in reversed(list(_words().items())):
        pattern = pattern.replace(name, words)
    return re.compile(re.sub(r"\s*\n\s*", "", pattern), re.I)


@cache
def _words() -> Mapping[str, str]:
    """What stands for many words, in an order in which each may use those before it."""
    words: Mapping[str, str] = _read("scopes.yaml")["words"]
    return words


def _read(path: str) -> Any:
    return read_yaml((files("service.memory") / path).read_text(encoding="utf-8"))
