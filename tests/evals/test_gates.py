"""Bars: gates fail a run, goals are only told."""

import pytest

from evals.gates import judge_bars, load_gates
from evals.rows import Row, figures
from evals.suite import SUITE
from knowledge.errors import KnowledgeDataError

ROWS = [Row(f"case-{number}", {"caught": float(number > 3)}) for number in range(10)]


def judged(text: str, *, fast: bool = False, rows: list[Row] = ROWS) -> list[tuple[str, bool]]:
    bars = load_gates(f"[task]\n{text}")["task"]
    return [(bar.kind, bar.ok) for bar in judge_bars(bars, figures(rows), rows, fast=fast)]


def test_a_gate_and_a_goal_on_one_line_are_told_apart() -> None:
    assert judged("caught = { gate = 0.6, goal = 0.95 }") == [("gate", True), ("goal", False)]
    assert judged("caught = { gate = 0.61 }") == [("gate", False)]


def test_less_is_better_for_what_is_wrong() -> None:
    rows = [Row(str(number), {"overblocked": float(number == 0)}) for number in range(10)]
    assert judged("overblocked = { gate = 0.1 }", rows=rows) == [("gate", True)]
    assert judged("overblocked = { gate = 0.09 }", rows=rows) == [("gate", False)]


def test_the_cases_behind_a_miss_are_named() -> None:
    (bar,) = judge_bars(load_gates("[task]\ncaught = { gate = 0.9 }")["task"], figures(ROWS), ROWS, fast=False)
    assert bar.cases == ("case-0", "case-1", "case-2", "case-3")
    assert bar.sentence == "caught 0.600 is under 0.9"


def test_a_fast_run_fails_only_where_chance_is_no_excuse() -> None:
    assert judged("caught = { gate = 0.8 }", fast=True) == [("gate", True)]
    assert judged("caught = { gate = 0.9 }", fast=True) == [("gate", False)]


def test_calibration_is_held_to_its_bar_on_whole_runs_only() -> None:
    rows = [Row(str(number), {}, score=0.9) for number in range(4)]
    assert judged("calibration_error = { gate = 0.1 }", rows=rows) == [("gate", False)]
    assert judged("calibration_error = { gate = 0.1 }", rows=rows, fast=True) == []


def test_what_was_not_measured_fails() -> None:
    assert judged("nothing = { gate = 0.1 }") == [("gate", False)]


@pytest.mark.parametrize("text", ["caught = 0.5", "caught = { floor = 0.5 }", "caught = { gate = 'high' }", "caught ="])
def test_a_line_that_is_no_bar_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeDataError, match=r"gates\.toml"):
        load_gates(f"[task]\n{text}")


def test_every_task_has_a_gate_and_every_table_is_a_task() -> None:
    gates = load_gates()
    assert set(gates) == {entry.name for entry in SUITE}
    assert all(any(bar.kind == "gate" for bar in bars) for bars in gates.values())
