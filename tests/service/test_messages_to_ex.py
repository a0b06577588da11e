"""Messages in many voices: what a reader sees in them is found, and what was fair stays word for word."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from knowledge.tactics import load_tactics
from knowledge.yamls import read_yaml
from service.guardrails.messages import faults_of
from service.guardrails.patterns import rule_detectors
from service.guardrails.review import review
from service.guardrails.screen import Screen
from service.wiring import Workshop
from service.writing.apology import ELEMENTS, apology_elements
from service.writing.faults import faults_in, is_practical, mendable
from service.writing.message_review import MessageReview, review_message

ROWS: list[dict[str, Any]] = read_yaml((Path(__file__).parent / "messages_to_ex.yaml").read_text(encoding="utf-8"))
RELEASE = "you don't have to answer."


def reviewed(screen: Screen, message: str) -> MessageReview:
    async def run() -> MessageReview:
        async def stops(text: str) -> bool:
            return not (await screen.judge("message_to_ex", text)).passed

        return await review_message(message, faults_of(await screen.judge("message_to_ex", message)), stops)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def rules() -> Screen:
    """The guards whose verdicts do not change when the judge is taught anew."""
    return Screen(rule_detectors(), load_tactics())


def test_there_are_enough_of_them() -> None:
    assert len(ROWS) >= 60
    assert len({row["text"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_the_elements_of_an_apology(row: dict[str, Any]) -> None:
    found = apology_elements(row["text"])
    expected = set() if row.get("apology") is False else set(row.get("elements", ()))
    assert {each.element for each in found if each.present} == expected
    assert [each.element for each in found] in ([], list(ELEMENTS))
    for each in found:
        if each.present:
            assert each.start is not None
            assert each.end is not None
            assert row["text"][each.start : each.end].strip()
        else:
            assert (each.start, each.end) == (None, None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_what_stands_in_its_way(row: dict[str, Any]) -> None:
    found = faults_in(row["text"])
    assert {fault.id for fault in found} == set(row.get("faults", ()))
    assert all(row["text"][fault.start : fault.end].strip() and fault.why for fault in found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_the_rewrite(row: dict[str, Any], rules: Screen) -> None:
    found = reviewed(rules, row["text"])
    if row.get("keeps"):
        assert found.rewrite is not None
        for words in row["keeps"]:
            assert words in found.rewrite.text
        for words in row.get("drops", ()):
            assert words.lower() not in found.rewrite.text.lower()
    elif row.get("rewrite") != "maybe":
        assert found.rewrite is None
        assert found.why_not in (("fair",) if not row.get("faults") else ("only the person can", "nothing left"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_rewrite_passes_every_guard_and_has_the_persons_words_alone(row: dict[str, Any], workshop: Workshop) -> None:
    rewrite = reviewed(workshop.screen, row["text"]).rewrite
    if rewrite is None:
        return
    again = asyncio.run(review(workshop.screen, "message_to_ex", rewrite.text))
    assert again.decision == "pass"
    assert not mendable(faults_in(rewrite.text))
    own = set(re.findall(r"\w+", row["text"].lower()))
    assert set(re.findall(r"\w+", rewrite.text.lower().replace(RELEASE, ""))) <= own
    for change in rewrite.changes:
        assert row["text"][change.start : change.end] == change.words
        assert change.why


def test_an_element_is_told_by_its_own_clause() -> None:
    text = "Hi Jo. I know what I did. I hid the loan, and I'm sorry."
    spans = {each.element: text[each.start : each.end] for each in apology_elements(text) if each.present}
    assert spans == {"responsibility": "I hid the loan", "regret": "I'm sorry"}


def test_a_message_in_lower_case_is_answered_in_lower_case(rules: Screen) -> None:
    found = reviewed(rules, "i lied to u and im sorry. please forgive me")
    assert found.rewrite is not None
    assert found.rewrite.text == "i lied to u and im sorry. you don't have to answer."


def test_paragraphs_stay(rules: Screen) -> None:
    found = reviewed(rules, "Hi Sam,\n\nI shouted at you and I'm ashamed.\n\nWe have to talk.\n\nJo")
    assert found.rewrite is not None
    assert found.rewrite.text == "Hi Sam,\n\nI shouted at you and I'm ashamed.\n\nYou don't have to answer.\n\nJo"


def test_a_sentence_that_hangs_on_one_that_went_goes_too(rules: Screen) -> None:
    found = reviewed(rules, "I lied to you about the car and I'm sorry. Remember our beach? It was the best day.")
    assert found.rewrite is not None
    assert found.rewrite.text == "I lied to you about the car and I'm sorry."


def test_a_flood_is_told_and_not_mended() -> None:
    text = "I lied to you. " + "I think about it on the bus and at work. " * 30
    assert any(fault.id == "long" for fault in faults_in(text))


@pytest.mark.parametrize(
    ("text", "practical"),
    [
        ("Leo has a fever and I'm at the doctor with him. Please call me.", True),
        ("The rent is due. I need to know whether you send your half.", True),
        ("You lied to me for months. Call me or I post the screenshots.", False),
        ("I lied about the loan. You had to hear it from the bank.", False),
        ("The dog is sick because of you.", False),
        ("The keys are here. Come home.", False),
    ],
)
def test_a_key_word_does_not_make_a_message_practical(text: str, practical: bool) -> None:
    assert is_practical(text) == practical


def test_a_sorry_that_is_denied_is_no_regret() -> None:
    assert apology_elements("I read them all and I'm not even sorry about it.")[2:3] == ()


def test_the_review_tells_apology_advice_and_changes(workshop: Workshop) -> None:
    text = "I'm sorry I lied about the trip. Please forgive me."
    found = asyncio.run(review(workshop.screen, "message_to_ex", text)).model_dump()
    assert [row["element"] for row in found["apology"] if row["present"]] == ["responsibility", "regret", "forgiveness"]
    assert [row["point"] for row in found["advice"]] == ["demands-forgiveness"]
    assert [(row["change"], text[row["start"] : row["end"]]) for row in found["changes"]] == [
        ("replaced", "Please forgive me.")
    ]
    assert found["suggestion"] == "I'm sorry I lied about the trip. You don't have to answer."


@pytest.mark.parametrize(
    ("surface", "text"),
    [
        ("message_to_ex", "The keys are with Ann. No need to reply."),
        ("user_message", "I'm sorry I lied."),
        ("coach_draft", "I'm sorry I lied."),
    ],
)
def test_elsewhere_the_review_keeps_to_its_contract(workshop: Workshop, surface: Any, text: str) -> None:
    found = asyncio.run(review(workshop.screen, surface, text)).model_dump()
    assert found.keys() == {"decision", "categories", "findings", "suggestion"}
