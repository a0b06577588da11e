"""The judge's second reader: a linear model on pieces of words.

It sees wording where the network sees meaning; together they err less (docs/guardrails.md). Weights are made by
evals/training/ngrams.py.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.tactics import Surface
from service.guardrails.judgement import DECISIONS

BUCKETS = 2**18
_SIZES = (2, 3, 4, 5)
_WORD = re.compile(r"\w+|[^\w\s]")
_MAX_WORDS = 1600

Array = NDArray[np.float32]


def pieces(text: str) -> Iterator[str]:
    """Runs of two to five characters within words, words, and pairs of words, in lower case."""
    words = _WORD.findall(text.lower())[:_MAX_WORDS]
    for word in words:
        padded = f" {word} "
        for size in _SIZES:
            for start in range(max(1, len(padded) - size + 1)):
                yield padded[start : start + size]
    for index, word in enumerate(words):
        yield f"\x00{word}"
        if index:
            yield f"\x00{words[index - 1]}\x00{word}"


def features(text: str) -> tuple[NDArray[np.int64], Array]:
    """Buckets and their values: the damped count of the pieces that fall into each."""
    counts = Counter(zlib.crc32(piece.encode("utf-8", "surrogatepass")) % BUCKETS for piece in pieces(text))
    buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return buckets, values.astype(np.float32)


class NgramModel:
    """Logits for the decisions of each surface, from a text alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def logits(self, surface: Surface, text: str) -> Array:
        """One number a decision of `surface`; zeros for a text without words."""
        buckets, values = features(text)
        if not len(buckets):
            return np.zeros(len(DECISIONS[surface]), dtype=np.float32)
        weighted = values * self._arrays["rarity"][buckets]
        weighted /= max(float(np.linalg.norm(weighted)), 1e-9)
        found = self._arrays[surface][:, buckets] @ weighted + self._arrays[f"{surface}/bias"]
        return np.asarray(found, dtype=np.float32)

    @cached_property
    def _arrays(self) -> dict[str, NDArray[np.float32]]:
        with np.load(self._path) as stored:
            scaled = {name: stored[name] for name in stored.files}
        arrays = {
            name: np.asarray(values, dtype=np.float32) for name, values in scaled.items() if values.dtype != np.int8
        }
        return arrays | {
            name: values.astype(np.float32) * arrays[f"{name}/scale"][:, None]
            for name, values in scaled.items()
            if values.dtype == np.int8
        }


def quantised(weights: Sequence[Array]) -> tuple[NDArray[np.int8], Array]:
    """Rows as int8 with a scale each."""
    rows = np.stack(list(weights))
    scale = np.abs(rows).max(axis=1) / 127.0
    return np.round(rows / scale[:, None]).astype(np.int8), scale.astype(np.float32)
