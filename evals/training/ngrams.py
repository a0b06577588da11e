"""Fits the linear reader of service/guardrails/ngrams.py."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from knowledge.cases import Case
from knowledge.tactics import SURFACES
from service.guardrails.judgement import DECISIONS
from service.guardrails.ngrams import BUCKETS, features, quantised
from service.guardrails.normalise import normalise
from service.guardrails.screen import decide

_STRENGTH = 4.0
"""Inverse of the regularisation."""
_RARELY = 2
"""Buckets that fewer training texts hit are ignored."""


def fit_ngrams(cases: Sequence[Case], path: Path) -> None:
    """Fit one logistic regression a surface, and write all of them to `path`."""
    found = [features(normalise(case.text).text) for case in cases]
    seen = np.zeros(BUCKETS, dtype=np.float32)
    for buckets, _ in found:
        seen[buckets] += 1
    rarity = np.where(seen >= _RARELY, np.log((1 + len(cases)) / (1 + seen)) + 1, 0.0).astype(np.float32)
    stored: dict[str, np.ndarray] = {"rarity": rarity.astype(np.float16)}
    for surface in SURFACES:
        chosen = [index for index, case in enumerate(cases) if case.surface == surface]
        matrix = _matrix([found[index] for index in chosen], rarity)
        expected = [DECISIONS[surface].index(decide(surface, cases[index].labels)) for index in chosen]
        model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(matrix, expected)
        weights, bias = model.coef_, model.intercept_
        if len(DECISIONS[surface]) == 2:
            weights, bias = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, *bias])
        weights[:, rarity == 0] = 0.0
        stored[surface], stored[f"{surface}/scale"] = quantised(list(weights + 1e-12))
        stored[f"{surface}/bias"] = bias.astype(np.float32)
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **stored)


def _matrix(found: Sequence[tuple[np.ndarray, np.ndarray]], rarity: np.ndarray) -> csr_matrix:
    data, columns, starts = [], [], [0]
    for buckets, values in found:
        weighted = values * rarity[buckets]
        data.append(weighted / max(float(np.linalg.norm(weighted)), 1e-9))
        columns.append(buckets)
        starts.append(starts[-1] + len(buckets))
    return csr_matrix((np.concatenate(data), np.concatenate(columns), starts), shape=(len(found), BUCKETS))
