"""The deterministic writer: fitting, varied, cited, honest."""

import asyncio
import re

import pytest

from knowledge.sentences import split_sentences, word_count
from knowledge.situations import load_situations
from service.conversation import Turn
from service.flow.finding import PASSAGES_FOR_COMPOSER
from service.wiring import Workshop
from service.writing.units import load_phrases
from service.writing.writer import Brief

OPENINGS = [
    "she found my messages", "I apologised three times", "he blocked me", "we share a flat", "she says maybe",
    "I lied about money", "he cheated on me and wants me back", "two years ago, is it too late",
    "her friends hate me", "can't sleep", "I drank again", "birthday next week", "she's dating",
    "they want to meet", "I think it's over",
]  # fmt: skip


def compose(workshop: Workshop, message: str, history: tuple[Turn, ...] = ()) -> str:
    found = workshop.retriever.search(message, k=PASSAGES_FOR_COMPOSER)
    earlier = (turn.content for turn in history if turn.role == "user")
    side = workshop.sides.in_talk(message, None, earlier)
    brief = Brief(message, found.passages, found.covered, history, side=side)

    async def write() -> str:
        return "".join([chunk.text async for chunk in workshop.composer.write(brief)])

    return asyncio.run(write())


@pytest.mark.parametrize("message", OPENINGS)
def test_each_opening_gets_a_cited_reply_of_its_own(workshop: Workshop, message: str) -> None:
    reply = compose(workshop, message)
    assert 40 <= word_count(reply) <= 230
    assert re.search(r"\[\d\]", reply)
    assert reply.count("?") <= 3
    others = " ".join(compose(workshop, other) for other in OPENINGS if other != message)
    opening = split_sentences(reply)[0].text
    assert opening not in others


def test_three_turns_do_not_repeat_a_sentence(workshop: Workshop) -> None:
    history: tuple[Turn, ...] = ()
    said: list[str] = []
    for message in ("I lied to her about money and she left", "and then?", "ok but how do I start?"):
        reply = compose(workshop, message, history)
        sentences = [sentence.text for sentence in split_sentences(reply)]
        assert not set(sentences) & set(said)
        said += sentences
        history = (*history, Turn(role="user", content=message), Turn(role="assistant", content=reply))


def test_says_so_where_the_articles_do_not_reach(workshop: Workshop) -> None:
    reply = compose(workshop, "Which mortgage rate should I pick for a house in Norway?")
    assert any(phrase in reply for phrase in load_phrases()["no_source"])
    assert "[1]" not in reply


@pytest.mark.parametrize("message", ["thank you so much", "bye", "hi", "are you a real person?"])
def test_small_talk_gets_a_small_answer(workshop: Workshop, message: str) -> None:
    assert word_count(compose(workshop, message)) < 60


def test_it_introduces_itself_once(workshop: Workshop) -> None:
    greetings = load_phrases()["greeting"]
    first = compose(workshop, "he blocked me")
    later = compose(workshop, "her friends hate me", (Turn(role="assistant", content=first),))
    assert any(line in first for line in greetings)
    assert not any(line in later for line in greetings)


def test_the_written_units_keep_the_tone() -> None:
    situations = load_situations()
    assert {"general", "not-covered"} <= situations.keys()
    banned = re.compile(
        r"i understand how you feel|sorry to hear|journey|toxic|guarantee|will come back|get (?:him|her|them) back"
        r"|make (?:him|her|them) (?:miss|want|jealous)",
        re.I,
    )
    for situation in situations.values():
        assert len(situation.asks) >= 8, situation.id
        for opener in situation.openers:
            assert "?" not in opener
            assert word_count(opener) <= 45
        for text in (*situation.openers, *situation.bridges, *situation.steps, *situation.questions):
            assert not banned.search(text), (situation.id, text)
            assert not re.search(r"\b(?:he|she|him|her)\b", text), (situation.id, text)
        assert all(question.count("?") == 1 for question in situation.questions)


def test_after_a_stopped_draft_it_writes_another(workshop: Workshop) -> None:
    found = workshop.retriever.search("he blocked me")

    async def write(attempt: int) -> str:
        brief = Brief("he blocked me", found.passages, found.covered, attempt=attempt)
        return "".join([chunk.text async for chunk in workshop.composer.write(brief)])

    drafts = [asyncio.run(write(attempt)) for attempt in range(3)]
    assert len(set(drafts)) == 3
    assert "[1]" not in drafts[2]


@pytest.mark.parametrize(
    "message",
    [
        "What are you supposed to say to someone you hurt?",
        "thanks, but how do I start with the apology?",
        "hey, she found my messages and left, what now?",
    ],
)
def test_a_question_is_not_taken_for_small_talk(workshop: Workshop, message: str) -> None:
    assert "[1]" in compose(workshop, message)
