"""Points become figures."""

from evals.rows import Row, breakdown, failed, failures, figures
from evals.statistics import share

ROWS = [
    Row("a", {"stopped": 1.0}, {"about": "threat"}, score=0.9, bad=True),
    Row("b", {"stopped": 0.0}, {"about": "threat"}, score=0.2, bad=True),
    Row("c", {"overblocked": 1.0, "turn_ms": 30.0}, {"about": "like threat"}, score=0.6),
    Row("d", {"overblocked": 0.0, "turn_ms": 10.0}, {"about": "like threat"}, score=0.1),
]


def test_a_metric_counts_the_cases_that_it_concerns() -> None:
    measured = figures(ROWS)
    assert measured["stopped"] == measured["overblocked"] == share(1, 2)
    assert measured["turn_ms_p50"].value == 20.0
    assert measured["turn_ms_p95"].value == 29.0
    assert measured["calibration_error"].total == 4


def test_rows_are_told_apart_by_facts() -> None:
    groups = breakdown(ROWS, "about")
    assert list(groups) == ["like threat", "threat"]
    assert "overblocked" not in groups["threat"]
    assert breakdown(ROWS, "nothing") == {}


def test_what_counts_against_a_metric_depends_on_its_direction() -> None:
    assert [row.id for row in failures(ROWS, "stopped")] == ["b"]
    assert [row.id for row in failures(ROWS, "overblocked")] == ["c"]
    assert not failed("turn_ms", 5000.0)
