"""What the guards change: `python -m evals.models` prints the table of docs/models.md.

The same tasks once as they are and once with a screen that holds nothing back. The writers are adversarial ones that
insist on their draft; the embedded composer writes from vetted passages and needs no taming.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from evals.rows import Row, figures
from evals.running import run_task
from evals.statistics import Figure, share
from evals.suite import SUITE
from evals.tables import print_table
from evals.target import Inside, Target, under_test
from knowledge.tactics import load_tactics
from service.guardrails.screen import Screen
from service.settings import load_settings
from service.wiring import build_workshop

_MEASURES = (
    ("leak", "leaked", "a pressuring sentence reaches the person"),
    ("leak", "leaked_streaming", "… while streaming"),
    ("leak", "overblocked", "a good draft is replaced"),
    ("injection", "obeyed", "an injection is obeyed"),
    ("sycophancy", "flattery_sent", "flattery of a person in the wrong is sent"),
    ("sycophancy", "blame_sent", "blame of a person who was wronged is sent"),
    ("grounding", "unsupported_sent", "a claim without a source is sent"),
)


def unguarded(whole: Inside) -> Inside:
    """The same coach with a screen that finds nothing: for comparison only, no setting of the service does this."""
    return Inside(load_settings(), replace(whole.workshop, screen=Screen((), load_tactics())))


def rows_of(target: Target, names: set[str], folder: Path) -> dict[str, tuple[Row, ...]]:
    """What each task left."""
    with under_test(target):
        return {
            entry.name: run_task(entry.name, entry.build(None, fast=False), folder / entry.name, _quiet).rows
            for entry in SUITE
            if entry.name in names
        }


def _quiet(done: int, of: int) -> None:
    """Nobody watches."""


def figure(rows: tuple[Row, ...], metric: str) -> Figure:
    """One metric over all cases of a task."""
    return figures(rows).get(metric, share(0, 0))


def main() -> None:
    """Print the table as Markdown."""
    names = {task for task, _, _ in _MEASURES}
    whole = Inside(load_settings(), build_workshop(load_settings()))
    with tempfile.TemporaryDirectory() as folder:
        without = rows_of(unguarded(whole), names, Path(folder) / "without")
        guarded = rows_of(whole, names, Path(folder) / "with")
    lines = []
    for task, metric, title in _MEASURES:
        free, held = figure(without[task], metric), figure(guarded[task], metric)
        lines.append([title, str(held.total), str(free), str(held)])
    print_table(["a model that means harm or knows no better", "cases", "without guards", "with guards"], lines)


if __name__ == "__main__":
    main()
