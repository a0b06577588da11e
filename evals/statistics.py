"""Intervals for shares."""

import math
from dataclasses import dataclass

_Z = 1.959963984540054
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`, with its 95 % Wilson interval (Wilson 1927, JASA 22, 209-212)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; not a number where nothing was counted."""
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end."""
        if not self.total:
            return math.nan, math.nan
        share, n = self.value, self.total
        centre = share + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return max(0.0, (centre - spread) / (1 + _Z**2 / n)), min(1.0, (centre + spread) / (1 + _Z**2 / n))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]" if self.total else "-"
