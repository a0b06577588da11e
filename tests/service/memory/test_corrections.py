"""What the person puts right is put right."""

import pytest

from service.memory.corrections import put_right
from service.memory.facts import Fact, facts_told, latest


def told(*messages: str) -> tuple[tuple[Fact, ...], str | None]:
    """The facts after each message in its own turn, and what the last one put right."""
    facts: tuple[Fact, ...] = ()
    correction: str | None = None
    for number, message in enumerate(messages):
        news = facts_told(message, f"turn-{number}", "2026-11-18T10:00:00+00:00")
        left, correction = put_right(facts, news, message, f"turn-{number - 1}" if number else "")
        facts = latest((*left, *news))
    return facts, correction


def breaches(facts: tuple[Fact, ...]) -> list[tuple[str, str | None]]:
    return [(fact.value, fact.by) for fact in facts if fact.kind == "breach"]


@pytest.mark.parametrize(
    "correction",
    [
        "no, it was him who cheated",
        "That's not what I said. He cheated on me.",
        "Actually he's the one who cheated.",
        "It was him, not me.",
        "no, he did that, not me",
    ],
)
def test_it_was_the_other_one(correction: str) -> None:
    facts, kind = told("I lied about my job. I cheated in May.", "ok", "I cheated, that's what it was.", correction)
    assert ("betrayal", "suffered") in breaches(facts)
    assert ("betrayal", "did") not in breaches(facts)
    assert ("lies", "did") in breaches(facts)
    assert kind == "corrected"
    (fact,) = (fact for fact in facts if fact.value == "betrayal")
    assert fact.sentence in correction


def test_without_news_the_last_turn_is_taken_back() -> None:
    facts, kind = told("I lied to her.", "I went through her phone.", "That's not what I said.")
    assert breaches(facts) == [("lies", "did")]
    assert kind == "taken_back"


def test_both_can_have_done_it() -> None:
    facts, kind = told("I cheated in May.", "He's the one who lied. And he cheated on me, too.")
    assert ("betrayal", "did") not in breaches(facts)
    facts, kind = told("I cheated in May.", "He cheated on me, too.")
    assert breaches(facts) == [("betrayal", "did"), ("betrayal", "suffered")]
    assert kind is None


@pytest.mark.parametrize("message", ["no idea", "No, I can't do that.", "She said that's not what I said to her mum."])
def test_a_no_is_not_yet_a_correction(message: str) -> None:
    facts, kind = told("I cheated in May.", message)
    assert breaches(facts) == [("betrayal", "did")]
    assert kind is None


def test_the_first_message_puts_nothing_right() -> None:
    assert told("That's not what I said.") == ((), None)


def test_what_can_only_be_one_is_replaced_by_the_newest() -> None:
    facts, _ = told("My girlfriend left.", "We were together for two years.", "My wife, I mean. Together for 3 years.")
    assert {fact.kind: fact.value for fact in facts} == {"relation": "wife", "together_for": "3 years"}


def test_a_report_that_was_misread_is_open_again() -> None:
    plan = Fact(
        kind="commitment", value="I'll call", sentence="I'll call.", turn_id="one", at="", status="kept",
        outcome="I called.", outcome_turn_id="two",
    )  # fmt: skip
    (fact,), kind = put_right((plan,), (), "That's not what I said.", "two")
    assert (fact.status, fact.outcome, kind) == ("open", "", "taken_back")
