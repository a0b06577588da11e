"""Bars that a run must reach (`gates.toml`), and goals that it is told of."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from evals.rows import Row, failures, lower_is_better
from evals.statistics import Figure
from knowledge.errors import KnowledgeDataError

_NAMED = 20

_WHOLE_ONLY = frozenset({"calibration_error"})
"""Metrics that come out too high on few cases; only whole runs are held to their bars."""

Kind = Literal["gate", "goal"]


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a metric must be (`gate`), or shall be one day (`goal`)."""

    metric: str
    kind: Kind
    bar: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A bar, what was measured, whether that reaches it, and the cases that count against it where it does not."""

    metric: str
    kind: Kind
    bar: float
    value: float
    ok: bool
    cases: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The result in words."""
        than = "over" if lower_is_better(self.metric) else "under"
        relation = "reaches" if self.ok else f"is {than}"
        return f"{self.metric} {self.value:.3f} {relation} {self.bar:g}"


def load_gates(text: str | None = None) -> dict[str, tuple[Bar, ...]]:
    """The bars of each task.

    Raises:
        KnowledgeDataError: a line is not a bar.
    """
    text = (files("evals") / "gates.toml").read_text(encoding="utf-8") if text is None else text
    try:
        tables: Mapping[str, Mapping[str, Mapping[Kind, float]]] = tomllib.loads(text)
        return {
            task: tuple(
                Bar(metric, _kind(kind), float(bar)) for metric, line in lines.items() for kind, bar in line.items()
            )
            for task, lines in tables.items()
        }
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError) as error:
        raise KnowledgeDataError(f"gates.toml: {error}") from error


def judge_bars(
    bars: Sequence[Bar], measured: Mapping[str, Figure], rows: Sequence[Row], *, fast: bool
) -> tuple[Judged, ...]:
    """Hold what was measured against the bars.

    A whole run is held to its values. Of a fast run, which sees a part of the cases, the better end of the interval
    counts: only what cannot be chance fails it. A bar on something that was not measured fails.
    """
    held = (bar for bar in bars if not (fast and bar.metric in _WHOLE_ONLY))
    return tuple(_judged(bar, measured.get(bar.metric), rows, fast=fast) for bar in held)


def _judged(bar: Bar, figure: Figure | None, rows: Sequence[Row], *, fast: bool) -> Judged:
    if figure is None:
        return Judged(bar.metric, bar.kind, bar.bar, float("nan"), False, ())
    low = lower_is_better(bar.metric)
    held = (figure.low if low else figure.high) if fast else figure.value
    ok = held <= bar.bar if low else held >= bar.bar
    cases = () if ok else tuple(row.id for row in failures(rows, bar.metric)[:_NAMED])
    return Judged(bar.metric, bar.kind, bar.bar, figure.value, ok, cases)


def _kind(name: str) -> Kind:
    if name not in ("gate", "goal"):
        raise ValueError(f"{name!r} is neither gate nor goal")
    return "gate" if name == "gate" else "goal"
