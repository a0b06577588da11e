"""Ranking measures for questions whose answering articles are known."""

import math
from collections.abc import Collection, Sequence


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain at `k` with binary relevance (Järvelin & Kekäläinen 2002, ACM TOIS 20).

    An article counts once, where it first stands; 0 where nothing is relevant.
    """
    seen = tuple(dict.fromkeys(ranked))[:k]
    gain = sum(1 / math.log2(place + 1) for place, name in enumerate(seen, start=1) if name in relevant)
    best = sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), k) + 1))
    return gain / best if best else 0.0


def rank_of_first(ranked: Sequence[str], relevant: Collection[str]) -> int | None:
    """Where the first relevant article stands, 1 for first; nothing where none does."""
    return next((place for place, name in enumerate(ranked, start=1) if name in relevant), None)
