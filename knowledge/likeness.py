"""Articles that say the same in nearly the same words, whatever page they were copied to."""

import re
from hashlib import blake2b

RUN = 5
"""Words that are compared together."""
SKETCH = 96
NEARLY_THE_SAME = 0.6
"""Share of common runs from which on two articles are one: a copy keeps all but its edges, a rewrite few."""


def runs(text: str) -> frozenset[int]:
    """A number for each run of five words in `text`, whatever its punctuation and case."""
    words = re.findall(r"\w+", text.lower())
    starts = range(max(len(words) - RUN + 1, 1 if words else 0))
    return frozenset(_number(" ".join(words[start : start + RUN])) for start in starts)


def sketch(text: str) -> tuple[int, ...]:
    """The smallest of its runs: two articles share of their sketches about what they share of their text."""
    return tuple(sorted(runs(text))[:SKETCH])


def likeness(mine: frozenset[int], theirs: frozenset[int]) -> float:
    """Share of their runs that two texts have in common, 0 to 1."""
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 1.0


def _number(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big", signed=True)
