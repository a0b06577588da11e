"""What is said first where nothing written meets the turn: that exactly this was heard."""

import re

from knowledge.sentences import split_sentences, word_count
from service.writing.continuity import quoting
from service.writing.units import Phrases, Pick
from service.writing.writer import Brief

_SHORTEST, _LONGEST = 4, 18
"""Words of a sentence that is worth giving back; fewer tell nothing, more are not one thought."""
_ABOUT_PEOPLE = re.compile(r"\b(?:i|i'?m|my|me|he|she|they|we|us|her|him|them|his|their|there (?:was|were|is))\b", re.I)
_ASIDE = re.compile(r"\b(?:lol|haha|sorry|thanks|thank you|ignore|ok|okay|anyway|bye|your?|u)\b", re.I)


class Listening:
    """Chooses the first line of a reply that has no answer to give."""

    def __init__(self, phrases: Phrases, feelings: Phrases) -> None:
        """`feelings` are lines by the feeling that somebody names."""
        self._phrases = phrases
        self._feelings = feelings

    def heard(self, brief: Brief, pick: Pick) -> str:
        """A line for the feeling that the message names; else around its telling sentence; else one that fits all."""
        felt = [fact.value for fact in brief.journey.facts if fact.kind == "feeling" and fact.sentence in brief.message]
        if line := pick([line for feeling in reversed(felt) for line in self._feelings.get(feeling, ())]):
            return line
        told = telling_sentence(brief.message)
        last = next((turn.content for turn in reversed(brief.history) if turn.role == "assistant"), "")
        quotes = told and not last.startswith("“")
        return pick(quoting(self._phrases["heard_lines"], told, brief) if quotes else self._phrases["goes_on_openers"])


def telling_sentence(message: str) -> str:
    """The last sentence that says something of somebody in few words: people end on what weighs; or nothing."""
    sentences = [sentence.text.strip().rstrip(".!") for sentence in split_sentences(message)]
    return next(
        (
            text
            for text in reversed(sentences)
            if _SHORTEST <= word_count(text) <= _LONGEST
            and not text.endswith("?")
            and _ABOUT_PEOPLE.search(text)
            and not _ASIDE.search(text)
        ),
        "",
    )
