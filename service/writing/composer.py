"""The deterministic writer: hears, guides from vetted passages, gives one step, asks at most one question.

It needs no model, answers in milliseconds, and is what stands in when a provider fails or a draft was stopped.
"""

import re
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Protocol

from knowledge.article import Article
from knowledge.encoder import Encoder
from knowledge.languages import language_of, load_languages
from knowledge.passages import Passage
from knowledge.situations import GENERAL, NOT_COVERED, Situation, SituationFinder
from knowledge.tactics import Tactic
from service.writing.answering import Answered, Answering
from service.writing.continuity import HEARS, IS_ALL, check_in_line, plan_line, sign_line, step_line, wish_line
from service.writing.guidance import choose_guidance
from service.writing.listening import Listening, asks
from service.writing.small_talk import small_talk
from service.writing.units import Phrases, fresh, picking
from service.writing.writer import Brief, Chunk

_ACCOUNT = 8
"""Words from which a message tells something on its own."""
_EXACTLY = 1.2
"""Score from which on the best passage is about the message, and not only about the matter (docs/coaching.md)."""
_FOLLOW_UP = re.compile(r"^\W*(?:and|but|ok(?:ay)?|so|why|how|what)\b[^.!]{0,40}\??$", re.I)


class Specialist(Protocol):
    """Answers what it knows more about than the articles do."""

    async def paragraphs(self, brief: Brief, said: str) -> list[str]:
        """The reply, without what is in `said` already; nothing where the matter is not its own."""
        ...


class Composer:
    """Builds replies from written units and the sentences of passages."""

    def __init__(
        self,
        situations: Mapping[str, Situation],
        phrases: Phrases,
        finder: SituationFinder,
        encoder: Encoder,
        articles: Mapping[str, Article],
        answering: Answering,
        listening: Listening,
        specialists: Sequence[Specialist] = (),
    ) -> None:
        """`articles` are our own, by name: they tell for which stage and side they were written.

        `specialists` are asked first, in their order; the first that has something to say answers. What `answering`
        has a direct answer to gets that, and only the rest what can be said to anyone in the situation.
        """
        self._answering = answering
        self._listening = listening
        self._specialists = tuple(specialists)
        self._situations = situations
        self._phrases = phrases
        self._finder = finder
        self._encoder = encoder
        self._articles = articles

    @property
    def name(self) -> str:
        return "embedded"

    async def write(self, brief: Brief) -> AsyncGenerator[Chunk]:
        text = "\n\n".join(await self._special(brief) or self._paragraphs(brief))
        yield Chunk(f"\n\n{text}" if brief.begun else text)

    async def _special(self, brief: Brief) -> list[str]:
        said = "\n".join((*(turn.content for turn in brief.history if turn.role == "assistant"), brief.begun))
        for specialist in self._specialists:
            if paragraphs := await specialist.paragraphs(brief, said):
                # Every line of a practice is marked, and it tells itself that an AI speaks.
                practised = brief.practice is not None and brief.practice.barred is None
                return paragraphs if practised else [*paragraphs, *self._introduction(brief)]
        return []

    def _paragraphs(self, brief: Brief) -> list[str]:
        said = "\n".join(turn.content for turn in brief.history if turn.role == "assistant")
        pick = picking(said, _seed(brief))
        language = load_languages().get(language_of(brief.message))
        if brief.declined is not None and language is not None:
            return [pick(language.texts["redirect"]) or language.texts["redirect"][0]]
        if brief.declined is not None:
            return self._decline(brief, brief.declined, said)
        first = check_in_line(brief, self._phrases, pick)
        checkin = brief.checkin.kind if brief.checkin is not None and first else None
        if checkin in IS_ALL:
            return [first]
        kind = small_talk(brief.message)
        if kind is not None and checkin not in HEARS:
            greeted = first if kind == "hello" else ""
            return [greeted or pick(self._phrases[kind]) or self._phrases[kind][0]]
        honest = [language.texts["english_only"][0]] if language is not None else []
        coached = self._coach(brief, f"{said}\n{brief.begun}", heard=checkin in HEARS)
        return [part for part in (*honest, first, *coached) if part]

    def _decline(self, brief: Brief, tactic: Tactic, said: str) -> list[str]:
        """Turn the tactic down in its own words, then give what the articles say of the honest way."""
        pick = picking(said, _seed(brief))
        opening = pick(tactic.decline) or tactic.alternative
        standing = wish_line(brief, None, self._phrases, pick)
        guidance = self._guidance(tactic.alternative, brief, said, 1) if brief.covered else []
        return [part for part in (opening, standing, *guidance) if part]

    def _coach(self, brief: Brief, said: str, *, heard: bool) -> list[str]:
        """Opener, guidance, a step and a question; without the opener where the person was `heard` already."""
        pick = picking(said, _seed(brief))
        answered = self._answering.answer(brief, pick) if not heard or "?" in brief.message else None
        if answered is not None:
            return self._answer(brief, answered, said)
        need, story = _need(brief), _story(brief)
        found = self._finder.find(self._encoder.embed([need])[0], brief.side, aside=bool(story))
        if found is None and story and not heard and (brief.covered or "?" not in brief.message):
            return self._listen(brief, said)
        if found == NOT_COVERED or not (brief.covered or found):
            return self._beyond_the_articles(brief, said)
        situation = self._situations[found or GENERAL]
        if heard:
            opening = ""
        elif _FOLLOW_UP.match(brief.message) and not brief.first_turn:
            opening = pick(self._phrases["follow_up_openers"])
        else:
            given_back = self._listening.given_back(brief, pick) if found is None else ""
            opening = f"{given_back or pick(situation.openers)} {pick(situation.bridges)}"
        guidance = self._guidance(
            f"{need} {' '.join(situation.asks[:3])}", brief, said, max(2 - brief.attempt - brief.watchful, 0)
        )
        asked = brief.checkin is not None and brief.checkin.asks
        question = "" if asked else pick(situation.questions)
        closing = (
            "" if brief.watchful else f"{step_line(brief, situation, self._situations, self._phrases, pick)} {question}"
        )
        if not guidance and brief.journey.borrows:
            guidance.append(sign_line(brief, self._phrases, pick))
        guidance.append(wish_line(brief, situation, self._phrases, pick))
        care = pick(self._phrases["uncertain"]) if brief.careful else ""
        return self._whole(brief, opening.strip(), *guidance, care, closing.strip())

    def _answer(self, brief: Brief, answered: Answered, said: str) -> list[str]:
        """The direct answer, what an article adds to it, and its step."""
        pick = picking(said, _seed(brief))
        guidance: list[str] = []
        if answered.articles and not brief.watchful:
            need = f"{_need(brief)} {answered.says}"
            guidance = self._guidance(need, brief, said, 1, answered.articles)
            guidance = guidance or (self._guidance(need, brief, said, 1) if brief.covered else [])
        care = pick(self._phrases["uncertain"]) if brief.careful else ""
        step = "" if brief.watchful else plan_line(brief, self._phrases, pick) or answered.step
        return self._whole(brief, answered.says, *guidance, care, step)

    def _listen(self, brief: Brief, said: str) -> list[str]:
        """In the middle of a story, where nothing written meets the message: no advice for another story.

        Only what an article says of exactly this; else room to say more.
        """
        pick = picking(said, _seed(brief))
        asked = asks(brief.message)
        opening = pick(self._phrases["unanswered"]) if asked else self._listening.heard(brief, pick)
        near = brief.covered and not brief.watchful and brief.passages[0].score >= _EXACTLY
        guidance = self._guidance(brief.message, brief, said, 1) if near else []
        if guidance and asked:
            opening = pick(self._phrases["follow_up_openers"])
        closing = plan_line(brief, self._phrases, pick) or pick(
            self._phrases["back_questions" if asked else "open_questions"]
        )
        care = pick(self._phrases["uncertain"]) if brief.careful else ""
        wish = wish_line(brief, None, self._phrases, pick)
        return self._whole(brief, opening, *guidance, wish, care, closing)

    def _beyond_the_articles(self, brief: Brief, said: str) -> list[str]:
        if brief.checkin is not None and "?" not in brief.message:
            return [] if brief.checkin.asks else [fresh(self._situations[GENERAL].questions, said, _seed(brief))]
        unit = self._situations[NOT_COVERED]
        texts = (self._phrases["no_source"], unit.steps, unit.questions)
        honest, step, question = map(picking(said, _seed(brief)), texts)
        return [part for part in (honest, f"{step} {question}".strip(), *self._introduction(brief)) if part]

    def _guidance(
        self, need: str, brief: Brief, said: str, most: int, articles: Collection[str] | None = None
    ) -> list[str]:
        """Cited sentences that fit the person, from some `articles` alone where they are named."""

        def fits(text: str, passage: Passage) -> bool:
            about = articles is None or passage.article in articles
            written = self._articles.get(passage.article)
            for_them = written is None or brief.side is None or written.side in (None, brief.side)
            return about and for_them and brief.journey.fits(text, written.stage if written else None)

        chosen = choose_guidance(need, brief.passages, said, most, fits)
        return [f"{piece.text} [{piece.number}]" for piece in chosen]

    def _whole(self, brief: Brief, opening: str, *rest: str) -> list[str]:
        """The paragraphs of a reply; of one that goes on, the person has read the opening already."""
        paragraphs = rest if brief.begun else (opening, *rest, *self._introduction(brief))
        return [paragraph for paragraph in paragraphs if paragraph]

    def _introduction(self, brief: Brief) -> list[str]:
        return [fresh(self._phrases["greeting"], "", _seed(brief))] if brief.first_turn else []


def _seed(brief: Brief) -> str:
    """What the choice of units depends on: after a stopped draft others are chosen."""
    return f"{brief.message}\n{brief.attempt}" if brief.attempt else brief.message


def _need(brief: Brief) -> str:
    """The message, with the person's words before it when it is too short to tell a situation.

    Words that were put right are left behind.
    """
    corrected = brief.checkin is not None and brief.checkin.kind == "corrected"
    if corrected or len(brief.message.split()) >= _ACCOUNT:
        return brief.message
    earlier = [turn.content for turn in brief.history if turn.role == "user"]
    return " ".join((*earlier[-2:], brief.message))


def _story(brief: Brief) -> str:
    """The person's fullest account before this message; nothing where it was put right."""
    if brief.checkin is not None and brief.checkin.kind == "corrected":
        return ""
    told = [turn.content for turn in brief.history if turn.role == "user" and len(turn.content.split()) >= _ACCOUNT]
    return max(told, key=lambda text: len(text.split()), default="")
