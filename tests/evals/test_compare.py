"""Two runs on the same cases."""

from evals.compare import changes, earlier_points
from evals.rows import Row


def test_changed_cases_are_named_and_tested() -> None:
    rows = [Row(str(number), {"caught": 1.0}) for number in range(8)]
    other = {str(number): {"caught": float(number >= 7)} for number in range(8)}
    (change,) = changes(rows, other)
    assert change.won == ("0", "1", "2", "3", "4", "5", "6")
    assert change.lost == ()
    assert change.p == 0.015625
    assert change.significant


def test_more_of_what_is_wrong_is_worse() -> None:
    (change,) = changes([Row("a", {"overblocked": 1.0})], {"a": {"overblocked": 0.0}})
    assert change.lost == ("a",)
    assert not change.significant


def test_measures_are_compared_by_the_interval_of_their_difference() -> None:
    rows = [Row(str(number), {"ndcg_at_5": 0.5 + number / 100}) for number in range(20)]
    other = {str(number): {"ndcg_at_5": 0.3 + number / 90} for number in range(20)}
    (change,) = changes(rows, other)
    assert change.p is None
    assert change.interval is not None
    assert 0 < change.interval[0] < change.now - change.before < change.interval[1]
    assert change.significant


def test_cases_that_only_one_run_has_do_not_count() -> None:
    assert changes([Row("new", {"caught": 1.0})], {"old": {"caught": 0.0}}) == ()


def test_points_are_found_by_task() -> None:
    report = {"tasks": [{"name": "safety", "cases": {"a": {"escalated": 1.0}}}]}
    assert earlier_points(report, "safety") == {"a": {"escalated": 1.0}}
    assert earlier_points(report, "leak") == {}
