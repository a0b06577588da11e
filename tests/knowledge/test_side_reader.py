"""Who did it, also where it is told sideways."""

import pytest

from knowledge.side_reader import SideReader
from knowledge.sides import Side, side_of_person


@pytest.fixture(scope="module")
def sides() -> SideReader:
    return SideReader()


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("he found the second phone in my gym bag", "did"),
        ("home by six i said, and it was midnight again. she has stopped asking", "did"),
        ("turns out the overtime was her, every thursday for a year. i ironed his shirts for it", "suffered"),
        ("he swore it was over and then her name was on the screen again", "suffered"),
        ("we both said things and now neither of us rings", None),
        ("how long does something like this take", None),
    ],
)
def test_sideways(sides: SideReader, text: str, side: Side | None) -> None:
    assert side_of_person(text) is None
    assert sides.of(text) == side


def test_the_latest_telling_counts(sides: SideReader) -> None:
    earlier = ("she lied to me about the loan", "thanks")
    assert sides.in_talk("and then?", None, earlier) == "suffered"
    assert sides.in_talk("and then?", "did", earlier) == "did"
    assert sides.in_talk("I lied to her too, about the car", "suffered", earlier) == "did"
