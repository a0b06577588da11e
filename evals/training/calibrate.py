"""Temperatures and thresholds, chosen on development cases that another hand wrote than the training cases."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.cases import Case
from knowledge.tactics import SURFACES, Surface
from service.guardrails.classifier import Calibration, Judgement

OVERBLOCKING = 0.03
"""Share of honest development cases that may be stopped."""

UNCERTAIN = 0.10
"""Share of honest development cases that may be treated with care."""

Scores = NDArray[np.float64]


def temperature(logits: NDArray[np.float64], expected: NDArray[np.int64]) -> float:
    """The temperature at which the softmax of `logits` (rows, decisions) is likeliest to have said `expected`."""
    grid = np.exp(np.linspace(np.log(0.5), np.log(6.0), 60))

    def surprise(value: float) -> float:
        scaled = logits / value
        scaled -= scaled.max(axis=1, keepdims=True)
        chances = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(expected)), expected] + 1e-9).mean())

    return float(min(grid, key=surprise))


def threshold(scores: Scores, hits: NDArray[np.bool_], share: float) -> float:
    """The lowest threshold at which at most `share` of the passing cases reach it."""
    honest = np.sort(scores[~hits])[::-1]
    allowed = int(share * len(honest))
    return float(min(0.999, np.nextafter(honest[allowed], 1.0)))


def thresholds(
    cases: Sequence[Case], judgements: Sequence[Judgement], heats: dict[Surface, float]
) -> dict[str, Calibration]:
    """A calibration for each surface, from how `cases` were judged."""
    found: dict[str, Calibration] = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        scores = np.array([judgements[index].blocked(surface) for index in chosen])
        hits = np.array([bool(cases[index].labels) for index in chosen])
        at = threshold(scores, hits, OVERBLOCKING)
        found[surface] = Calibration(
            temperature=heats[surface], threshold=at, uncertain=min(at, threshold(scores, hits, UNCERTAIN))
        )
    return found
