"""Replies that are tied to the times before: their lines, and what they keep to."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest

from knowledge.article import builtin_articles
from service.conversation import Turn
from service.flow.finding import PASSAGES_FOR_COMPOSER
from service.memory.checkin import CheckIn, CheckInKind
from service.memory.commitments import announced
from service.memory.facts import facts_told
from service.memory.journey import Journey, journey_of
from service.memory.ledger import noted
from service.wiring import Workshop
from service.writing.units import load_phrases
from service.writing.writer import Brief
from tests.service.memory.test_commitments import NOW

PLAN = "I'll call my sister on Sunday"
KINDS: tuple[CheckInKind, ...] = (
    "ask", "ask_step", "welcome", "kept", "missed", "crossed", "corrected", "taken_back", "circles",
)  # fmt: skip
BANNED = re.compile(
    r"i understand how you feel|sorry to hear|lonel|missed you|miss you|without me|don't go|stay with me|here for you"
    r"|come back (?:soon|to me)|need me|only i\b|guarantee|i promise|proud of you|amazing|will come back",
    re.I,
)


def journey_after(*messages: str) -> Journey:
    facts = [
        fact for message in messages for fact in (*facts_told(message, "one", ""), *announced(message, "one", NOW))
    ]
    return journey_of(facts, noted((), "\n".join(messages)))


def compose(workshop: Workshop, message: str, **told: Any) -> str:
    found = workshop.retriever.search(message, k=PASSAGES_FOR_COMPOSER)
    history = (Turn(role="assistant", content="Hello."),)
    brief = replace(Brief(message, found.passages, found.covered, history), **told)

    async def write() -> str:
        return "".join([chunk.text async for chunk in workshop.composer.write(brief)])

    return asyncio.run(write())


@pytest.mark.parametrize("kind", [*KINDS, "keep_to_it", "wish_stands", "sign"])
def test_the_lines_keep_the_tone(kind: str) -> None:
    lines = load_phrases()[kind]
    assert len(set(lines)) == 4
    for line in lines:
        assert not BANNED.search(line), line
        assert line.count("?") <= 1
        assert not re.search(r"\b(?:he|she|him|her)\b", line), line


def test_every_line_passes_the_guards(workshop: Workshop) -> None:
    lines = [
        line.replace("{told}", "She asked me for space until June." if kind == "wish_stands" else PLAN)
        for kind in (*KINDS, "keep_to_it", "wish_stands")
        for line in load_phrases()[kind]
    ]

    async def stopped() -> list[str]:
        return [line for line in lines if not (await workshop.screen.judge("coach_draft", line)).passed]

    assert asyncio.run(stopped()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_in_comes_first(workshop: Workshop, kind: CheckInKind) -> None:
    told = "Write four lines." if kind == "ask_step" else PLAN
    reply = compose(workshop, "I can't sleep, what can I do?", checkin=CheckIn(kind=kind, told=told))
    lines = [line.replace("{told}", told) for line in load_phrases()[kind]]
    assert any(reply.startswith(line) for line in lines)
    assert reply.count("?") <= 2
    assert ("[1]" in reply) == (kind != "taken_back")


def test_a_goodbye_is_plain(workshop: Workshop) -> None:
    reply = compose(
        workshop, "ok, thanks for today, bye then", checkin=CheckIn(kind="goodbye"), journey=journey_after(PLAN)
    )
    assert reply in load_phrases()["goodbye"]
    assert "?" not in reply


def test_after_a_greeting_only_the_open_matter_is_asked_after(workshop: Workshop) -> None:
    reply = compose(workshop, "hi", checkin=CheckIn(kind="ask", told=PLAN))
    assert PLAN in reply
    assert reply.count("?") == 1


def test_words_of_the_person_that_may_have_stopped_a_draft_are_not_repeated(workshop: Workshop) -> None:
    reply = compose(workshop, "I can't sleep.", checkin=CheckIn(kind="kept", told=PLAN), attempt=1)
    assert PLAN not in reply
    assert reply.startswith("Well done.")


def test_a_marker_in_the_person_s_words_cites_nothing(workshop: Workshop) -> None:
    reply = compose(workshop, "hi", checkin=CheckIn(kind="ask", told='I\'ll read "Trust" [2] on Sunday'))
    assert "I'll read 'Trust' (2) on Sunday" in reply


def test_an_open_plan_takes_the_place_of_a_new_step_once(workshop: Workshop) -> None:
    journey = journey_after(f"{PLAN}.")
    reply = compose(workshop, "I lied to her about money, what can I do?", journey=journey)
    assert PLAN in reply
    again = compose(
        workshop,
        "I lied to her about money, what can I do?",
        journey=journey,
        history=(Turn(role="assistant", content=reply),),
    )
    assert PLAN not in again


@pytest.mark.parametrize(
    "message",
    ["When is the right time for a first message?", "We might meet by chance, how do I behave?", "How do I apologise?"],
)
def test_where_distance_was_asked_for_nothing_leads_to_them(workshop: Workshop, message: str) -> None:
    apart = journey_after("She asked me for space until June.")
    early = {article.name for article in builtin_articles() if article.stage in ("first_contact", "reconnect")}
    found = workshop.retriever.search(message, k=PASSAGES_FOR_COMPOSER).passages
    reply = compose(workshop, message, journey=apart)
    given = [
        sentence
        for sentence in re.split(r"(?<=[.!?”]) ", reply.replace("\n", " "))
        if "Answer a request" not in sentence
    ]
    assert all(apart.fits(sentence) for sentence in given)
    cited = {found[int(number) - 1].article for number in re.findall(r"\[(\d)\]", reply)}
    assert not cited & early
    assert reply != compose(workshop, message)


def test_the_wish_is_told_again_where_the_talk_is_about_reaching_them(workshop: Workshop) -> None:
    wish = "She asked me for space until June."
    reply = compose(workshop, "When is the right time for a first message?", journey=journey_after(wish))
    assert wish in reply
    assert wish not in compose(workshop, "I can't sleep at night.", journey=journey_after(wish))
