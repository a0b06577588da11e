"""How well the guards judge what people write: `inspect eval evals/guard_input.py --model none`."""

from inspect_ai import Task, task

from evals.tasks import guard_task


@task
def guard_input(url: str | None = None) -> Task:
    """Messages to the coach: tactics to redirect, danger to escalate, attacks to refuse, honest questions to allow."""
    return guard_task("guard_input", url)
