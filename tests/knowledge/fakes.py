"""Stand-ins for what knowledge is given from above."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.audit import Objection
from knowledge.encoder import Vectors


@dataclass
class WordAuditor:
    """Objects to texts with `poison` in them, and to the whole article where `order` stands; notes what it reads."""

    version: str = "1"
    read: list[str] = field(default_factory=list)

    def audit(self, texts: Sequence[str]) -> list[tuple[Objection, ...]]:
        self.read += texts
        return [
            tuple(
                Objection(label, word, "it harms", whole)
                for word, label, whole in (("poison", "threat", False), ("order", "prompt_injection", True))
                if word in text
            )
            for text in texts
        ]


class Numbers:
    """Vectors that cost nothing: one direction a text."""

    name = "numbers"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.stack([np.random.default_rng(len(text)).normal(size=8) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
