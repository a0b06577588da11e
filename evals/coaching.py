"""How the coach coaches, over whole conversations: `inspect eval evals/coaching.py --model none`."""

from collections.abc import Sequence
from functools import cache
from statistics import fmean

from inspect_ai import Task, task
from inspect_ai.solver import TaskState
from pydantic import BaseModel, ConfigDict

from evals.datasets import DatasetCase, read_dataset
from evals.scorers import Marks
from evals.solvers import SeenTurn, converse, seen_turns
from evals.tasks import sample_of, task_of
from knowledge.encoder import Encoder, MiniLMEncoder
from knowledge.sentences import split_sentences, word_count

_NEAR = 0.45
"""Cosine similarity from which a sentence is about a topic."""
_LENGTH = (40, 200)
"""Words of a reply that neither brushes off nor lectures."""
_MEMORABLE = 6
"""Words from which saying a sentence twice is noticed."""


class Expected(BaseModel):
    """What a good reply to one message is like. A topic is an article's name or a few words.

    `never` are words that would be wrong here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: str | None = None
    topics: tuple[str, ...] = ()
    reference: str
    never: tuple[str, ...] = ()


class CoachingTurn(BaseModel):
    """One message of the person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    expects: Expected


class CoachingCase(DatasetCase):
    """A conversation with one person, at one stage of a break-up."""

    person: str
    stage: str
    turns: tuple[CoachingTurn, ...]


@task
def coaching(url: str | None = None) -> Task:
    """Scripted conversations: the right decision, the topics that matter, nothing twice, one question, no lecture."""
    samples = [
        sample_of(
            case.id,
            "\n\n".join(turn.user for turn in case.turns),
            case.turns[-1].expects.reference,
            {"stage": case.stage},
            says=[turn.user for turn in case.turns],
            case=case.model_dump(),
        )
        for case in read_dataset("coaching", CoachingCase)
    ]
    return task_of(samples, converse(url), measure_coaching, ("stage",))


def measure_coaching(state: TaskState) -> Marks:
    """Points of one conversation: for each, the mean over the turns that it concerns."""
    case, seen = CoachingCase.model_validate(state.metadata["case"]), seen_turns(state)
    scored: dict[str, list[float]] = {}
    for number, turn in enumerate(case.turns):
        before = "\n".join(was.reply.reply for was in seen[:number])
        for name, value in turn_points(turn.expects, seen[number], before).items():
            scored.setdefault(name, []).append(value)
    points = {name: fmean(values) for name, values in scored.items()}
    talk = "\n\n".join(f"> {turn.user}\n\n{turn.reply.reply}" for turn in seen)
    return Marks(points, " / ".join(turn.reply.decision for turn in seen), note=talk)


def turn_points(expects: Expected, turn: SeenTurn, before: str) -> dict[str, float]:
    """What one reply scores; `before` is what the coach said until then.

    `near_reference`: for each sentence of the reference, how near the nearest of the reply is, on average.
    """
    reply = turn.reply
    sentences = [sentence.text for sentence in split_sentences(reply.reply)]
    points = {"near_reference": _recalled(expects.reference, sentences)}
    if expects.decision is not None:
        points["decision_right"] = float(reply.decision == expects.decision)
    if expects.never:
        points["nothing_wrong"] = float(not any(words.casefold() in reply.reply.casefold() for words in expects.never))
    if expects.topics:
        cited = {citation.article.removesuffix(".md") for citation in reply.citations}
        met = [topic.removesuffix(".md") in cited or _about(topic, sentences) for topic in expects.topics]
        points["on_topic"] = fmean(map(float, met))
    if reply.decision in ("allow", "redirect"):
        again = [text for text in sentences if word_count(text) >= _MEMORABLE and text in before]
        points["fresh"] = float(not again)
        points["one_question"] = float(sum(text.endswith("?") for text in sentences) <= 1)
        points["length_fit"] = float(_LENGTH[0] <= word_count(reply.reply) <= _LENGTH[1])
    return points


def _recalled(reference: str, sentences: Sequence[str]) -> float:
    wanted = _encoder().embed([sentence.text for sentence in split_sentences(reference)])
    return float((wanted @ _encoder().embed(list(sentences)).T).max(axis=1).mean())


def _about(topic: str, sentences: Sequence[str]) -> bool:
    wanted = _encoder().embed([topic.removesuffix(".md").replace("-", " ")])
    return bool((wanted @ _encoder().embed(list(sentences)).T).max() >= _NEAR)


@cache
def _encoder() -> Encoder:
    return MiniLMEncoder()
