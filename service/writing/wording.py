"""Wordings told by pattern: data with its own tests, read by whoever looks for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.errors import KnowledgeDataError
from knowledge.sentences import split_typed
from knowledge.yamls import read_yaml

_STRAIGHT = str.maketrans("’‘ʼ“”„", "'''\"\"\"")
WORDING_FILES = ("apology", "faults", "requests", "practice_turns")


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing that words can do. `hits` and `passes` are its own tests; `texts` is what else its row tells."""

    id: str
    pattern: re.Pattern[str]
    excuse: re.Pattern[str] | None
    texts: Mapping[str, str]
    hits: tuple[str, ...]
    passes: tuple[str, ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in `text`, but for sentences that `excuse` fits."""
        plain = straight(text)
        return [match.span() for match in self.pattern.finditer(plain) if not self._excused(plain, match)]

    def _excused(self, text: str, match: re.Match[str]) -> bool:
        if self.excuse is None:
            return False
        sentences = [s.text for s in split_typed(text) if s.start < match.end() and match.start() < s.end]
        return self.excuse.search(" ".join(sentences)) is not None


def straight(text: str) -> str:
    """`text` with straight quotes and apostrophes, of the same length."""
    return text.translate(_STRAIGHT)


@cache
def load_wordings(name: str) -> Mapping[str, Wording]:
    """The wordings in `wordings/<name>.yaml` by id, in their order.

    Raises:
        KnowledgeDataError: a row lacks a field, or its pattern does not compile.
    """
    rows = read_yaml((files("service.writing") / "wordings" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {row["id"]: _wording(name, row) for row in rows}


def _wording(name: str, row: dict[str, Any]) -> Wording:
    try:
        return Wording(
            id=row["id"],
            pattern=_compiled(row["pattern"]),
            excuse=_compiled(row["excuse"]) if row.get("excuse") else None,
            texts={key: str(row[key]).strip() for key in row if key not in _STRUCTURE},
            hits=tuple(row["hits"]),
            passes=tuple(row["passes"]),
        )
    except (KeyError, TypeError, re.error) as error:
        raise KnowledgeDataError(f"wordings/{name}.yaml: {row.get('id')}: {error!r}") from error


_AS_TYPED = (
    (re.compile(r"'(?=[a-z])"), "'?"),
    (re.compile(r"(?:(?<![A-Za-z])|(?<=\\b))you(?![a-z])"), "(?:you|u)"),
    (re.compile(r"(?:(?<![A-Za-z])|(?<=\\b))your(?![a-z])"), "(?:your|ur)"),
)
_STRUCTURE = frozenset({"id", "pattern", "excuse", "hits", "passes"})


def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, which reads "dont", "im" and "u" as people type them too."""
    pattern = re.sub(r"\s*\n\s*", "", pattern)
    for written, read in _AS_TYPED:
        pattern = written.sub(read, pattern)
    return re.compile(pattern, re.I | re.M)
