"""What a run comes to: for each task its figures, its bars, and what changed since an earlier run."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.compare import Change, changes, earlier_points
from evals.gates import Bar, Judged, judge_bars
from evals.rows import Row, figures
from evals.running import Run
from evals.statistics import Figure
from service.errors import BadRequest

PROJECT = "trust-coach"


@dataclass(frozen=True, slots=True)
class TaskReport:
    """A task that has run: what was measured, the bars it was held to, and what changed since an earlier run."""

    name: str
    about: str
    rows: tuple[Row, ...]
    errors: Mapping[str, str]
    measured: Mapping[str, Figure]
    bars: tuple[Judged, ...]
    changes: tuple[Change, ...]

    @property
    def gates(self) -> tuple[Judged, ...]:
        """Bars whose miss fails the run."""
        return tuple(bar for bar in self.bars if bar.kind == "gate")

    @property
    def goals(self) -> tuple[Judged, ...]:
        """Bars that are only told of."""
        return tuple(bar for bar in self.bars if bar.kind == "goal")

    @property
    def ok(self) -> bool:
        """Whether every gate holds and every case could be run."""
        return not self.errors and all(gate.ok for gate in self.gates)

    @property
    def summary(self) -> dict[str, Any]:
        """The task as one JSON line."""
        return {
            "name": self.name,
            "n": len(self.rows),
            "errors": len(self.errors),
            "metrics": {
                name: {"value": _number(found.value), "low": _number(found.low), "high": _number(found.high)}
                for name, found in self.measured.items()
            },
            "gates": [_bar(gate) for gate in self.gates],
            "goals": [_bar(goal) for goal in self.goals],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run."""

    model: str
    fast: bool
    tasks: tuple[TaskReport, ...]
    against: str | None = None
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def whole(self) -> dict[str, Any]:
        """The run as `report.json` has it: every task with its points by case, so that runs can be compared."""
        return {
            "project": PROJECT,
            "model": self.model,
            "created": self.created,
            "fast": self.fast,
            "tasks": [
                {**task.summary, "cases": {row.id: _points(row) for row in task.rows}, "broken": dict(task.errors)}
                for task in self.tasks
            ],
        }


def task_report(
    run: Run, about: str, bars: Sequence[Bar], other: Mapping[str, Any] | None, *, fast: bool
) -> TaskReport:
    """What a run of a task comes to; `other` is an earlier `report.json`."""
    measured = figures(run.rows)
    return TaskReport(
        name=run.name,
        about=about,
        rows=run.rows,
        errors=run.errors,
        measured=measured,
        bars=judge_bars(bars, measured, run.rows, fast=fast),
        changes=changes(run.rows, earlier_points(other, run.name)) if other else (),
    )


def read_report(path: Path) -> dict[str, Any]:
    """An earlier `report.json`.

    Raises:
        BadRequest: it is none of ours.
    """
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if report["project"] != PROJECT or any("cases" not in task for task in report["tasks"]):
            raise ValueError("it was written by something else")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} cannot be compared with: {error}", "--against") from error
    return report


def _bar(bar: Judged) -> dict[str, Any]:
    told: dict[str, Any] = {"metric": bar.metric, "bar": bar.bar, "value": _number(bar.value), "ok": bar.ok}
    return told if bar.ok else {**told, "cases": list(bar.cases)}


def _points(row: Row) -> dict[str, float]:
    return {name: round(value, 4) for name, value in row.points.items()}


def _number(value: float) -> float | None:
    """JSON knows no "not a number"."""
    return None if math.isnan(value) else round(value, 4)
