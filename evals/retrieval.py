"""How well the built-in library is searched: `inspect eval evals/retrieval.py --model none`.

The questions (evals/datasets/retrieval_library.jsonl) name the articles that answer them; some have none.
`python -m evals.retrieval` prints what each part of the search adds, for docs/retrieval.md.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.datasets import DatasetCase, read_dataset
from evals.ranking import ndcg, rank_of_first
from evals.rows import Row, figures
from evals.scorers import Marks
from evals.solvers import done
from evals.statistics import Figure
from evals.tables import print_table
from evals.target import target
from evals.tasks import sample_of, task_of
from knowledge.encoder import MiniLMEncoder
from knowledge.retriever import Retrieved, Retriever, Weights
from knowledge.side_reader import SideReader
from service.settings import Settings
from service.wiring import build_library, build_retriever

FOUND_WITHIN = 5

_COLUMNS = {
    "hit_at_1": "answering article first",
    "hit_at_5": "among the first five",
    "ndcg_at_5": "nDCG@5",
    "covered": "called covered",
    "abstained": "unanswerable called not covered",
}


class Question(DatasetCase):
    """A question and the articles that answer it, none where none does."""

    query: str
    kind: str
    articles: tuple[str, ...]


def load_questions() -> tuple[Question, ...]:
    """All questions about the library."""
    return read_dataset("retrieval_library", Question)


@task
def retrieval() -> Task:
    """Questions in people's own words: is an answering article found, and is it said where there is none?"""
    questions = load_questions()
    samples = [
        sample_of(
            question.id,
            question.query,
            ", ".join(question.articles) or "not covered",
            {"kind": question.kind},
            articles=question.articles,
        )
        for question in questions
    ]
    return task_of(samples, search(), measure_search, ("kind",))


@solver
def search() -> Solver:
    """Search the library."""
    coach = target()

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        found = coach.workshop.retriever.search(state.input_text, k=FOUND_WITHIN)
        state.store.set("articles", [passage.article for passage in found.passages])
        state.store.set("covered", found.covered)
        return done(state, ", ".join(dict.fromkeys(passage.article for passage in found.passages)))

    return solve


def measure_search(state: TaskState) -> Marks:
    """Points of one search."""
    ranked, covered = state.store.get("articles"), state.store.get("covered")
    points = search_points(ranked, covered, state.metadata["articles"])
    return Marks(points, state.output.completion, note="covered" if covered else "not covered")


def search_points(ranked: Sequence[str], covered: bool, relevant: Sequence[str]) -> dict[str, float]:
    """Ranking and coverage where something answers; abstention where nothing does."""
    if not relevant:
        return {"abstained": float(not covered)}
    rank = rank_of_first(ranked, relevant)
    return {
        "hit_at_1": float(rank == 1),
        "hit_at_5": float(rank is not None),
        "ndcg_at_5": ndcg(ranked, relevant, FOUND_WITHIN),
        "covered": float(covered),
    }


def measured(retriever: Retriever, questions: Sequence[Question]) -> Mapping[str, Figure]:
    """The figures of one way to search."""

    def row(question: Question, found: Retrieved) -> Row:
        ranked = [passage.article for passage in found.passages]
        return Row(question.id, search_points(ranked, found.covered, question.articles))

    return figures([row(question, retriever.search(question.query, k=FOUND_WITHIN)) for question in questions])


def main() -> None:
    """Print the ablation as Markdown."""
    questions, whole = load_questions(), Weights()
    plain = replace(whole, sentence=0, words=0, side=0, article=0)
    recipes = {
        "vectors alone": plain,
        "+ nearest sentence": replace(plain, sentence=whole.sentence),
        "+ words": replace(plain, sentence=whole.sentence, words=whole.words),
        "+ side": replace(whole, article=0),
        "+ articles of the situation": whole,
    }
    with tempfile.TemporaryDirectory() as folder:
        encoder = MiniLMEncoder()
        library = build_library(Settings(data_dir=Path(folder)), encoder)
        library.sync()
        sides = SideReader()
        told = {
            name: measured(build_retriever(library, encoder, sides, weights), questions)
            for name, weights in recipes.items()
        }
    print_table(
        ["recipe", *_COLUMNS.values()],
        [[name, *(str(found[metric]) for metric in _COLUMNS)] for name, found in told.items()],
    )


if __name__ == "__main__":
    main()
