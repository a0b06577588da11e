"""What a person said they would do, and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest

from service.memory.commitments import announced, reported
from service.memory.facts import Fact

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


def after(first: str, second: str, days: int = 5, *, asked: bool = False) -> tuple[Fact, ...]:
    facts = tuple(fact.model_copy(update={"asked": asked}) for fact in announced(first, "one", NOW))
    return reported(facts, second, "two", NOW + timedelta(days=days))


def test_a_plan_is_kept_with_its_words_and_its_day() -> None:
    (fact,) = announced("Thank you. I'll call my sister on Sunday, before lunch.", "one", NOW)
    assert fact.value == "I'll call my sister on Sunday"
    assert fact.sentence == "I'll call my sister on Sunday, before lunch."
    assert (fact.status, str(fact.due), fact.turn_id) == ("open", "2026-11-22", "one")


@pytest.mark.parametrize("text", ["I'll sign.", "Should I call her on Sunday?", "She said she'll call me on Sunday."])
def test_no_plan_is_made_up(text: str) -> None:
    assert announced(text, "one", NOW) == ()


@pytest.mark.parametrize(
    ("plan", "report", "status"),
    [
        ("I'll call my sister on Sunday.", "I called her and it was good.", "kept"),
        ("I'll call my sister on Sunday.", "I rang my sister.", "kept"),
        ("I'll call my sister on Sunday.", "Called my sister yesterday.", "kept"),
        ("I'll call my sister on Sunday.", "I called my mum.", "open"),
        ("I'll call my sister on Sunday.", "I almost called her.", "open"),
        ("I'll call my sister on Sunday.", "I said I'd call on Sunday, I didn't.", "missed"),
        ("I'll call my sister on Sunday.", "I said I'd call on Sunday and I did.", "kept"),
        ("I'll call my sister on Sunday.", "I couldn't go through with it.", "missed"),
        ("I'll write the list tonight.", "i wrote the list, it was long", "kept"),
        ("I'll write the list tonight.", "I wrote her a letter.", "open"),
        ("i'm gonna pay her the 200 back by friday", "i paid her back", "kept"),
        ("i'm gonna pay her the 200 back by friday", "i paid the rent", "open"),
        ("I'll go to the meeting on Thursday.", "I didn't go.", "missed"),
        ("I'll leave him alone until June.", "I left him alone, it was hard.", "kept"),
    ],
)
def test_a_report_is_matched_with_the_plan(plan: str, report: str, status: str) -> None:
    (fact,) = after(plan, report)
    assert fact.status == status
    assert bool(fact.outcome) == (status != "open")
    assert fact.outcome in report
    assert fact.outcome_turn_id == ("two" if status != "open" else "")


def test_not_yet_is_no_failure_before_the_day() -> None:
    plan = "I'll call my sister on Sunday."
    assert [fact.status for fact in after(plan, "I haven't called her yet.", days=1)] == ["open"]
    assert [fact.status for fact in after(plan, "I haven't called her yet.", days=9)] == ["missed"]


def test_a_bare_answer_counts_where_it_answers_something() -> None:
    assert [fact.status for fact in after("I'll write a list.", "No, I forgot.")] == ["open"]
    assert [fact.status for fact in after("I'll write a list.", "No, I forgot.", asked=True)] == ["missed"]
    assert [fact.status for fact in after("I'll write a list.", "Yes, and it helped.", asked=True)] == ["kept"]
    assert [fact.status for fact in after("I'll write it on Friday.", "No, I didn't.", days=9)] == ["missed"]


def test_a_report_on_something_that_nobody_had_heard_of() -> None:
    (fact,) = reported((), "I said I'd call on Sunday, I didn't.", "two", NOW)
    assert (fact.value, fact.status, fact.turn_id) == ("call on Sunday", "missed", "two")


def test_only_the_latest_plan_takes_a_report_that_names_nothing() -> None:
    plans = announced("I'll write the list tonight. I'll call my sister on Sunday.", "one", NOW)
    assert [fact.status for fact in reported(plans, "I did it!", "two", NOW)] == ["open", "kept"]
