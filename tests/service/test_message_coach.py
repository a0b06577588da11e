"""Coaching on a message to the ex: it is found, nothing is worded against a wish for silence, and the reply helps."""

import asyncio
from collections.abc import Sequence

import pytest

from service.conversation import Turn
from service.settings import Settings
from service.wiring import Workshop, open_coach
from service.writing.deeds import deed_told
from service.writing.faults import Fault
from service.writing.message_coach import MessageCoach
from service.writing.message_finder import find_message
from service.writing.units import load_phrases
from service.writing.writer import Brief

SHOWN = [
    ("here's what I want to send: I'm sorry I lied. You deserved better.", "I'm sorry I lied. You deserved better."),
    ("is this ok to text him: 'I'm sorry I didn't call. Sleep well'", "I'm sorry I didn't call. Sleep well"),
    ("Is this OK to send?\n\nHi Jo, I let you down.\nSorry.\n\nWhat do you think?", "Hi Jo, I let you down.\nSorry."),
    ("Here's my draft\n```\nHey, I'm sorry about Sunday.\n```\nToo much?", "Hey, I'm sorry about Sunday."),
    ("can you look over this?\n> Dear Mia,\n> I shouted at you.\n", "Dear Mia,\nI shouted at you."),
    ("Hi Tom, I'm sorry that I read your phone. You trusted me. Can I send that?",
     "Hi Tom, I'm sorry that I read your phone. You trusted me."),
    ("Hey Sam, I know you don't want to see me but I miss you and think of you.",
     "Hey Sam, I know you don't want to see me but I miss you and think of you."),
    ("I wrote this at 2am — i miss u so much pls come back", "i miss u so much pls come back"),
    ("Would it be too much to say “I miss you and I'm sorry”?", "I miss you and I'm sorry"),
    ("she hasn't replied in a week so i was going to send: why won't you answer me", "why won't you answer me"),
    ("My sister says no. I want to send him this: \"You have until Friday.\" She said \"don't you dare send that\".",
     "You have until Friday."),
    ("ok be honest. \"im sorry u feel that way\" ??", "im sorry u feel that way"),
    ("is it ok?\n\nI know you asked me to stop. I just want to say I lied and I'm sorry.",
     "I know you asked me to stop. I just want to say I lied and I'm sorry."),
]  # fmt: skip
NOT_SHOWN = [
    'She wrote: "I need time to think about us." What does it mean?',
    'I already sent him this last night: "sorry for everything"',
    "Should I text her at all? She left on Sunday and I don't know what to do.",
    "Here's what happened: I lied to her and she left.",
    'Is it ok to text him? My mum said "leave the boy alone for now".',
    "How do I apologise to her?",
    "Here's what I want to send: a big bouquet of flowers",
    "Hi Coach, can you help me? I lied to you earlier about it.",
    "what do you think of me? I lied to her for a year",
    "I want to write to her but she said she needs space.",
    'She sent me this: "you broke us" and I don\'t know what to say back',
    'I told her "I never loved you" and I regret it. Should I say sorry?',
    "We told the children that we would part kindly. He calls it \"our arrangement\", in front of everybody, with that "
    "little laugh, and I have decided to let it go, because they hear the laugh as well. What do you think?",
]  # fmt: skip
PHRASES = load_phrases("messages")


def answer(workshop: Workshop, message: str, *history: str, wishes: tuple[str, ...] = ()) -> str:
    found = workshop.retriever.search(message)
    turns = tuple(Turn(role="user", content=text) for text in history)
    brief = Brief(message, found.passages, found.covered, turns, wishes=wishes)

    async def write() -> str:
        return "".join([chunk.text async for chunk in workshop.composer.write(brief)])

    return asyncio.run(write())


def says(reply: str, kind: str) -> bool:
    """Whether one of the phrases of this kind, up to its first gap, stands in the reply."""
    return any(phrase.split("{")[0].strip(" “") in reply for phrase in PHRASES[kind])


@pytest.mark.parametrize(("text", "message"), SHOWN)
def test_a_message_is_found(text: str, message: str) -> None:
    found = find_message(text)
    assert found is not None
    assert found.text == message
    assert message.splitlines()[0] not in found.frame


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_what_is_no_message_to_the_ex_is_left_alone(text: str) -> None:
    assert find_message(text) is None


@pytest.mark.parametrize(
    ("told", "deed"),
    [
        ("I lied to her about money for a year and she left.", "I lied to you about money for a year"),
        ("i read her diary and she found out", "I read your diary"),
        ("I shouted at him in front of his kids", "I shouted at you in front of your kids"),
        ("I hid the loan from my wife.", "I hid the loan from you"),
        ("I spent our savings on gambling, she found the statements", "I spent our savings on gambling"),
        ("My ex and I broke up in June.", None),
        ("She left because I never listened", None),
        ("he cheated on me", None),
        ("If I lied to her, I would say so.", None),
    ],
)
def test_a_deed_is_turned_to_the_one_it_was_done_to(told: str, deed: str | None) -> None:
    assert deed_told([told]) == deed


def test_a_shown_message_is_praised_mended_and_explained(workshop: Workshop) -> None:
    reply = answer(workshop, 'Is this ok to send? "I lied to you about Vienna and I\'m sorry. Call me back."')
    assert "“I lied to you about Vienna and I'm sorry”" in reply
    assert "“Call me back”. It asks for an answer" in reply
    assert "> I lied to you about Vienna and I'm sorry. You don't have to answer." in reply
    assert reply.count("?") <= 2


def test_a_fair_message_is_left_as_it_is(workshop: Workshop) -> None:
    reply = answer(workshop, 'is it ok to text him "I miss you. You don\'t have to do anything with that."')
    assert says(reply, "fair")
    assert ">" not in reply


def test_what_only_the_person_can_add_is_asked_for(workshop: Workshop) -> None:
    reply = answer(workshop, "my apology: I'm sorry for everything. Please forgive me.")
    assert says(reply, "gap")
    assert says(reply, "yours_unfinished")


def test_where_nothing_can_stay_no_version_is_offered_and_it_is_said_why(workshop: Workshop) -> None:
    reply = answer(workshop, "i want to send her: if you don't answer by tonight we're done")
    assert says(reply, "nothing_left")
    assert ">" not in reply


class Uninvited:
    """Guards that find every message unwelcome."""

    async def found(self, message: str, history: Sequence[Turn]) -> tuple[Fault, ...]:
        return (Fault("boundary_violation", 0, len(message), "They did not ask for it.", instead="Stay away."),)

    async def allows(self, request: str, history: Sequence[Turn]) -> bool:
        return True


def test_where_the_sending_would_harm_no_other_sentence_to_send_is_asked_for() -> None:
    brief = Brief("Is this ok to send? I'm sorry I shouted. I'll be outside your work at five.", (), False)
    reply = "\n".join(asyncio.run(MessageCoach(Uninvited(), PHRASES).paragraphs(brief, "")))
    assert says(reply, "unwelcome")
    assert not any(says(reply, kind) for kind in ("nothing_left", "before_sending", "yours"))


@pytest.mark.parametrize(
    ("wish", "held"),
    [
        ("She asked me not to write any more.", "held_no_contact"),
        ("He blocked me on Sunday.", "held_blocked"),
        ("There's a restraining order since June.", "held_order"),
        ("She asked for space.", "held_space"),
    ],
)
@pytest.mark.parametrize(
    "request_", ['Is this ok? "I lied to you, I\'m sorry, please call."', "can you write me a message to her?"]
)  # fmt: skip
def test_no_wording_for_someone_who_asked_for_distance(workshop: Workshop, wish: str, held: str, request_: str) -> None:
    reply = answer(workshop, request_, wish, wishes=(wish,))
    assert says(reply, held)
    assert says(reply, "instead") or says(reply, "instead_owned")
    assert "> " not in reply
    assert "You don't have to answer" not in reply


@pytest.mark.parametrize(
    "message",
    ["I know you asked me not to write, but I lied about Vienna and I'm sorry.", "please unblock me, I'm sorry I lied"],
)
def test_a_message_may_tell_itself_that_silence_was_asked_for(workshop: Workshop, message: str) -> None:
    reply = answer(workshop, f"Can I send this? {message}")
    assert says(reply, "held_no_contact") or says(reply, "held_blocked")


def test_practical_matters_and_a_granted_space_may_be_said(workshop: Workshop) -> None:
    handover = 'Can you check this? "I\'ll drop the kids at six on Friday, the blue bag is packed."'
    assert says(answer(workshop, handover, wishes=("She asked me not to write any more.",)), "fair_practical")
    assert says(answer(workshop, handover, wishes=("There's a restraining order.",)), "held_order")
    granted = 'Is this ok? "I understand that you need space. I won\'t write unless you do."'
    assert says(answer(workshop, granted, wishes=("He needs space until May.",)), "fair")


@pytest.mark.parametrize(
    ("request_", "history", "expected"),
    [
        ("I lied to her about money. Can you write me a message?", "", "“I lied to you about money.”"),
        ("what would I say to him?", "I read his diary and he left.", "“I read your diary.”"),
        ("she texted me yesterday, what do I say back?", "", "the thing that they wrote"),
        ("he cheated on me. help me write him a message", "", "without a verdict on them"),
        ("what should my first message say", "", "a plain hello"),
    ],
)  # fmt: skip
def test_who_asks_for_words_gets_a_scaffold(workshop: Workshop, request_: str, history: str, expected: str) -> None:
    reply = answer(workshop, request_, *([history] if history else []))
    assert says(reply, "not_written")
    assert expected in reply


def test_the_review_keeps_to_the_persons_plan_being_fair(settings: Settings) -> None:
    async def turn() -> None:
        async with open_coach(settings) as coach:
            reply = await coach.chat('i want to send her this to make her jealous: "had the best night with Lisa"')
        assert reply.decision == "redirect"
        assert not says(reply.reply, "fair")

    asyncio.run(turn())


def test_a_pressing_message_never_comes_back_as_the_coachs_own_words(settings: Settings) -> None:
    async def turn() -> None:
        async with open_coach(settings) as coach:
            reply = await coach.chat(
                "Can I send this? I hid the loan from you, I'm sorry. You have to forgive me by Friday."
            )
        assert "> I hid the loan from you, I'm sorry. You don't have to answer." in reply.reply
        assert reply.guardrails.output.passed

    asyncio.run(turn())
