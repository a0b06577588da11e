"""Days as people name them."""

from datetime import date

import pytest

from service.memory.dates import day_named

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I'll call her on Sunday.", "2026-11-22"),
        ("next Sunday", "2026-11-29"),
        ("on Wednesday", "2026-11-25"),
        ("tomorrow evening", "2026-11-19"),
        ("the day after tomorrow", "2026-11-20"),
        ("tonight", "2026-11-18"),
        ("this weekend", "2026-11-22"),
        ("next week", "2026-11-29"),
        ("by the end of the week", "2026-11-22"),
        ("in two weeks", "2026-12-02"),
        ("in 10 days", "2026-11-28"),
        ("by 3 May", "2027-05-03"),
        ("on December 1st", "2026-12-01"),
        ("the 31 november", "2026-11-30"),
        ("Sunday or Monday", "2026-11-22"),
    ],
)
def test_the_last_day_of_what_is_named_first(text: str, day: str) -> None:
    assert str(day_named(text, WEDNESDAY)) == day


@pytest.mark.parametrize(
    "text", ["every Sunday", "last Sunday", "soon", "on Sundays", "the week was long", "I may call"]
)
def test_no_day_is_made_up(text: str) -> None:
    assert day_named(text, WEDNESDAY) is None
