"""How much of what tells who someone is `COACH_REDACT` hides: `python -m evals.redaction`.

Sixty sentences by hand; the second half was not looked at while the patterns were written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from service.writing.personal import personal

_MARKED = re.compile(r"\{([^|{}]+)\|(\w+)\}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the words (kind, text) that must be hidden in it."""

    text: str
    hidden: tuple[tuple[str, str], ...]
    seen: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of what had to be, and how many sentences lost a word that should have stayed."""

    due: int
    found: int
    sentences: int
    alarms: int


def sentences() -> Iterator[Sentence]:
    """All sentences of the data set."""
    seen = True
    for line in (files("evals.datasets") / "redaction.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            seen = "unseen" not in line
        elif line:
            hidden = tuple((match[2].upper(), match[1]) for match in _MARKED.finditer(line))
            yield Sentence(_MARKED.sub(r"\1", line), hidden, seen)


def missed(sentence: Sentence) -> list[str]:
    """What should have been hidden and shows, wholly or in part."""
    found = _covered(sentence.text)
    return [text for _, text in sentence.hidden if not set(_words(text)) <= found]


def wrong(sentence: Sentence) -> list[str]:
    """Words that were hidden and should have stayed."""
    due = {word for _, text in sentence.hidden for word in _words(text)}
    return sorted(_covered(sentence.text) - due)


def measure(chosen: list[Sentence]) -> Result:
    """Count."""
    due = sum(len(sentence.hidden) for sentence in chosen)
    lost = sum(len(missed(sentence)) for sentence in chosen)
    return Result(due, due - lost, len(chosen), sum(bool(wrong(sentence)) for sentence in chosen))


def _covered(text: str) -> set[str]:
    return {word for one in personal(text) for word in _words(one.text)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def main() -> None:
    """Print the figures, and every mistake."""
    every = list(sentences())
    for half, chosen in (("seen", [s for s in every if s.seen]), ("unseen", [s for s in every if not s.seen])):
        result = measure(chosen)
        hidden, alarms = f"{result.found} of {result.due} hidden", f"{result.alarms} of {result.sentences} sentences"
        print(f"{half}: {hidden}; a word too many in {alarms}")  # noqa: T201
    for sentence in every:
        if missed(sentence) or wrong(sentence):
            print(f"  {sentence.text}  missed {missed(sentence)}  too many {wrong(sentence)}")  # noqa: T201


if __name__ == "__main__":
    main()
