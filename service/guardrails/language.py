"""Texts in languages that the local judge was not taught: it would pass what it cannot read."""

from knowledge.languages import ENGLISH, language_of
from service.guardrails.guardrail import Hit, Subject

UNREAD_LANGUAGE = "unread_language"
"""What is in doubt about such a text: everything."""


class LanguageDetector:
    """Leaves texts to send, and drafts, in doubt where they are not in English.

    A model's draft that is in doubt is not sent: a judge model decides, or the composer writes, which says that it
    coaches in English and has its fixed words for danger in ten languages.
    """

    @property
    def name(self) -> str:
        return "language"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        if subject.surface == "user_message" or language_of(subject.normalised.text) == ENGLISH:
            return ()
        return (Hit(label=UNREAD_LANGUAGE, score=0.5, start=0, end=len(subject.text), certain=False),)
