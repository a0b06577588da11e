"""Rules where rules are right: wording that is unmistakable once its scope is known.

A rule is data (`rules/*.yaml`): a pattern, the scopes that excuse it, and texts that must hit and must not. The tests
run every one of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.errors import KnowledgeDataError
from knowledge.sentences import split_sentences
from knowledge.tactics import KINDS, SURFACES, Surface
from knowledge.yamls import read_yaml
from service.guardrails.guardrail import Hit, Subject

_QUOTES = re.compile(r"\"[^\"\n]{3,400}\"|«[^»\n]{3,400}»|(?<!\w)'[^'\n]{8,400}'(?!\w)")

SCOPES = {
    # A negation that governs the match: at most six words before it, in the same clause.
    "negated": re.compile(
        r"\b(?:not|never|don'?t|do not|didn'?t|doesn'?t|won'?t|wouldn'?t|isn'?t|without|no longer|stop(?:ped)?|avoid"
        r"|instead of|rather than|refuse to|nothing to do with|against|kein|nicht|no quiero)\b(?:\W+[\w']+){0,6}\W*$",
        re.I,
    ),
    "past": re.compile(
        r"\b(?:used to|years? ago|months ago|back then|in the past|when i was (?:\d+|young|a (?:kid|teen))"
        r"|as a teenager|i once|last (?:year|spring|summer|autumn|winter)|in (?:19|20)\d\d|recovered)\b",
        re.I,
    ),
    # Somebody else says or does it.
    "reported": re.compile(
        r"\b(?:he|she|they|my (?:ex|friend|mate|sister|brother|mum|mom|mother|father|dad|cousin|son|daughter)"
        r"|people|forums?|tiktok|reddit|youtube|a video|an article|the internet|everyone|coaches?)\b"
        r"(?:\s+(?:\w+\s+)?)?(?:\b(?:say|says|said|told|tells|wrote|writes|keeps?|tried|tries|did|does|used|uses|suggests?"
        r"|recommends?|advised?|threatened|wants?|thinks?)\b)[^.!?]{0,80}$",
        re.I,
    ),
    # The words before the match hand it to somebody else: "he said that he ..."
    "attributed": re.compile(
        r"\b(?:he|she|they|my (?:ex|friend|mate|sister|brother|mum|mom|mother|father|dad|cousin|son|daughter))"
        r"(?: \w+)? (?:say|says|said|tells?|told|wrote|writes|texts|texted|threatens|threatened)\b(?:[^\w.!?]+\w+){0,5}"
        r"[^\w.!?]*$",
        re.I,
    ),
    "asking": re.compile(
        r"\b(?:is (?:it|that|this)|would (?:it|that|this) be|was (?:it|that)|isn'?t (?:it|that)|am i|was i"
        r"|does it count as)\b"
        r"[^.!?]{0,60}\b(?:manipulat\w*|wrong|pressur\w*|guilt\w*|unfair|ok(?:ay)?|creepy|too much"
        r"|controlling|abus\w*)\b",
        re.I,
    ),
    # Advice not to, somebody else's advice, or what was done already.
    "against": re.compile(
        r"\b(?:do not|don'?t|never|should ?n[o']t|shouldn'?t|need ?n[o']t|needn'?t|nobody|no one|without)\b"
        r"[^.!?;:]{0,90}$|\b(?:friends?|someone|people|forums?|websites?|coach(?:es)?|videos?|books?|articles?|gurus?"
        r"|advice|those who) (?:\w+ ){0,2}(?:tells?|told|says?|said|advis\w+|promis\w+|suggest\w*|recommend\w*"
        r"|teach\w*|sell\w*)\b"
        r"[^.!?]{0,120}$"
        r"|\bif you(?:'ve| have| had)?\b[^.!?,]{0,30}$"
        r"|\b(?:remarks?|messages?|silence|gifts?) (?:that|which)\b[^.!?]{0,20}$",
        re.I,
    ),
}
RULE_FILES = ("self_harm", "farewells", "violence", "abuse", "minors", "orders", "injection", "tactics")
ARTICLE_RULES = "articles"
"""Rules that only articles are held to: what a coach would never write, and pages do."""

_BEFORE_MATCH = {"negated", "reported", "attributed", "against"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording and its scope. `hits` and `passes` are its own tests.

    One that is not `sure` raises a doubt: it needs a second detector to stop a text.
    """

    id: str
    label: str
    surfaces: tuple[Surface, ...]
    pattern: re.Pattern[str]
    score: float
    unless: tuple[str, ...]
    excuse: re.Pattern[str] | None
    hits: tuple[str, ...]
    passes: tuple[str, ...]
    sure: bool

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the rule applies in normalised text."""
        return [match.span() for match in self.pattern.finditer(text) if not self._excused(text, match)]

    def _excused(self, text: str, match: re.Match[str]) -> bool:
        start, end = _clause(text, match)
        sentence, before = text[start:end], text[start : match.start()]
        if self.excuse is not None and self.excuse.search(sentence):
            return True
        if "quoted" in self.unless and any(q.start() < match.start() < q.end() for q in _QUOTES.finditer(text)):
            return True
        return any(
            SCOPES[scope].search(before if scope in _BEFORE_MATCH else sentence)
            for scope in self.unless
            if scope != "quoted"
        )


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Bounds of the sentence in which the match begins."""
    for sentence in split_sentences(text):
        if sentence.start <= match.start() < sentence.end:
            return sentence.start, max(sentence.end, match.end())
    return 0, len(text)


class RuleDetector:
    """Applies one file of rules, to the text and to whatever was found hidden in it."""

    def __init__(self, name: str, rules: Sequence[Rule]) -> None:
        self._name = name
        self._rules = tuple(rules)

    @property
    def name(self) -> str:
        return self._name

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        hits: list[Hit] = []
        for rule in self._rules:
            if subject.surface not in rule.surfaces:
                continue
            for start, end in rule.spans(subject.normalised.text):
                begin, finish = subject.normalised.span(start, end)
                hits.append(Hit(label=rule.label, score=rule.score, start=begin, end=finish, certain=rule.sure))
            hits += [
                Hit(label=rule.label, score=rule.score, start=payload.start, end=payload.end, certain=rule.sure)
                for payload in subject.normalised.payloads
                if rule.spans(payload.text)
            ]
        return tuple(hits)


def rule_detectors() -> tuple[RuleDetector, ...]:
    """A detector for each file of rules."""
    return tuple(RuleDetector(name, load_rules(name)) for name in RULE_FILES)


def load_rules(name: str) -> tuple[Rule, ...]:
    """The rules in `rules/<name>.yaml`.

    Raises:
        KnowledgeDataError: a rule lacks a field, names an unknown label or scope, or its pattern does not compile.
    """
    path = files("service.guardrails") / "rules" / f"{name}.yaml"
    rows: list[dict[str, Any]] = read_yaml(path.read_text(encoding="utf-8"))
    return tuple(_rule(name, row) for row in rows)


def _rule(name: str, row: dict[str, Any]) -> Rule:
    try:
        unknown = [scope for scope in row.get("unless", ()) if scope not in SCOPES and scope != "quoted"]
        if row["label"] not in KINDS or unknown:
            raise KnowledgeDataError(f"rules/{name}.yaml: {row['id']}: unknown label or scope {unknown}")
        return Rule(
            id=row["id"],
            label=row["label"],
            surfaces=tuple(row.get("surfaces", SURFACES)),
            pattern=_compiled(row["pattern"]),
            score=float(row.get("score", 0.95)),
            unless=tuple(row.get("unless", ())),
            excuse=_compiled(row["excuse"]) if row.get("excuse") else None,
            hits=tuple(row["hits"]),
            passes=tuple(row["passes"]),
            sure=bool(row.get("sure", True)),
        )
    except (KeyError, TypeError, re.error) as error:
        raise KnowledgeDataError(f"rules/{name}.yaml: {row.get('id')}: {error!r}") from error


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, words in _words().items():
        pattern = pattern.replace(f"<{name}>", words)
    return re.compile(re.sub(r"\s*\n\s*", "", pattern), re.I)


@cache
def _words() -> dict[str, str]:
    """What patterns name in angle brackets (`rules/words.yaml`)."""
    words: dict[str, str] = read_yaml(
        (files("service.guardrails") / "rules" / "words.yaml").read_text(encoding="utf-8")
    )
    return words
