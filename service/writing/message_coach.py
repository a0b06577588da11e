"""Coaching on a message to the ex: what may be said at all, what in it helps, and the person's own words made fair.

First what the other person asked for: someone who wants silence gets none of our wording. Then the message, sentence by
sentence. Whoever asks for a message and has none gets a scaffold, never a finished text.
"""

from knowledge.languages import ENGLISH, language_of
from service.memory.ledger import Wish
from service.writing.faults import faults_in, is_practical
from service.writing.message_finder import FoundMessage, find_message, wants_words
from service.writing.message_review import (
    NO_WORDING,
    MessageGuard,
    grants_distance,
    review_message,
    strictest,
    told_to_themselves,
)
from service.writing.message_words import MessageWords
from service.writing.units import Phrases
from service.writing.writer import Brief


class MessageCoach:
    """Answers where a message to the ex is shown or asked for; has nothing to say elsewhere."""

    def __init__(self, guard: MessageGuard, phrases: Phrases) -> None:
        self._guard = guard
        self._phrases = phrases

    async def paragraphs(self, brief: Brief, said: str) -> list[str]:
        """The reply, without what is in `said` already; nothing where no message to the ex is at issue."""
        if language_of(brief.message) != ENGLISH:
            return []
        words = MessageWords(self._phrases, brief, said)
        shown = find_message(brief.message)
        if shown is not None:
            return await self._on_shown(shown, brief, words)
        if brief.declined is not None or not wants_words(brief.message):
            return []
        distance = strictest(brief.wishes)
        return words.scaffold() if distance is None else words.held(distance, "")

    async def _on_shown(self, shown: FoundMessage, brief: Brief, words: MessageWords) -> list[str]:
        history = brief.history
        if brief.declined is not None and not await self._guard.allows(shown.frame, history):
            return []  # what is wrong is the plan around it, and that is declined
        found = await self._guard.found(shown.text, history)
        distance = strictest(brief.wishes) or told_to_themselves(shown.text)
        if distance is not None and not _may_be_said(shown.text, distance):
            craft = (fault for fault in faults_in(shown.text) if fault.mend != "tell")
            harms = (*craft, *(fault for fault in found if fault.id not in NO_WORDING))
            return words.held(distance, shown.text, next(iter(harms), None))
        if language_of(shown.text) != ENGLISH:
            return words.unread()

        async def stops(message: str) -> bool:
            return bool(await self._guard.found(message, history))

        review = await review_message(shown.text, found, stops)
        if brief.declined is not None and review.why_not == "fair":
            return []
        return words.reviewed(shown.text, review)


def _may_be_said(message: str, distance: Wish) -> bool:
    """Whether a message leaves the distance untouched: practical matters, and one line that grants the space."""
    if distance == "order":
        return False
    return is_practical(message) or (distance == "space" and grants_distance(message))
