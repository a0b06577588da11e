"""Two runs on the same cases: what became better, what worse, and whether that can be chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.rows import Row, lower_is_better
from evals.statistics import bootstrap, mcnemar


@dataclass(frozen=True, slots=True)
class Change:
    """A metric on the cases that both runs have.

    `won` are cases that became better, `lost` those that became worse. `p` tells how often chance alone would change
    so many one way: by McNemar's test where points are 0 or 1; other points have the `interval` of the difference.
    """

    metric: str
    before: float
    now: float
    won: tuple[str, ...]
    lost: tuple[str, ...]
    p: float | None
    interval: tuple[float, float] | None

    @property
    def significant(self) -> bool:
        """Whether it is more than chance, at 5 %."""
        if self.p is not None:
            return self.p < 0.05
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


def changes(rows: Sequence[Row], other: Mapping[str, Mapping[str, float]]) -> tuple[Change, ...]:
    """Every metric that both runs have; `other` are the points of the earlier run by case."""
    names = dict.fromkeys(name for row in rows for name in row.points)
    found = (_change(name, rows, other) for name in names)
    return tuple(change for change in found if change is not None)


def earlier_points(report: Mapping[str, Any], task: str) -> Mapping[str, Mapping[str, float]]:
    """The points by case of a task in a `report.json`; none where it does not have the task."""
    return next((dict(entry["cases"]) for entry in report["tasks"] if entry["name"] == task), {})


def _change(metric: str, rows: Sequence[Row], other: Mapping[str, Mapping[str, float]]) -> Change | None:
    pairs = [
        (row.id, other[row.id][metric], row.points[metric])
        for row in rows
        if metric in row.points and metric in other.get(row.id, {})
    ]
    if not pairs:
        return None
    sign = -1.0 if lower_is_better(metric) else 1.0
    better = [sign * (now - before) for _, before, now in pairs]
    won = tuple(name for (name, _, _), by in zip(pairs, better, strict=True) if by > 0)
    lost = tuple(name for (name, _, _), by in zip(pairs, better, strict=True) if by < 0)
    counted = all(value in (0.0, 1.0) for _, *values in pairs for value in values)
    drift = (
        None if counted else bootstrap([now - before for _, before, now in pairs], lambda sample: sample.mean(axis=-1))
    )
    return Change(
        metric,
        sum(before for _, before, _ in pairs) / len(pairs),
        sum(now for _, _, now in pairs) / len(pairs),
        won,
        lost,
        mcnemar(len(lost), len(won)) if counted else None,
        (drift.low, drift.high) if drift is not None else None,
    )
