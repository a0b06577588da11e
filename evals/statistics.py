"""Figures with their 95 % intervals, and what changed between two runs. Deterministic: the bootstrap is seeded."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054
"""Two-sided 95 %."""
_SEED = 20261101
_RESAMPLES = 2000
BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number measured on `total` cases, with its 95 % interval; not a number where there was no case."""

    value: float
    low: float
    high: float
    total: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]" if self.total else "-"


def share(count: int, total: int) -> Figure:
    """`count` of `total`, with its Wilson interval (Wilson 1927, JASA 22, 209-212)."""
    if not total:
        return Figure(math.nan, math.nan, math.nan, 0)
    value = count / total
    centre = value + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(value * (1 - value) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    # Exactly 0 and 1 at the ends, where rounding would leave a hair's breadth.
    low = 0.0 if count == 0 else (centre - spread) / scale
    high = 1.0 if count == total else (centre + spread) / scale
    return Figure(value, low, high, total)


def figure_of(values: Sequence[float]) -> Figure:
    """The mean: as a share where every value is 0 or 1, else with a bootstrap interval."""
    if all(value in (0.0, 1.0) for value in values):
        return share(round(sum(values)), len(values))
    return bootstrap(values, lambda sample: sample.mean(axis=-1))


def percentile(values: Sequence[float], percent: float) -> Figure:
    """The percentile, with a bootstrap interval."""
    return bootstrap(values, lambda sample: np.percentile(sample, percent, axis=-1))


def bootstrap(values: Sequence[float], statistic: Callable[[Floats], Floats]) -> Figure:
    """`statistic` of `values`, with the percentile bootstrap interval (Efron 1979, Ann. Statist. 7, 1-26).

    `statistic` works along the last axis.
    """
    if not values:
        return Figure(math.nan, math.nan, math.nan, 0)
    sample = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(_SEED).integers(0, len(sample), size=(_RESAMPLES, len(sample)))
    low, high = np.percentile(statistic(sample[drawn]), (2.5, 97.5))
    return Figure(float(statistic(sample)), float(low), float(high), len(sample))


def mcnemar(lost: int, won: int) -> float:
    """Two-sided exact p-value that as many cases change one way as the other (McNemar 1947, Psychometrika 12, 153-157).

    Of the cases that changed, `lost` were right before and `won` are right now.
    """
    changed = lost + won
    tail: float = sum(math.comb(changed, count) for count in range(min(lost, won) + 1)) / float(2**changed)
    return min(1.0, 2 * tail)


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose scores lie together: their mean score, and the share of them that is truly bad."""

    score: float
    truth: Figure


def reliability(scores: Sequence[float], truths: Sequence[bool]) -> tuple[Bin, ...]:
    """Cases in bins of equal width by score; empty bins are left out."""
    places = [min(int(score * BINS), BINS - 1) for score in scores]
    found: list[Bin] = []
    for place in sorted(set(places)):
        inside = [index for index, at in enumerate(places) if at == place]
        mean = sum(scores[index] for index in inside) / len(inside)
        found.append(Bin(mean, share(sum(truths[index] for index in inside), len(inside))))
    return tuple(found)


def calibration_error(scores: Sequence[float], truths: Sequence[bool]) -> Figure:
    """Expected calibration error (Naeini et al. 2015, AAAI): mean distance of score and truth, weighted by bin."""
    if not scores:
        return Figure(math.nan, math.nan, math.nan, 0)
    value = np.asarray(scores, dtype=np.float64)
    places = np.minimum((value * BINS).astype(np.int64), BINS - 1)
    gaps = np.zeros((len(value), BINS))
    gaps[np.arange(len(value)), places] = value - np.asarray(truths, dtype=np.float64)

    def error(sample: Floats) -> Floats:
        return np.asarray(np.abs(sample.mean(axis=-2)).sum(axis=-1))

    drawn = np.random.default_rng(_SEED).integers(0, len(value), size=(_RESAMPLES // 4, len(value)))
    low, high = np.percentile([float(error(gaps[rows])) for rows in drawn], (2.5, 97.5))
    return Figure(float(error(gaps)), float(low), float(high), len(value))
