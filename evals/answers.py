"""How well written answers are found: `python -m evals.answers`, for docs/coaching.md.

One ask of each answer is kept back from the encoder's training; here it is looked for among the others.
"""

from collections.abc import Mapping

import numpy as np

from evals.statistics import share
from evals.tables import print_table
from knowledge.answers import Answer, load_answers
from knowledge.encoder import Encoder, MiniLMEncoder

_LEVELS = (0.0, 0.6, 0.65, 0.7, 0.75, 0.8)


def found(answers: Mapping[str, Answer], encoder: Encoder) -> tuple[list[bool], list[float]]:
    """For each answer: whether the ask kept back is nearest to one of its others, and how near the nearest is."""
    others = [(answer.id, ask) for answer in answers.values() for ask in answer.asks if ask != answer.kept_back]
    near = (
        encoder.embed([answer.kept_back for answer in answers.values()]) @ encoder.embed([ask for _, ask in others]).T
    )
    nearest = near.argmax(axis=1)
    right = [others[place][0] == name for place, name in zip(nearest, answers, strict=True)]
    return right, [float(row[place]) for row, place in zip(near, nearest, strict=True)]


def main() -> None:
    """Print how many asks reach a level, and how many of those find their own answer."""
    right, levels = found(load_answers(), MiniLMEncoder(threads=2))
    rows = []
    for level in _LEVELS:
        reached = [hit for hit, near in zip(right, levels, strict=True) if near >= level]
        rows.append((f"{level:.2f}", str(share(len(reached), len(right))), str(share(sum(reached), len(reached)))))
    print_table(("cosine at least", "asks", "of these, own answer"), rows)
    print(f"{len(right)} answers, {np.median(levels):.2f} median cosine")  # noqa: T201


if __name__ == "__main__":
    main()
