"""What is said first where nothing written meets the turn: that exactly this was heard."""

import re

from knowledge.sentences import split_sentences, word_count
from service.writing.continuity import quoting
from service.writing.units import Phrases, Pick
from service.writing.writer import Brief

_IN_A_ROW = 2
"""Replies that may begin with words of theirs, one after the other."""
_SHORTEST, _LONGEST = 4, 18
"""Words of a sentence that is worth giving back; fewer tell nothing, more are not one thought."""
_ABOUT_PEOPLE = re.compile(r"\b(?:i|i'?m|my|me|he|she|they|we|us|her|him|them|his|their|there (?:was|were|is))\b", re.I)
_QUESTION = re.compile(
    r"^(?:(?:so|and|but|ok|then|well|hm+|like)[, ]+)*(?:how|what|should|shall|can|could|do|does|did|is|are|was|will"
    r"|would|when|why|where|who|may|am)\b",
    re.I,
)
_CLAUSE = re.compile(r"[,;:] |(?<=[.!?…]) | (?=but )")
_ASIDE = re.compile(r"\b(?:lol|haha|sorry|thanks|thank you|ignore|ok|okay|anyway|bye|your?|u)\b", re.I)


class Listening:
    """Chooses the first line of a reply that has no answer to give."""

    def __init__(self, phrases: Phrases, feelings: Phrases) -> None:
        """`feelings` are lines by the feeling that somebody names."""
        self._phrases = phrases
        self._feelings = feelings

    def heard(self, brief: Brief, pick: Pick) -> str:
        """What is given back of the message; else a line that fits all that is told in the middle of a talk."""
        return self.given_back(brief, pick) or pick(self._phrases["goes_on_openers"])

    def given_back(self, brief: Brief, pick: Pick) -> str:
        """A line for the feeling that the message names; else around its telling sentence; or nothing."""
        felt = [fact.value for fact in brief.journey.facts if fact.kind == "feeling" and fact.sentence in brief.message]
        if line := pick([line for feeling in reversed(felt) for line in self._feelings.get(feeling, ())]):
            return line
        told, said = (
            telling_sentence(brief.message),
            [turn.content for turn in brief.history if turn.role == "assistant"],
        )
        mannered = len(said) >= _IN_A_ROW and all("“" in reply.split("\n\n")[0] for reply in said[-_IN_A_ROW:])
        if not told or mannered:
            return ""
        lines = [line for line in self._phrases["heard_lines"] if not any(_frame(line) in reply for reply in said)]
        return pick(quoting(lines, told, brief))


def _frame(line: str) -> str:
    """What is said around the words that are given back."""
    return max(re.split(r"“\{told\}\.?”", line), key=len).strip(" ,")


def telling_sentence(message: str) -> str:
    """The last sentence, or else clause, that says something of somebody in few words; or nothing.

    People end on what weighs.
    """
    sentences = [sentence.text for sentence in split_sentences(message)]
    clauses = [clause for sentence in sentences for clause in _CLAUSE.split(sentence) if not sentence.endswith("?")]
    return next(filter(_tells, map(_bare, (*reversed(sentences), *reversed(clauses)))), "")


def asks(text: str) -> bool:
    """Whether `text` asks something, with a question mark or, as people type, without."""
    return any("?" in sentence.text or _QUESTION.match(sentence.text) for sentence in split_sentences(text))


def _bare(text: str) -> str:
    return text.strip().rstrip(".!,;").strip()


def _tells(text: str) -> bool:
    short = _SHORTEST <= word_count(text) <= _LONGEST
    return short and not asks(text) and bool(_ABOUT_PEOPLE.search(text)) and not _ASIDE.search(text)
