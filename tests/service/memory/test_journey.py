"""Where the facts put a person, and which advice is for them."""

import pytest

from knowledge.article import STAGES, builtin_articles
from knowledge.sentences import split_sentences
from knowledge.situations import load_situations
from service.memory.facts import Fact, facts_told, latest
from service.memory.journey import Journey, journey_of, stage_guides, step_given
from service.memory.ledger import noted

AT = "2026-11-18T10:00:00+00:00"


def journey_after(*messages: str) -> Journey:
    facts = [fact for number, message in enumerate(messages) for fact in facts_told(message, str(number), AT)]
    return journey_of(latest(facts), noted((), "\n".join(messages)))


@pytest.mark.parametrize(
    ("messages", "stage", "side"),
    [
        (["We broke up and I want to talk."], "understand", None),
        (["He cheated on me."], "understand", "suffered"),
        (["I lied to her for a year."], "own_it", "did"),
        (["I lied to her. She cheated on me."], "understand", None),
        (["I lied to her.", "She asked me for space."], "space", "did"),
        (["I lied to her.", "I've said sorry to her."], "show", "did"),
        (["She asked me for space.", "She texted me first yesterday."], "first_contact", None),
        (["She texted me last night.", "We're talking again."], "reconnect", None),
        (["We're back together since June. I cheated."], "rebuild", "did"),
        (["She's dating someone new."], "let_go", None),
        (["There is a restraining order."], "space", None),
    ],
)
def test_facts_and_wishes_decide_the_stage(messages: list[str], stage: str, side: str | None) -> None:
    journey = journey_after(*messages)
    assert (journey.stage, journey.side) == (stage, side)
    assert journey.ready
    assert journey.not_yet


def test_every_stage_is_described() -> None:
    assert set(stage_guides()) == set(STAGES)
    for guide in stage_guides().values():
        assert guide.asks
        assert len(guide.ready) >= 2
        assert len(guide.not_yet) >= 2
        assert guide.borrows is None or guide.borrows in load_situations()
        assert bool(guide.without) == bool(guide.borrows)


def test_no_fact_is_invented_and_each_keeps_its_sentence() -> None:
    message = "My wife left three weeks ago. I lied about money, and I feel so guilty. We were together for 7 years."
    facts = facts_told(message, "one", AT)
    assert {(fact.kind, fact.value, fact.by) for fact in facts} == {
        ("relation", "wife", None),
        ("apart_for", "three weeks", None),
        ("breach", "lies", "did"),
        ("breach", "money", "did"),
        ("feeling", "guilty", None),
        ("together_for", "7 years", None),
    }
    assert all(fact.sentence in message and fact.turn_id == "one" for fact in facts)


def test_the_newest_facts_are_kept_and_the_oldest_go() -> None:
    told = [
        Fact(kind="feeling", value=feeling, sentence=feeling, turn_id="", at=AT)
        for feeling in ("sad", "angry", "numb", "torn", "calm", "hopeful")
    ]
    assert [fact.value for fact in latest(told)] == ["angry", "numb", "torn", "calm", "hopeful"]
    assert [fact.value for fact in latest([*told, told[1]])] == ["numb", "torn", "calm", "hopeful", "angry"]


@pytest.mark.parametrize(
    ("advice", "fits"),
    [
        ("If contact is welcome, write one plain line.", False),
        ("You could tell them that you are sorry.", False),
        ("If they asked you not to write, send nothing.", True),
        ("Write it in a notebook and leave it there, unsent.", True),
        ("Ring one person who knows you.", True),
    ],
)
def test_while_distance_stands_nothing_reaches_out(advice: str, fits: bool) -> None:
    assert journey_after("She blocked me.").fits(advice) is fits
    assert journey_after("I lied to her.").fits(advice)


def test_advice_speaks_to_the_side_that_the_person_is_on() -> None:
    advice = "If you cheated, put an end to every remaining lie."
    assert journey_after("I cheated on him.").fits(advice)
    assert not journey_after("He cheated on me.").fits(advice)


def test_enough_steps_are_left_where_distance_stands() -> None:
    journey = journey_after("She blocked me.")
    assert journey.borrows is not None
    assert all(journey.fits(step) for step in load_situations()[journey.borrows].steps)
    apart = [situation for situation in load_situations().values() if situation.stage == "space"]
    fitting = [step for situation in apart for step in situation.steps if journey.fits(step)]
    assert len(fitting) >= 0.9 * sum(len(situation.steps) for situation in apart)
    article = next(article for article in builtin_articles() if article.name == "space-and-no-contact.md")
    sentences = [sentence.text for sentence in split_sentences(article.body)]
    assert sum(map(journey.fits, sentences)) >= 0.85 * len(sentences)


def test_the_step_of_a_reply_is_known_again() -> None:
    steps = [step for situation in load_situations().values() for step in situation.steps]
    replies = [f"It is hard. Choose one habit. [1]\n\n{step} What did they say?\n\nWelcome." for step in steps]
    found = [step_given(reply) for reply in replies]
    assert sum(bool(step) and step in reply for step, reply in zip(found, steps, strict=True)) >= 0.95 * len(steps)
    assert step_given("That is a lot to carry. What happened then?") == ""


def test_the_plan_leaves_the_other_person_s_wish_alone() -> None:
    def plan(words: str) -> Fact:
        return Fact(kind="commitment", value=words, sentence=words, turn_id="", at=AT, status="open")

    plans = [plan("I'll call her on Sunday"), plan("I'll call my sister on Sunday")]
    assert journey_of(plans, ()).plan == plans[0]
    assert journey_of(plans, noted((), "She blocked me.")).plan == plans[1]
