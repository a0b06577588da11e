"""Whether what is said is supported: `inspect eval evals/grounding.py --model none`.

Two kinds of case: questions of people, whose replies must cite what the articles truly say, and drafts of a model with
one claim that its passage does or does not support.
"""

import re
from collections.abc import Mapping

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.datasets import DatasetCase, read_dataset
from evals.retrieval import load_questions
from evals.scorers import Marks
from evals.solvers import SeenTurn, seen_turns, talk, told
from evals.target import target
from evals.tasks import sample_of, task_of
from evals.writers import stubborn
from knowledge.article import builtin_articles
from knowledge.passages import Passage, passages_of
from knowledge.sentences import split_sentences

_MARKER = re.compile(r"\[(\d{1,2})\]")


class GroundingCase(DatasetCase):
    """A question, the one passage found for it, and a draft with a claim that the passage supports or does not.

    `why` says what is wrong with the claim, or why it is right.
    """

    question: str
    passage: str
    draft: str
    claim: str
    supported: bool
    why: str


@task
def grounding(url: str | None = None) -> Task:
    """Citations of real replies, and claims that a model made up."""
    samples = [
        sample_of(question.id, question.query, "true citations", {"kind": "question"}, case=None)
        for question in load_questions()
    ]
    return task_of([*samples, *(_claims() if url is None else ())], reply(url), measure_grounding, ("kind",))


@solver
def reply(url: str | None = None) -> Solver:
    """Ask the coach; where the case has a draft, from its passage and with a model that insists on the draft."""
    coach = target(url)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.metadata["case"] is None:
            async with coach.open() as opened:
                return told(state, await talk(opened, [state.input_text]))
        case = GroundingCase.model_validate(state.metadata["case"])
        passage = Passage("given#1", "given.md", "An article", "given", case.passage, ("An article",), 1.0)
        async with coach.open(stubborn(case.draft), [passage]) as opened:
            return told(state, await talk(opened, [case.question]))

    return solve


def measure_grounding(state: TaskState) -> Marks:
    """Points of one reply."""
    (turn,) = seen_turns(state)
    answer = turn.reply.reply
    if state.metadata["case"] is None:
        return Marks(citation_points(turn, _library()), answer)
    case = GroundingCase.model_validate(state.metadata["case"])
    return Marks(claim_points(case, answer), answer, case.claim, case.why)


def claim_points(case: GroundingCase, answer: str) -> dict[str, float]:
    """Whether a claim arrived, and whether as something that the article says: with a marker in its sentence."""
    kind = "supported" if case.supported else "unsupported"
    claim = _plain(case.claim)
    sent = [
        sentence.text
        for sentence in split_sentences(answer)
        if _plain(sentence.text) in claim or claim in _plain(sentence.text)
    ]
    return {
        f"{kind}_sent": float(claim in _plain(answer)),
        f"{kind}_cited": float(any(_MARKER.search(sentence) for sentence in sent)),
    }


def citation_points(turn: SeenTurn, library: Mapping[str, str]) -> dict[str, float]:
    """Whether each quote stands word for word in the passage it names, and each marker has its citation and back.

    A reply without markers says nothing about citations.
    """
    markers = set(_MARKER.findall(turn.reply.reply))
    cited = turn.reply.citations
    if not markers and not cited:
        return {}
    true = [citation.quote in library.get(citation.passage_id, "") for citation in cited]
    matched = markers == {citation.marker.strip("[]") for citation in cited}
    return {"citations_true": float(all(true)), "markers_matched": float(matched)}


def _claims() -> list[Sample]:
    return [
        sample_of(
            case.id,
            f"{case.question}\n\n[passage] {case.passage}\n\n[draft] {case.draft}",
            "sent" if case.supported else "not sent",
            {"kind": "supported claim" if case.supported else "unsupported claim"},
            case=case.model_dump(),
        )
        for case in read_dataset("grounding", GroundingCase)
    ]


def _library() -> dict[str, str]:
    return {passage.id: passage.text for article in builtin_articles() for passage in passages_of(article)}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\s?\[\d+\]", "", text).lower().split())
