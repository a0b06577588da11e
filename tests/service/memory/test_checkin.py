"""What is owed to the person first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.memory.checkin import Arrival, CheckIn, check_in
from service.memory.facts import Fact
from service.memory.ledger import noted

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)


def plan(words: str = "I'll call my sister on Sunday", **changes: object) -> Fact:
    fact = Fact(
        kind="commitment", value=words, sentence=words, turn_id="one", at="", status="open", due=date(2026, 11, 22)
    )
    return fact.model_copy(update=changes)


STEP = Fact(kind="advice", value="step", sentence="Write four lines.", turn_id="one", at="")


def first(
    *facts: Fact, message: str = "I can't sleep.", days: float = 1, wish: str = "", now: datetime = SUNDAY
) -> CheckIn | None:
    arrival = Arrival(message=message, at=now, last_at=now - timedelta(days=days))
    return check_in(facts, "two", None, arrival, noted((), wish))


def kind(checkin: CheckIn | None) -> str | None:
    return None if checkin is None else checkin.kind


def test_an_open_commitment_is_asked_after_once_its_day_has_passed() -> None:
    monday = SUNDAY + timedelta(days=1)
    asked = first(plan(), now=monday, days=0.1)
    assert asked is not None
    assert (asked.kind, asked.told, asked.asks) == ("ask", "I'll call my sister on Sunday", True)
    assert first(plan(), days=0.1) is None
    assert kind(first(plan(asked=True), now=monday, days=0.1)) is None


def test_one_without_a_day_is_asked_after_on_coming_back() -> None:
    assert kind(first(plan(due=None), days=1)) == "ask"
    assert kind(first(plan(due=None), days=0.9)) is None


def test_what_this_message_announces_is_not_asked_after() -> None:
    assert kind(first(plan(due=None, turn_id="two"))) == "welcome"


def test_on_coming_back_the_step_is_asked_after_or_a_plain_welcome_given() -> None:
    assert kind(first(STEP)) == "ask_step"
    assert kind(first(STEP.model_copy(update={"asked": True}))) == "welcome"
    assert first(STEP, days=0.5) is None
    assert check_in((), "two", None, Arrival(message="Hello, I lied to her.", at=SUNDAY), ()) is None


@pytest.mark.parametrize(
    ("words", "status", "wish", "expected"),
    [
        ("I'll call my sister", "kept", "", "kept"),
        ("I'll call my sister", "kept", "She blocked me.", "kept"),
        ("I'll call my sister", "missed", "", "missed"),
        ("I'll call her", "kept", "", "kept"),
        ("I'll call her", "kept", "She asked me not to call.", "crossed"),
        ("I'll call her", "kept", "She asked me for space.", None),
        ("I'll call her", "missed", "She asked me not to call.", None),
    ],
)
def test_a_kept_word_is_celebrated_unless_it_crossed_a_wish(
    words: str, status: str, wish: str, expected: str | None
) -> None:
    assert kind(first(plan(words, status=status, outcome="…", outcome_turn_id="two"), wish=wish)) == expected


def test_a_plan_that_the_other_person_s_wish_forbids_is_never_asked_after() -> None:
    monday = SUNDAY + timedelta(days=1)
    assert kind(first(plan("I'll call her on Sunday"), now=monday, wish="She asked me for space.")) == "welcome"


def test_a_goodbye_is_a_goodbye() -> None:
    assert kind(first(plan(due=None), message="ok bye, good night")) == "goodbye"


def test_circles_are_noticed() -> None:
    arrival = Arrival(message="Will she come back?", at=SUNDAY, earlier=("will she come back", "Is she coming back?"))
    assert check_in((), "two", None, arrival, ()) == CheckIn(kind="circles", told="Will she come back?")


def test_what_was_put_right_comes_before_all() -> None:
    arrival = Arrival(message="no, it was him who cheated", at=SUNDAY, last_at=SUNDAY - timedelta(days=9))
    assert kind(check_in((plan(),), "two", "corrected", arrival, ())) == "corrected"
