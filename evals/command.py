"""What `coach eval` runs."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from evals.gates import load_gates
from evals.page import write_report
from evals.report import Report, TaskReport, read_report, task_report
from evals.running import Run, Tick, run_task
from evals.suite import Entry, chosen
from evals.target import target
from service.errors import BadRequest
from service.terminal import emit, progress_bar, say

LOGS = Path("logs")
INTERRUPTED = 130
"""Exit code after ctrl-c, as shells have it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; `docs/evals.md` tells what each does."""

    tasks: tuple[str, ...] = ()
    model: str | None = None
    report: Path | None = None
    against: Path | None = None
    url: str | None = None
    fast: bool = False
    resume: bool = False


_INSIDE = frozenset({"calibration_error"})
"""Metrics that need the judge's own scores, which a coach behind a URL does not tell."""


def run(**options: Any) -> int:
    """Run the suite and tell how it went; gives the exit code: 1 where a gate is missed or a case could not be run.

    Raises:
        TrustCoachError: the run was asked for in a way that cannot be; nothing has run.
    """
    asked = Options(**options)
    entries = chosen(asked.tasks, asked.url, asked.fast)
    bars, other = load_gates(), read_report(asked.against) if asked.against else None
    folder = _folder(asked)
    with _environment(asked):
        name = target(asked.url).name
        reports: list[TaskReport] = []
        for entry in entries:
            done = _run(entry, asked, folder / entry.name)
            if done.interrupted:
                say(f"stopped; the logs are in {folder}. The same command with --resume goes on where it was.")
                return INTERRUPTED
            held_to = [bar for bar in bars.get(entry.name, ()) if asked.url is None or bar.metric not in _INSIDE]
            told = task_report(done, entry.about, held_to, other, fast=asked.fast)
            reports.append(told)
            emit(_line(told))
            _explain(told)
    if asked.report is not None:
        against = str(asked.against) if asked.against else None
        write_report(Report(name, asked.fast, tuple(reports), against), asked.report)
        say(f"{asked.report / 'report.html'}")
    say(f"logs: inspect view --log-dir {folder}")
    return 0 if all(told.ok for told in reports) else 1


def _run(entry: Entry, asked: Options, folder: Path) -> Run:
    with _progress(entry.name) as tick:
        try:
            return run_task(entry.name, entry.build(asked.url, asked.fast), folder, tick)
        except KeyboardInterrupt:
            return Run(entry.name, (), {}, interrupted=True)


def _folder(asked: Options) -> Path:
    """Where the logs go: a folder for each run, the newest one again where a run is taken up."""
    base = (asked.report or Path()) / LOGS
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(f"{base} cannot be written: {error.strerror}", "--report") from error
    if not asked.resume:
        return base / datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    earlier = sorted(path for path in base.iterdir() if path.is_dir())
    if not earlier:
        raise BadRequest(f"there is no run to go on with in {base}", "--resume")
    return earlier[-1]


@contextmanager
def _environment(asked: Options) -> Iterator[None]:
    """The settings of the coach come from the environment; so does the model that is asked for here."""
    kept = os.environ.get("COACH_MODEL")
    if asked.model is not None:
        os.environ["COACH_MODEL"] = asked.model
    try:
        yield
    finally:
        if asked.model is not None:
            os.environ.pop("COACH_MODEL")
            if kept is not None:
                os.environ["COACH_MODEL"] = kept


@contextmanager
def _progress(name: str) -> Iterator[Tick]:
    """A bar on a terminal; elsewhere a line when the task begins."""
    if not sys.stderr.isatty():
        say(f"{name} …")
    with progress_bar() as bar:
        yield partial(bar, name)


def _line(told: TaskReport) -> dict[str, Any]:
    """One line of standard output."""
    summary = {"task": told.name, "ok": told.ok, **{key: value for key, value in told.summary.items() if key != "name"}}
    changed = [change for change in told.changes if change.won or change.lost]
    if changed:
        summary["changes"] = [
            {
                "metric": change.metric,
                "before": round(change.before, 4),
                "now": round(change.now, 4),
                "won": list(change.won),
                "lost": list(change.lost),
                "significant": change.significant,
            }
            for change in changed
        ]
    return summary


def _explain(told: TaskReport) -> None:
    for gate in told.gates:
        if not gate.ok:
            behind = f" Cases: {', '.join(gate.cases)}" if gate.cases else ""
            say(f"{told.name}: GATE MISSED: {gate.sentence}.{behind}")
    if told.errors:
        first = next(iter(told.errors.values()))
        say(f"{told.name}: cases that could not be run: {', '.join(told.errors)} ({first})")
