"""Coaching on a message to the ex: what may be said at all, what in it helps, and the person's own words made fair.

First what the other person asked for: someone who wants silence gets none of our wording. Then the message, sentence by
sentence. Whoever asks for a message and has none gets a scaffold, never a finished text.
"""

from collections.abc import Iterable

from knowledge.languages import ENGLISH, language_of
from service.memory.ledger import Wish, told
from service.writing.faults import is_practical
from service.writing.message_finder import FoundMessage, find_message, wants_words
from service.writing.message_review import MessageGuard, review_message
from service.writing.message_words import MessageWords
from service.writing.units import Phrases
from service.writing.writer import Brief

_DISTANCE: tuple[Wish, ...] = ("order", "blocked", "no_contact", "space")


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
        distance = _distance(brief.wishes)
        return words.scaffold() if distance is None else words.held(distance, "")

    async def _on_shown(self, shown: FoundMessage, brief: Brief, words: MessageWords) -> list[str]:
        history = brief.history
        if brief.declined is not None and not await self._guard.allows(shown.frame, history):
            return []  # what is wrong is the plan around it, and that is declined
        distance = _distance(brief.wishes)
        if distance is not None and (distance == "order" or not is_practical(shown.text)):
            return words.held(distance, shown.text)
        if language_of(shown.text) != ENGLISH:
            return words.unread()

        async def stops(message: str) -> bool:
            return bool(await self._guard.found(message, history))

        review = await review_message(shown.text, await self._guard.found(shown.text, history), stops)
        if brief.declined is not None and review.why_not == "fair":
            return []
        return words.reviewed(shown.text, review)


def _distance(wishes: Iterable[str]) -> Wish | None:
    """The strictest distance that the other person asked for, if any."""
    asked = {entry.wish for entry in told(wishes)}
    return next((wish for wish in _DISTANCE if wish in asked), None)
