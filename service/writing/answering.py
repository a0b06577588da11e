"""The written answer that meets a question or a remark, in words for this person."""

import re
from dataclasses import dataclass

from knowledge.answers import Answer, AnswerFinder
from knowledge.pronouns import Pronoun, worded
from service.writing.units import Pick
from service.writing.writer import Brief

_MEETS = 0.6
"""How likely an answer must be to be given (docs/coaching.md)."""
_OPENS = 0.8
"""And a first message: it is a story, which is heard before it is answered."""
_SIDE_UNTOLD = 0.05
"""And how much more an answer for one side must have, where the person has not told which is theirs."""
_OF_RELATION: dict[str, Pronoun] = {
    "wife": "she", "girlfriend": "she", "gf": "she", "husband": "he", "boyfriend": "he", "bf": "he",
}  # fmt: skip
_HE = re.compile(r"\b(?:he|him|his)\b", re.I)
_SHE = re.compile(r"\b(?:she|her|hers)\b", re.I)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it is given: what is said, a step or nothing, and the articles that say the same."""

    says: str
    step: str
    articles: tuple[str, ...]


class Answering:
    """Chooses among the written answers."""

    def __init__(self, finder: AnswerFinder) -> None:
        self._finder = finder

    def answer(self, brief: Brief, pick: Pick) -> Answered | None:
        """The answer that meets the message, fits the person and was not given yet; or nothing.

        `pick` chooses one of some texts that was not said yet.
        """
        enough = _OPENS if brief.first_turn else _MEETS
        for answer, share in self._finder.find(brief.message, _said_before(brief), brief.side):
            if share < enough:
                break
            if answer.side is not None and brief.side is None and share < enough + _SIDE_UNTOLD:
                continue
            if self._fits(answer, brief) and (worded_now := self._worded(answer, brief, pick)).says:
                return worded_now
        return None

    def _fits(self, answer: Answer, brief: Brief) -> bool:
        return not (answer.contact and (brief.journey.wish or brief.watchful))

    def _worded(self, answer: Answer, brief: Brief, pick: Pick) -> Answered:
        pronoun = pronoun_of(brief)
        says, steps = ([worded(text, pronoun) for text in texts] for texts in (answer.says, answer.steps))
        fitting = [step for step in steps if brief.journey.fits(step)]
        return Answered(pick(says), pick(fitting), answer.articles)


def _said_before(brief: Brief) -> str:
    """What the person said last before this message."""
    return next((turn.content for turn in reversed(brief.history) if turn.role == "user"), "")


def pronoun_of(brief: Brief) -> Pronoun:
    """How the person speaks of the other one: as they told it, or as all their messages have it."""
    for fact in reversed(brief.journey.facts):
        if fact.kind == "pronoun" and fact.value in ("he", "she", "they"):
            return "he" if fact.value == "he" else "she" if fact.value == "she" else "they"
        if fact.kind == "relation" and fact.value in _OF_RELATION:
            return _OF_RELATION[fact.value]
    told = " ".join((*(turn.content for turn in brief.history if turn.role == "user"), brief.message))
    he, she = len(_HE.findall(told)), len(_SHE.findall(told))
    if bool(he) == bool(she):
        return "they"
    return "he" if he else "she"
