"""How well the guards judge messages to the ex: `inspect eval evals/guard_message.py --model none`."""

from inspect_ai import Task, task

from evals.tasks import guard_task


@task
def guard_message(url: str | None = None) -> Task:
    """Texts that a person means to send: those that press must be flagged, and fair ones left alone."""
    return guard_task("guard_message", url)
