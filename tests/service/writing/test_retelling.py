"""The last reply in fewer words: only when asked, word for word, still with its sources."""

import asyncio

import pytest

from knowledge.sentences import split_sentences, word_count
from service.conversation import Turn
from service.wiring import Workshop
from service.writing.retelling import Retelling
from service.writing.units import load_phrases
from service.writing.writer import Brief
from tests.service.test_composer import compose

TOLD = "I lied to her about gambling for two years and she found the statements"


@pytest.mark.parametrize(
    "asked",
    [
        "shorter",
        "make it shorter pls",
        "can you say that in simpler words",
        "That's too long.",
        "tl;dr",
        "in a nutshell?",
        "sum it up in two lines",
        "ok, again but shorter",
        "i can't read all that right now",
        "shorter pls got a drop in 5 min",
    ],
)
def test_it_keeps_the_first_sentence_of_each_advice_and_the_step(workshop: Workshop, asked: str) -> None:
    long = compose(workshop, TOLD)
    history = (Turn(role="user", content=TOLD), Turn(role="assistant", content=long))
    short = compose(workshop, asked, history)
    opening, *rest = split_sentences(short.replace(" [1]", "").replace(" [2]", ""))
    assert word_count(short) < word_count(long) / 2
    assert opening.text in load_phrases()["shorter"]
    assert rest
    assert all(sentence.text in long for sentence in rest)


def test_asked_once_more_it_gives_the_first_advice_alone(workshop: Workshop) -> None:
    long = compose(workshop, TOLD)
    history = (Turn(role="user", content=TOLD), Turn(role="assistant", content=long))
    short = compose(workshop, "shorter", history)
    again = compose(
        workshop, "shorter", (*history, Turn(role="user", content="shorter"), Turn(role="assistant", content=short))
    )
    assert word_count(again) < word_count(short)


@pytest.mark.parametrize(
    "message",
    [
        "should I keep it short when I write to her",
        "how do I make my text to her shorter",
        "he was short with me",
        "make it short when I write to her",
        "shorter message for him",
        "it's too much for me",
        "too long since we talked",
    ],
)
def test_other_messages_are_not_its_own(message: str) -> None:
    history = (Turn(role="user", content=TOLD), Turn(role="assistant", content="Begin with the whole sum. [1]\n\nSo?"))
    assert asyncio.run(Retelling(load_phrases()).paragraphs(Brief(message, (), True, history), "")) == []
