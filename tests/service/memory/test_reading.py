"""Every rule of the memory tells what it says, and passes what it must."""

import pytest

from service.memory.reading import RULE_FILES, SENTENCE_KEPT, Rule, load_rules, told

RULES = [(name, rule) for name in RULE_FILES for rule in load_rules(name)]


def values(name: str, rule: Rule, text: str) -> list[str]:
    return [telling.value for telling in told(text, name) if telling.rule == rule]


@pytest.mark.parametrize(
    ("name", "rule", "text", "value"),
    [(name, rule, text, value) for name, rule in RULES for text, value in rule.hits.items()],
    ids=lambda value: str(value)[:50] if isinstance(value, str) else "",
)
def test_hits(name: str, rule: Rule, text: str, value: str) -> None:
    assert value in values(name, rule, text)


@pytest.mark.parametrize(
    ("name", "rule", "text"),
    [(name, rule, text) for name, rule in RULES for text in rule.passes],
    ids=lambda value: str(value)[:50] if isinstance(value, str) else "",
)
def test_passes(name: str, rule: Rule, text: str) -> None:
    assert values(name, rule, text) == []


def test_each_rule_has_tests_of_both_kinds_and_its_own_name() -> None:
    assert all(rule.hits and rule.passes for _, rule in RULES)
    assert len({rule.id for _, rule in RULES}) == len(RULES)


@pytest.mark.parametrize("text", ['She wrote: "I cheated on you."', "“I cheated on him” is the title of her play."])
def test_what_is_quoted_tells_nothing(text: str) -> None:
    assert list(told(text, "facts")) == []


def test_the_sentence_is_kept_as_it_was_written() -> None:
    (telling,) = told("So.  It’s like this: I’ve been lying to him for a year. What now?", "facts")
    assert telling.sentence == "It’s like this: I’ve been lying to him for a year."


def test_of_a_very_long_sentence_the_words_around_are_kept() -> None:
    tellings = list(told(f"{'and so on ' * 60}i lied to him {'and so forth ' * 60}", "facts"))
    assert {telling.value for telling in tellings} == {"he", "lies"}
    assert all("i lied to him" in telling.sentence for telling in tellings)
    assert all(len(telling.sentence) <= SENTENCE_KEPT for telling in tellings)
