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
    "redirect": 0.012,
    "escalate": 0.006,
    "refuse": 0.006,
    "block": 0.035,
    "flag": 0.035,
}
"""Share of honest development cases that the learned judge may stop with each decision. Rules stop a few besides."""

DOUBTED: Mapping[str, float] = {"redirect": 0.03, "escalate": 0.06, "refuse": 0.01, "block": 0.12, "flag": 0.10}
"""Share of honest development cases for which each decision may be in doubt: they pass, and are treated with care."""

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


def above(honest: Scores, share: float) -> float:
    """The lowest level that at most `share` of the `honest` scores, on any scale, reach."""
    ranked = np.sort(honest)[::-1]
    return float(np.nextafter(ranked[int(share * len(ranked))], np.inf))


def threshold(scores: Scores, hits: NDArray[np.bool_], share: float) -> float:
    """The lowest probability that at most `share` of the passing cases reach."""
    return min(0.999, above(scores[~hits], share))


def thresholds(
    cases: Sequence[Case], judgements: Sequence[Judgement], blended: Mapping[Surface, Calibration]
) -> dict[Surface, Calibration]:
    """`blended` with thresholds, from how `cases` were judged under it."""

    def levels(shares: Mapping[str, float], surface: Surface) -> dict[str, float]:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        hits = np.array([bool(cases[index].labels) for index in chosen])
        scores = {
            name: np.array([judgements[index].decisions[name] for index in chosen]) for name in DECISIONS[surface]
        }
        return {name: threshold(scores[name], hits, shares[name]) for name in DECISIONS[surface][1:]}

    found: dict[Surface, Calibration] = {}
    for surface in SURFACES:
        found[surface] = replace(
            blended[surface], thresholds=levels(OVERBLOCKING, surface), doubts=levels(DOUBTED, surface)
        )
    return found
