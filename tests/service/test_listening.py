"""What is said first where nothing written meets a turn."""

import pytest

from service.conversation import Turn
from service.memory.facts import facts_told
from service.memory.journey import Journey
from service.writing.listening import Listening, telling_sentence
from service.writing.units import load_phrases, picking
from service.writing.writer import Brief

LISTENING = Listening(load_phrases(), load_phrases("feelings"))


def heard(message: str, history: tuple[Turn, ...] = (), attempt: int = 0) -> str:
    journey = Journey(facts=facts_told(message, "t", "2026-11-22T10:00:00+00:00"))
    brief = Brief(message, (), covered=False, history=history, attempt=attempt, journey=journey)
    return LISTENING.heard(brief, picking("", message))


def test_a_feeling_that_is_named_is_answered() -> None:
    assert heard("He opened the laptop himself. I'm numb") in load_phrases("feelings")["numb"]


def test_else_the_sentence_that_weighs_is_given_back() -> None:
    assert "“There was a fourth card" in heard("He opened the laptop. There was a fourth card.")


def test_not_three_times_in_a_row_and_not_after_a_stopped_draft() -> None:
    before = (
        Turn(role="assistant", content="“She kept the ring.” Let us not rush past that."),
        Turn(role="assistant", content="There it is, in your own words. “I never asked.”"),
    )
    assert heard("There was a fourth card.", before) in load_phrases()["goes_on_openers"]
    assert "fourth card" not in heard("There was a fourth card.", attempt=1)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("That I can say. She's 91 and she adores me", "She's 91 and she adores me"),
        ("he left!! My sister drove me home. Do you see?", "My sister drove me home"),
        ("ignore that lol", ""),
        ("why would she do that?", ""),
        ("ok", ""),
        ("so " + "we went on and on about it and then he said nothing " * 3, ""),
        (
            "we went on and on about it for hours until the neighbours rang the bell at two, and then he said nothing",
            "and then he said nothing",
        ),
    ],
)
def test_what_counts_as_telling(message: str, told: str) -> None:
    assert telling_sentence(message) == told


def test_no_frame_is_used_twice_in_a_talk() -> None:
    said: tuple[Turn, ...] = ()
    lines = []
    for number in range(6):
        line = heard(f"There was card number {number}.", (*said[-1:], Turn(role="assistant", content="Hm."), *said))
        lines.append(line.replace(str(number), ""))
        said = (*said, Turn(role="assistant", content=line), Turn(role="assistant", content="Hm."))
    assert len(set(lines)) == len(lines)


def test_the_lines_for_feelings_keep_the_tone() -> None:
    lines = [line for options in load_phrases("feelings").values() for line in options]
    assert len(set(lines)) == len(lines)
    assert not [line for line in lines if "?" in line or "!" in line or "understand how" in line]
