"""Nearness to the written examples of a label, against its look-alikes.

For tactics and limits only: what nearness gets wrong about danger or age costs too much, so rules judge those.
"""

import numpy as np

from knowledge.encoder import Encoder
from knowledge.index import PassageIndex
from knowledge.passages import Passage
from knowledge.tactics import Surface, Tactics
from service.guardrails.guardrail import Hit, Subject

NEAR = 0.62
MARGIN = 0.06
_NEIGHBOURS = 12


class ExemplarDetector:
    """Claims a label where the text is nearer to an example of it than to any look-alike, by a margin."""

    def __init__(self, index: PassageIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder

    @property
    def name(self) -> str:
        return "exemplars"

    def sync(self, tactics: Tactics) -> None:
        """Bring the index up to date with the written examples."""
        for surface in ("user_message", "coach_draft", "message_to_ex"):
            rows = [
                Passage(f"{tactic.label}#{number}", tactic.label, kind, surface, example.text)
                for tactic in tactics.values()
                if tactic.kind in ("tactic", "limit")
                for kind, examples, first in (("hit", tactic.examples, 1), ("pass", tactic.lookalikes, 1001))
                for number, example in enumerate(examples, start=first)
                if example.surface == surface
            ]
            self._index.sync(_collection(surface), rows)

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        vector = self._encoder.embed([subject.normalised.text])[0]
        near = self._index.search(_collection(subject.surface), vector, _NEIGHBOURS)
        honest = max((row.score for row in near if row.title == "pass"), default=0.0)
        best = max((row for row in near if row.title == "hit"), key=lambda row: row.score, default=None)
        if best is None or best.score < NEAR or best.score - honest < MARGIN:
            return ()
        return (Hit(label=best.article, score=float(np.clip(best.score, 0, 1)), start=0, end=len(subject.text)),)


def _collection(surface: Surface) -> str:
    return f"exemplars-{surface}"
