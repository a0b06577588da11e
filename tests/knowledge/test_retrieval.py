"""People tell situations, articles give advice: the retriever crosses over."""

import pytest

from knowledge.lexical import query_terms
from knowledge.sides import side_of_advice, side_of_person
from knowledge.situations import load_situations
from service.wiring import Workshop
from tests.service.test_composer import OPENINGS

ARTICLES = [
    "private-messages-and-snooping.md", "apologised-many-times.md", "when-not-to-try.md", "sharing-a-home.md",
    "signs-trust-returns.md", "lies-about-money.md", "after-they-cheated.md", "moving-on.md",
    "friends-and-reputation.md", "grief-and-sleep.md", "drinking-and-relapse.md", "grief-and-sleep.md",
    "when-not-to-try.md", "first-meeting.md", "compatibility-and-letting-go.md",
]  # fmt: skip


@pytest.mark.parametrize(("opening", "article"), list(zip(OPENINGS, ARTICLES, strict=True)))
def test_a_few_words_find_the_right_article(workshop: Workshop, opening: str, article: str) -> None:
    found = workshop.retriever.search(opening)
    assert found.passages[0].article == article
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("I lied to her about money for a year", "did"),
        ("my wife lied to me about debts", "suffered"),
        ("he cheated on me and wants me back", "suffered"),
        ("I cheated and he found out", "did"),
        ("she caught me reading her phone", "did"),
        ("I found his texts to another woman", "suffered"),
        ("we broke up and I miss her", None),
    ],
)
def test_who_did_it(text: str, side: str | None) -> None:
    assert side_of_person(text) == side


def test_advice_is_for_the_one_who_did_it_or_for_the_other() -> None:
    assert side_of_advice("If you were cheated on, take your time.") == "suffered"
    assert side_of_advice("If you lied, say what you did.") == "did"
    assert side_of_advice("Sleep first.") is None


def test_the_same_words_from_both_sides_find_different_advice(workshop: Workshop) -> None:
    did = workshop.retriever.search("I cheated on him with a colleague and I want to repair it")
    suffered = workshop.retriever.search("he cheated on me with a colleague and I want to repair it")
    assert did.passages[0].article == "after-you-cheated.md"
    assert suffered.passages[0].article == "after-they-cheated.md"


def test_a_side_that_is_known_already_counts_where_the_words_tell_none(workshop: Workshop) -> None:
    question = "the affair is over, how do we talk about it now?"
    did = workshop.retriever.search(question, side="did")
    suffered = workshop.retriever.search(question, side="suffered")
    speaks = [[side_of_advice(passage.text) for passage in found.passages] for found in (did, suffered)]
    assert speaks[0].count("did") > speaks[1].count("did")
    assert speaks[1].count("suffered") > speaks[0].count("suffered")


@pytest.mark.parametrize("opening", OPENINGS)
def test_what_is_left_unread_could_not_have_been_among_the_first(workshop: Workshop, opening: str) -> None:
    few, many = (workshop.retriever.search(opening, k=k).passages for k in (5, 40))
    assert [passage.id for passage in few] == [passage.id for passage in many[:5]]


@pytest.mark.parametrize(
    "question", ["How do I cook rice?", "what is the capital of France", "how do I invest in bitcoin"]
)
def test_it_knows_when_it_does_not_know(workshop: Workshop, question: str) -> None:
    assert not workshop.retriever.search(question).covered


def test_situations_name_articles_that_exist(workshop: Workshop) -> None:
    names = {passage.article for passage in workshop.library.passages("coaching")}
    for situation in load_situations().values():
        assert situation.articles
        assert set(situation.articles) <= names


def test_only_telling_words_are_searched() -> None:
    terms = query_terms("How do I say that I'm sorry, sorry?")
    assert terms == ["say", "sorry", "apology", "apologize", "apologise"]
    assert "but" in query_terms("sorry but")
