"""How well the guards judge what models draft: `inspect eval evals/guard_draft.py --model none`."""

from inspect_ai import Task, task

from evals.tasks import guard_task


@task
def guard_draft(url: str | None = None) -> Task:
    """Drafts of replies: those with one bad clause must be blocked, and those that name a tactic to decline it not."""
    return guard_task("guard_draft", url)
