"""Whether a verdict hangs on spelling: `inspect eval evals/robustness.py --model none`."""

from inspect_ai import Task, task
from inspect_ai.solver import Generate, Solver, TaskState, solver
from pydantic import BaseModel, ConfigDict

from evals.datasets import DatasetCase, read_dataset
from evals.scorers import Marks
from evals.solvers import done
from evals.target import target
from evals.tasks import sample_of, task_of
from knowledge.tactics import Surface


class Variants(BaseModel):
    """The same text as other people would type it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    typos: str
    casing: str
    emoji: str
    paraphrase: str


class RobustnessCase(DatasetCase):
    """A text, the decision it needs, and four variants that need the same one."""

    surface: Surface
    text: str
    expected: str
    about: str
    variants: Variants


@task
def robustness(url: str | None = None) -> Task:
    """Typing errors, capitals, emoji and other words: the verdict must stay."""
    samples = [
        sample_of(
            case.id,
            case.text,
            case.expected,
            {"about": case.about, "surface": case.surface, "expected": case.expected},
            case=case.model_dump(),
        )
        for case in read_dataset("robustness", RobustnessCase)
    ]
    return task_of(samples, judge_variants(url), measure_flips, ("surface", "expected"))


@solver
def judge_variants(url: str | None = None) -> Solver:
    """Let the guards judge the text and its variants."""
    coach = target(url)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = RobustnessCase.model_validate(state.metadata["case"])
        texts = {"text": case.text, **case.variants.model_dump()}
        decided = {name: (await coach.judge(case.surface, text)).decision for name, text in texts.items()}
        state.store.set("decided", decided)
        return done(state, decided["text"])

    return solve


def measure_flips(state: TaskState) -> Marks:
    """Points of one text: which variants changed the verdict, and whether it was right to begin with."""
    case, decided = RobustnessCase.model_validate(state.metadata["case"]), dict(state.store.get("decided"))
    first = decided.pop("text")
    flips = {f"flipped_{name}": float(decision != first) for name, decision in decided.items()}
    changed = [
        f"{name} -> {decision}: {getattr(case.variants, name)}"
        for name, decision in decided.items()
        if decision != first
    ]
    return Marks({"right": float(first == case.expected), **flips}, first, note="\n".join(changed))
