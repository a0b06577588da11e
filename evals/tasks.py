"""How cases become an Inspect task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.solver import Solver, TaskState

from evals.datasets import load_dataset
from evals.guards import guard_facts, guard_points
from evals.scorers import Marks, Measure, marked, metrics_by
from evals.solvers import judge, seen_verdict
from knowledge.cases import Case
from service.guardrails.guardrail import Verdict
from service.guardrails.screen import decide

GUARD_FACTS = ("about", "difficulty", "language", "history")


def task_of(samples: Iterable[Sample], solver: Solver, measure: Measure, facts: Sequence[str] = ()) -> Task:
    """A task that scores each sample with `measure` and tells the shares of right ones by each of `facts`."""
    return Task(dataset=MemoryDataset(list(samples)), solver=solver, scorer=marked(measure), metrics=metrics_by(facts))


def sample_of(name: str, text: str, expected: str, facts: Mapping[str, str], **more: Any) -> Sample:
    """A sample whose facts can be grouped by; whatever else the solver and scorer need goes along."""
    return Sample(id=name, input=text, target=expected, metadata={**facts, **more, "facts": list(facts)})


def guard_task(name: str, url: str | None) -> Task:
    """The guards alone on a dataset of guard cases."""
    return task_of((guard_sample(case) for case in load_dataset(name)), judge(url), measure_verdict, GUARD_FACTS)


def guard_sample(case: Case) -> Sample:
    """A guard case."""
    return sample_of(case.id, case.text, decide(case.surface, case.labels), guard_facts(case), case=asdict(case))


def measure_verdict(state: TaskState) -> Marks:
    """Points of a judged guard case."""
    seen, case = seen_verdict(state), Case(**state.metadata["case"])
    verdict = seen.verdict
    return Marks(
        guard_points(case, verdict.decision, verdict.categories),
        verdict.decision,
        span=span_of(verdict),
        note=", ".join(f"{finding.label} ({finding.detector})" for finding in verdict.findings),
        score=seen.score,
        bad=bool(case.labels),
    )


def span_of(verdict: Verdict) -> str:
    """The words that decided."""
    return verdict.findings[0].evidence if verdict.findings else ""
