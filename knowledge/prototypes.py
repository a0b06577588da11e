"""Which of many written things a text is nearest to in meaning: one point for each, amid all the ways to put it.

Prototypical classification (Snell, Swersky & Zemel 2017, Prototypical Networks for Few-shot Learning) over the vectors
of the encoder. What is said in reply counts like one more way to ask, once it is moved to where asks lie. Of asks that
were left out it finds more than a vote of the nearest ones (docs/coaching.md). `python -m evals.training.prototypes`
makes the files in `weights`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoder, Vectors
from knowledge.errors import KnowledgeDataError

_SHARPNESS = 40.0
"""What turns cosines into shares: of asks that were left out, likeliest to find their own (docs/coaching.md)."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """How each thing is asked for, and what is said to it."""

    asks: Mapping[str, Sequence[str]]
    says: Mapping[str, Sequence[str]]

    def digest(self, encoder: Encoder) -> str:
        """Changes with every text, and with the encoder."""
        told = json.dumps([encoder.name, *map(_plain, (self.asks, self.says))], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Prototypes:
    """A point for each name: a row of length 1."""

    names: tuple[str, ...]
    points: Vectors

    def shares(self, vector: Vectors, allowed: Callable[[str], bool] = lambda name: True) -> Mapping[str, float]:
        """How likely each allowed name is meant by a text with this vector, best first; the shares sum to 1."""
        chosen = [index for index, name in enumerate(self.names) if allowed(name)]
        if not chosen:
            return {}
        logits = _SHARPNESS * (self.points[chosen] @ vector)
        weights = np.exp(logits - logits.max())
        shares = weights / weights.sum()
        return {self.names[chosen[place]]: float(shares[place]) for place in np.argsort(-shares, kind="stable")}

    def nearness(self, vector: Vectors) -> float:
        """Cosine of a unit vector to the nearest point; low where a text is about nothing that is written."""
        return float((self.points @ vector).max(initial=0.0))


def build(wordings: Wordings, encoder: Encoder) -> Prototypes:
    """The point of each: the mean of its asks and of what is said to it, which is moved by the mean way to the asks."""
    names = tuple(wordings.asks)
    asks, asked = _embedded(wordings.asks, names, encoder)
    says, said = _embedded(wordings.says, names, encoder)
    moved = says + asks.mean(axis=0) - says.mean(axis=0)
    points = np.zeros((len(names), asks.shape[1]), dtype=np.float32)
    np.add.at(points, np.concatenate((asked, said)), np.concatenate((asks, moved)))
    return Prototypes(names, np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), dtype=np.float32))


def save(path: Path, prototypes: Prototypes, digest: str) -> None:
    """Keep what was built; `digest` says from what."""
    np.savez_compressed(
        path,
        names=np.array(prototypes.names),
        points=prototypes.points.astype(np.float16),
        digest=np.array(digest),
    )


def load(name: str, wordings: Wordings, encoder: Encoder) -> Prototypes:
    """The prototypes of this name, as they were built from `wordings`.

    Raises:
        KnowledgeDataError: they were built from other texts, or by another encoder.
    """
    with np.load(str(files("knowledge") / "weights" / f"{name}.npz")) as kept:
        if str(kept["digest"]) != wordings.digest(encoder):
            raise KnowledgeDataError(f"weights/{name}.npz is of other texts: run `python -m evals.training.prototypes`")
        points = np.asarray(kept["points"], dtype=np.float32)
        return Prototypes(tuple(map(str, kept["names"])), points)


def _plain(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(told) for name, told in texts.items()}


def _embedded(
    texts: Mapping[str, Sequence[str]], names: Sequence[str], encoder: Encoder
) -> tuple[Vectors, NDArray[np.int64]]:
    """Vectors of all texts, and the number of the name that each belongs to."""
    rows = [(number, text) for number, name in enumerate(names) for text in texts[name]]
    return encoder.embed([text for _, text in rows]), np.array([number for number, _ in rows], dtype=np.int64)
