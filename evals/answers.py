"""How well written answers are found: `python -m evals.answers`, for docs/coaching.md.

One ask of each answer is taken out, and looked for among all others.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from evals.statistics import share
from evals.tables import print_table
from knowledge.answers import Answer, AnswerFinder, load_answers, wordings
from knowledge.encoder import MiniLMEncoder
from knowledge.prototypes import build

_LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4)


def kept_back(answer: Answer) -> str:
    """The ask by which finding is measured; which one is by chance."""
    return min(answer.asks, key=lambda ask: hashlib.sha256(ask.encode()).digest())


def found(answers: Mapping[str, Answer]) -> list[tuple[bool, bool, float]]:
    """For each answer: whether its ask finds it first, or among three, and the share of what it finds first."""
    without = {
        name: replace(answer, asks=tuple(ask for ask in answer.asks if ask != kept_back(answer)))
        for name, answer in answers.items()
    }
    encoder = MiniLMEncoder()
    finder = AnswerFinder(without, build(wordings(without), encoder), encoder)
    ranked = {name: finder.find(kept_back(answer), side=answer.side) for name, answer in answers.items()}
    return [
        (
            name in [one.id for one, _ in best[:1]],
            name in [one.id for one, _ in best[:3]],
            best[0][1] if best else 0.0,
        )
        for name, best in ranked.items()
    ]


def main() -> None:
    """Print how many asks reach a share, and how many of those find their own answer."""
    rows = []
    asked = found(load_answers())
    for level in _LEVELS:
        reached = [(first, among) for first, among, of_all in asked if of_all >= level]
        rows.append(
            (
                f"{level:.1f}",
                str(share(len(reached), len(asked))),
                str(share(sum(first for first, _ in reached), len(reached))),
                str(share(sum(among for _, among in reached), len(reached))),
            )
        )
    print_table(("share at least", "asks", "of these, own answer first", "among three"), rows)


if __name__ == "__main__":
    main()
