"""A marker stands where the passage says it; a fact that no passage states does not leave."""

import pytest

from knowledge.encoder import MiniLMEncoder
from knowledge.passages import Passage
from service.guardrails.grounding import Grounding

PASSAGES = (
    Passage(
        "a#1", "a", "Apologies", "", "Name what you did, without the word but. Of all parts of an apology, taking "
        "responsibility weighs most. A blog puts the couples who reunite at about 30 percent.",
    ),
    Passage(
        "b#1", "b", "Space", "", "When someone asks for silence, silence is the most honest thing you can give. Use "
        "the weeks to sleep, eat and see friends. Do not count the days aloud.",
    ),
)  # fmt: skip


@pytest.fixture
def grounding(encoder: MiniLMEncoder) -> Grounding:
    return Grounding(encoder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name what you did, without the word but. [1]", "Name what you did, without the word but. [1]"),
        ("Own the deed, and leave every 'but' out of your apology. [1]",
         "Own the deed, and leave every 'but' out of your apology. [1]"),
        ("If she asked you to be quiet, being quiet is honest. [1]",
         "If she asked you to be quiet, being quiet is honest. [2]"),
        ("Buy her a bicycle for the summer. [1]", "Buy her a bicycle for the summer."),
        ("That sounds like a heavy week.", "That sounds like a heavy week."),
        ("About 30 percent of couples reunite. [1]", "About 30 percent of couples reunite. [1]"),
        ("About 80 percent of couples reunite. [1]", ""),
        ("Studies show that flowers win people back. Give her time.", "Give her time."),
        ("Paint the fence green. [7]", "Paint the fence green."),
    ],
)  # fmt: skip
def test_claims_are_held_against_passages(grounding: Grounding, text: str, expected: str) -> None:
    assert grounding.grounded(text, PASSAGES).strip() == expected


def test_the_beginning_stays_when_the_text_goes_on(grounding: Grounding) -> None:
    text = "You hurt her. Buy her a bicycle. [2]\n\nName what you did, without the word but. [1] Go slowly."
    whole = grounding.grounded(text, PASSAGES)
    for end in (13, 36, 82):
        assert whole.startswith(grounding.grounded(text[:end], PASSAGES))
    assert whole == "You hurt her. Buy her a bicycle.\n\nName what you did, without the word but. [1] Go slowly."
