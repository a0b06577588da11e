"""Every task runs with Inspect, offline, on real parts."""

from pathlib import Path

import pytest
from inspect_ai import Task, task_with

from evals.rows import figures
from evals.running import Run, run_task
from evals.suite import SUITE, Entry, chosen
from evals.target import Inside
from service.errors import BadRequest

CASES = 3


def cut(task: Task, cases: int = CASES) -> Task:
    """The task with its first and last cases, which are bad and honest ones."""
    ids = [str(sample.id) for sample in task.dataset]
    kept = {*ids[: cases - 1], ids[-1]}
    return task_with(task, dataset=task.dataset.filter(lambda sample: str(sample.id) in kept))


def run(entry: Entry, folder: Path) -> Run:
    return run_task(entry.name, cut(entry.build(None, fast=False)), folder, lambda done, total: None)


@pytest.mark.parametrize("entry", SUITE, ids=lambda entry: entry.name)
def test_every_task_measures_what_its_gates_are_about(entry: Entry, inside: Inside, tmp_path: Path) -> None:
    done = run(entry, tmp_path)
    assert not done.errors
    assert not done.interrupted
    assert len(done.rows) == CASES
    assert figures(done.rows)
    assert all(row.text and row.answer for row in done.rows)


def test_a_second_run_on_the_same_logs_runs_only_what_is_left(inside: Inside, tmp_path: Path) -> None:
    entry = next(entry for entry in SUITE if entry.name == "guard_message")
    run(entry, tmp_path)
    told: list[tuple[int, int]] = []
    more = run_task(entry.name, cut(entry.build(None, fast=False), 5), tmp_path, lambda *at: told.append(at))
    assert len(more.rows) == 5
    assert told == [(3, 5), (4, 5), (5, 5)]
    assert len(list(tmp_path.glob("*.eval"))) == 2


def test_a_case_that_breaks_is_told_and_stops_no_other(inside: Inside, tmp_path: Path) -> None:
    entry = next(entry for entry in SUITE if entry.name == "guard_message")
    task = cut(entry.build(None, fast=False))
    task.dataset[0].metadata["case"]["history"] = [("nobody", "hello")]  # type: ignore[index]
    done = run_task(entry.name, task, tmp_path, lambda done, total: None)
    assert list(done.errors) == [str(task.dataset[0].id)]
    assert len(done.rows) == CASES - 1


def test_the_fast_subset_is_a_part_and_always_the_same(inside: Inside) -> None:
    entry = Entry("guard_draft", 0.25)
    whole, part = entry.build(None, fast=False).dataset, entry.build(None, fast=True).dataset
    assert 0.15 < len(part) / len(whole) < 0.35
    assert [sample.id for sample in part] == [sample.id for sample in entry.build(None, fast=True).dataset]


def test_tasks_are_chosen_by_name() -> None:
    assert [entry.name for entry in chosen(("leak", "safety"), None, False)] == ["leak", "safety"]
    assert {entry.name for entry in SUITE} - {entry.name for entry in chosen((), None, True)} == {"latency"}
    assert {entry.name for entry in SUITE} - {entry.name for entry in chosen((), "http://x", False)} == {
        "leak",
        "retrieval",
    }
    for names, url, fast in ((("moon",), None, False), (("leak",), "http://x", False), (("latency",), None, True)):
        with pytest.raises(BadRequest):
            chosen(names, url, fast)


def test_every_task_says_what_it_is() -> None:
    assert all(entry.about.endswith((".", "?")) for entry in SUITE)
