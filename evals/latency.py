"""How long things take: `inspect eval evals/latency.py --model none`. Meant for a machine that does nothing else."""

import time

from anyio import Lock
from inspect_ai import Task, task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.retrieval import load_questions
from evals.scorers import Marks
from evals.solvers import talk, told, writer_of
from evals.target import target
from evals.tasks import sample_of, task_of

QUESTIONS = 60


@task
def latency(url: str | None = None) -> Task:
    """Milliseconds of a guard's verdict, of the first sentence, and of a whole turn; one person at a time."""
    questions = load_questions()[:QUESTIONS]
    return task_of(
        [sample_of(question.id, question.query, "soon", {"kind": question.kind}) for question in questions],
        stop_the_clock(url),
        measure_times,
    )


@solver
def stop_the_clock(url: str | None = None) -> Solver:
    """Time one verdict and one turn; samples that run side by side wait for each other."""
    coach, alone = target(url), Lock()

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        async with alone, coach.open(writer_of(state)) as opened:
            started = time.perf_counter()
            await coach.judge("user_message", state.input_text)
            state.store.set("verdict_ms", (time.perf_counter() - started) * 1000)
            return told(state, await talk(opened, [state.input_text]))

    return solve


def measure_times(state: TaskState) -> Marks:
    """The times of one question."""
    turn = state.store.get("turns")[0]
    points = {
        "verdict_ms": state.store.get("verdict_ms"),
        "first_sentence_ms": turn["first_ms"],
        "turn_ms": turn["whole_ms"],
    }
    return Marks(points, f"{points['turn_ms']:.0f} ms")
