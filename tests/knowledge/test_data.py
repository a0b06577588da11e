"""The hand-written knowledge: complete, and as it says of itself."""

import re

import pytest

from knowledge.article import builtin_articles, parse_article
from knowledge.errors import KnowledgeDataError
from knowledge.resources import load_resources
from knowledge.sentences import word_count
from knowledge.tactics import KINDS, Tactic, load_tactics


def test_there_are_articles_of_the_right_length() -> None:
    articles = builtin_articles()
    assert len(articles) >= 30
    for article in articles:
        assert 600 <= word_count(article.body) <= 1100, article.name
        assert article.stage


def test_front_matter_that_lacks_a_field_is_named() -> None:
    with pytest.raises(KnowledgeDataError, match=r"x\.md: front matter lacks summary"):
        parse_article("x.md", "---\nid: x\ntitle: X\n---\nText")


@pytest.mark.parametrize("tactic", load_tactics().values(), ids=lambda tactic: tactic.label)
def test_every_label_is_told_whole(tactic: Tactic) -> None:
    assert len(tactic.examples) >= 15
    assert len(tactic.lookalikes) >= 15
    assert not {example.text for example in tactic.examples} & {example.text for example in tactic.lookalikes}
    assert tactic.harm.endswith(".")
    assert tactic.alternative
    assert len(tactic.decline) >= 2
    if KINDS[tactic.label] == "tactic":
        assert {example.surface for example in tactic.examples} == {"user_message", "coach_draft", "message_to_ex"}


def test_resources_cover_the_countries_and_every_kind_of_danger() -> None:
    resources = load_resources()
    assert len(resources.countries) >= 12
    for country in resources.countries:
        region = resources.region(country)
        assert re.search(r"\d{3}", region.emergency)
        topics = {topic for service in region.services for topic in service.topics}
        assert {"self_harm", "abuse"} <= topics, country
        assert all(service.number or service.url for service in region.services)


@pytest.mark.parametrize(
    ("locale", "country"),
    [
        ("en-GB", "GB"), ("de_AT.UTF-8", "AT"), ("pt-BR", "BR"), ("ja", "JP"), ("pl", "PL"),
        ("en", "ZZ"), ("es", "ZZ"), ("xx-YY", "ZZ"), ("", "ZZ"), ("zh-Hant-TW", "TW"),
    ],
)  # fmt: skip
def test_a_locale_finds_its_region(locale: str, country: str) -> None:
    assert load_resources().for_locale(locale).country == country
