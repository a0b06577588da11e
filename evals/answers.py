"""How well written answers and situations are found: `python -m evals.answers`, for docs/coaching.md.

One ask of each is taken out, and looked for by the points that the others make.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from evals.statistics import share
from evals.tables import print_table
from knowledge import answers, situations
from knowledge.encoder import Encoder, MiniLMEncoder
from knowledge.prototypes import Wordings, build
from knowledge.sides import Side

_LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8)


def kept_back(asks: Sequence[str]) -> str:
    """The ask by which finding is measured; which one is by chance."""
    return min(asks, key=lambda ask: hashlib.sha256(ask.encode()).digest())


def found(wordings: Wordings, sides: Mapping[str, Side | None], encoder: Encoder) -> list[tuple[bool, bool, float]]:
    """For each name: whether its ask finds it first, or among three, and the share of what it finds first."""
    asked = {name: kept_back(asks) for name, asks in wordings.asks.items()}
    others = {name: [ask for ask in asks if ask != asked[name]] for name, asks in wordings.asks.items()}
    prototypes = build(replace(wordings, asks=others), encoder)
    rows = []
    for name, ask in asked.items():
        fitting = {other for other, side in sides.items() if sides[name] is None or side in (None, sides[name])}
        shares = prototypes.shares(encoder.embed([ask])[0], fitting.__contains__)
        best = list(shares)[:3]
        rows.append((best[0] == name, name in best, shares[best[0]]))
    return rows


def main() -> None:
    """Print how many asks reach a share, and how many of those find their own."""
    encoder, rows = MiniLMEncoder(), []
    written, told = answers.load_answers(), situations.load_situations()
    for what, wordings, sides in (
        ("answers", answers.wordings(written), {one.id: one.side for one in written.values()}),
        ("situations", situations.wordings(told), {one.id: one.side for one in told.values()}),
    ):
        asked = found(wordings, sides, encoder)
        for level in _LEVELS:
            reached = [(first, among) for first, among, of_all in asked if of_all >= level]
            own, three = sum(first for first, _ in reached), sum(among for _, among in reached)
            counts = ((len(reached), len(asked)), (own, len(reached)), (three, len(reached)))
            rows.append((what, f"{level:.1f}", *(str(share(*pair)) for pair in counts)))
    print_table(("", "share at least", "asks", "of these, own first", "among three"), rows)


if __name__ == "__main__":
    main()
