"""He, she or they in written units."""

import pytest

from knowledge.pronouns import Pronoun, worded


@pytest.mark.parametrize(
    ("pronoun", "expected"),
    [
        ("they", "They need time, and their no is theirs. Ask them whether they still want it."),
        ("she", "She needs time, and her no is hers. Ask her whether she still wants it."),
        ("he", "He needs time, and his no is his. Ask him whether he still wants it."),
    ],
)
def test_slots_are_filled_as_the_person_speaks_of_the_other(pronoun: Pronoun, expected: str) -> None:
    text = "{They need} time, and {their} no is {theirs}. Ask {them} whether {they still want} it."
    assert worded(text, pronoun) == expected


@pytest.mark.parametrize(
    ("verb", "agreed"),
    [
        ("are", "is"), ("have", "has"), ("do not", "does not"), ("don't", "doesn't"), ("carry", "carries"),
        ("say", "says"), ("reach", "reaches"), ("go", "goes"), ("never answer", "never answers"), ("", ""),
    ],
)  # fmt: skip
def test_verbs_agree(verb: str, agreed: str) -> None:
    slot = f"{{they {verb}}}".replace(" }", "}")
    assert worded(slot, "she") == f"she {agreed}".strip()
    assert worded(slot) == f"they {verb}".strip()
