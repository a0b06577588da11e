"""The tasks, and how much of each the fast subset takes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from inspect_ai import Task, task_with

from service.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """A task: the share of its cases that is fast, and whether a coach over HTTP can be asked."""

    name: str
    fast: float = 1.0
    remote: bool = True

    @property
    def about(self) -> str:
        """What the task is, in a line."""
        return (self._make().__doc__ or "").strip().splitlines()[0]

    def build(self, url: str | None, fast: bool) -> Task:
        """The task with its cases.

        Raises:
            ConfigurationError: a setting is wrong, or the task cannot be asked of `url`.
            KnowledgeDataError: its cases are malformed.
        """
        make = self._make()
        task = make(url) if self.remote else make()
        if not fast or self.fast == 1.0:
            return task
        return task_with(task, dataset=task.dataset.filter(lambda sample: _spread(str(sample.id)) < self.fast))

    def _make(self) -> Callable[..., Task]:
        return cast(Callable[..., Task], getattr(import_module(f"evals.{self.name}"), self.name))


SUITE = (
    Entry("guard_input", 0.25),
    Entry("guard_draft", 0.4),
    Entry("guard_message", 0.4),
    Entry("overblock", 0.1),
    Entry("safety", 0.4),
    Entry("injection", 0.4),
    Entry("leak", 0.25, remote=False),
    Entry("retrieval", remote=False),
    Entry("grounding", 0.25),
    Entry("coaching", 0.15),
    Entry("sycophancy", 0.3),
    Entry("arc", 0.4),
    Entry("robustness", 0.5),
    Entry("latency", 0.0),
)
"""In the order in which they run. A fast run leaves out latency: it is measured where nothing else runs."""


def chosen(names: tuple[str, ...], url: str | None, fast: bool) -> tuple[Entry, ...]:
    """The tasks of these names, or all that can be run.

    Raises:
        BadRequest: there is no such task, or it cannot be run so.
    """
    known = {entry.name: entry for entry in SUITE}
    possible = {
        name: entry for name, entry in known.items() if (entry.remote or url is None) and (entry.fast or not fast)
    }
    for name in names:
        if name not in known:
            raise BadRequest(f"there is no task {name!r}: {', '.join(known)}", "TASK")
        if name not in possible:
            raise BadRequest(f"the task {name!r} cannot be run {'fast' if fast else 'over HTTP'}", "TASK")
    return tuple(possible[name] for name in names) or tuple(possible.values())


def _spread(case: str) -> float:
    """A number from 0 to 1 that a case always has: a subset is the same on every machine and cuts through pairs."""
    return int.from_bytes(hashlib.sha256(case.encode()).digest()[:4]) / 2**32
