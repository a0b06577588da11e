"""Ten languages besides English: told apart, and never without words for danger."""

import pytest

from knowledge.cases import load_cases
from knowledge.languages import language_of, load_languages
from service.guardrails.patterns import load_rules

CODES = {"es", "fr", "de", "pt", "hi", "zh", "ar", "tr", "pl", "ja"}
PURPOSES = {
    "crisis_self_harm", "crisis_violence", "abuse_victim", "minor", "refuse", "redirect", "english_only", "failure",
}  # fmt: skip


def test_every_language_has_words_for_everything() -> None:
    languages = load_languages()
    assert languages.keys() == CODES
    for language in languages.values():
        assert language.texts.keys() >= PURPOSES
        assert "{emergency}" in language.danger
        assert "{emergency}" in language.texts["failure"][0]
        for texts in language.texts.values():
            assert all(text.strip() for text in texts)
        assert language_of(" ".join(language.texts["redirect"])) == language.code


@pytest.mark.parametrize(
    "text",
    [
        "I miss her so much and I don't know what to do",
        "he blocked me",
        "Ayşe left me on Sunday after she found it",
        "Café con leche was our thing",
        "ok",
        "😭😭",
        "",
        "Je t'aime is what she used to say before she left me for good",
    ],
)
def test_english_stays_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(("text", "code"), [("artık uyanmak istemiyorum", "tr"), ("już nie chcę żyć", "pl")])
def test_a_few_words_may_do(text: str, code: str) -> None:
    assert language_of(text) == code


def test_most_written_cases_are_told_right() -> None:
    longer = [case for case in load_cases() if len(case.text) >= 60 and case.lang in CODES | {"en"}]
    assert len(longer) > 5000
    right = sum(language_of(case.text) == case.lang for case in longer)
    assert right / len(longer) > 0.97


def test_the_crisis_rule_knows_every_language() -> None:
    (rule,) = [rule for rule in load_rules("self_harm") if rule.id == "self-harm-wish-languages"]
    assert {language_of(text) for text in rule.hits if len(text) > 14} >= {"fr", "de", "hi", "ar"}
