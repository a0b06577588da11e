"""Weights, temperatures and thresholds, chosen on development cases that another hand wrote than the training cases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from knowledge.cases import Case
from knowledge.tactics import SURFACES, Surface
from service.guardrails.classifier import Calibration, Judgement
from service.guardrails.judgement import DECISIONS

OVERBLOCKING: Mapping[str, float] = {
    "redirect": 0.014,
    "escalate": 0.006,
    "refuse": 0.004,
    "block": 0.035,
    "flag": 0.035,
}
"""Share of honest development cases that each decision may stop.

The rules stop about one in a hundred more of what people write, nearly all for danger or misuse, and catch most that is
said plainly there; so the learned judge gets less for those two.
"""

UNCERTAIN = 0.10
"""Share of honest development cases that may be treated with care."""

Scores = NDArray[np.float64]


def blend(
    network: NDArray[np.float64], linear: NDArray[np.float64], expected: NDArray[np.int64]
) -> tuple[float, float]:
    """The weight of the linear reader and the temperature that make `expected` likeliest.

    `network` and `linear` are logits, shape (cases, decisions).
    """
    options = [
        (weight, heat)
        for weight in np.linspace(0.0, 4.0, 21)
        for heat in np.exp(np.linspace(np.log(0.5), np.log(6.0), 40))
    ]

    def surprise(option: tuple[float, float]) -> float:
        scaled = (network + option[0] * linear) / option[1]
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        chances = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(expected)), expected] + 1e-9).mean())

    weight, heat = min(options, key=surprise)
    return float(weight), float(heat)


def threshold(scores: Scores, hits: NDArray[np.bool_], share: float) -> float:
    """The lowest threshold at which at most `share` of the passing cases reach it."""
    honest = np.sort(scores[~hits])[::-1]
    allowed = int(share * len(honest))
    return float(min(0.999, np.nextafter(honest[allowed], 1.0)))


def thresholds(
    cases: Sequence[Case], judgements: Sequence[Judgement], blended: Mapping[Surface, Calibration]
) -> dict[Surface, Calibration]:
    """`blended` with thresholds, from how `cases` were judged under it."""
    found: dict[Surface, Calibration] = {}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        hits = np.array([bool(cases[index].labels) for index in chosen])
        at = {
            name: threshold(np.array([judgements[index].decisions[name] for index in chosen]), hits, OVERBLOCKING[name])
            for name in DECISIONS[surface][1:]
        }
        blocked = np.array([judgements[index].blocked(surface) for index in chosen])
        found[surface] = replace(blended[surface], thresholds=at, uncertain=threshold(blocked, hits, UNCERTAIN))
    return found
