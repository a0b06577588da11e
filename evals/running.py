"""Runs a task with Inspect, quietly, and gives back what it left of each case."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inspect_ai import Task, eval, task_with
from inspect_ai.log import EvalSample, list_eval_logs, read_eval_log
from inspect_ai.solver import TaskState

from evals.rows import Row
from evals.scorers import row_of

SIDE_BY_SIDE = 8
"""Cases of a task that run at the same time."""

Tick = Callable[[int, int], None]
"""Told of how many cases are done, of how many."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a task left: a row for each case, what broke, and whether it was interrupted."""

    name: str
    rows: tuple[Row, ...]
    errors: dict[str, str]
    interrupted: bool = False


def run_task(name: str, task: Task, folder: Path, tick: Tick) -> Run:
    """Run the cases that the logs in `folder` do not have yet; the log of this run is added to them.

    A case that breaks is told among the errors and does not stop the others. After an interrupt (ctrl-c) the run has
    what was done until then.
    """
    _leave_out_openai()
    earlier, total = {row.id for row in _logged(folder)}, len(task.dataset)
    left = [str(sample.id) for sample in task.dataset if str(sample.id) not in earlier]
    done = total - len(left)
    tick(done, total)

    async def count(state: TaskState) -> None:
        nonlocal done
        done += 1
        tick(done, total)

    errors: dict[str, str] = {}
    interrupted = False
    if left:
        logs = eval(
            task_with(task, cleanup=count),
            model=None,
            sample_id=left if earlier else None,
            display="none",
            log_level="error",
            log_dir=str(folder),
            log_realtime=False,
            log_buffer=200,
            score_display=False,
            ctl_server=False,
            max_samples=SIDE_BY_SIDE,
            fail_on_error=False,
        )
        interrupted = not logs or logs[0].status == "cancelled"
        errors = {str(sample.id): sample.error.message for log in logs for sample in log.samples or () if sample.error}
    known = {row.id: row for row in _logged(folder)}
    ordered = (known[str(sample.id)] for sample in task.dataset if str(sample.id) in known)
    return Run(name, tuple(ordered), errors, interrupted)


def _logged(folder: Path) -> Iterator[Row]:
    for info in list_eval_logs(str(folder), descending=False):
        for sample in read_eval_log(info).samples or ():
            if sample.scores and sample.error is None:
                yield _row(sample)


def _row(sample: EvalSample) -> Row:
    (score,) = (sample.scores or {}).values()
    facts = {fact: str(sample.metadata[fact]) for fact in sample.metadata["facts"]}
    return row_of(str(sample.id), score, facts, str(sample.input), str(sample.target))


def _leave_out_openai() -> None:
    """Spare Inspect from trying, before every case, to load its OpenAI provider; the try costs 30 ms.

    It needs a newer client than LiteLLM can use, and models are reached through LiteLLM here.
    """
    sys.modules.setdefault("inspect_ai.model._openai_responses", None)  # type: ignore[arg-type]
