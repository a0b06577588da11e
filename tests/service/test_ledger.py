"""What the other person asked for is kept, shown, ended and taken back."""

import asyncio

import pytest

from service.errors import SessionNotFound
from service.memory.ledger import noted
from service.settings import Settings
from service.wiring import open_coach
from tests.fakes import ScriptedWriter
from tests.service.test_flow import GOOD


@pytest.mark.parametrize(
    ("message", "wishes"),
    [
        ("She asked me on Sunday not to write any more.", ["no_contact"]),
        ("he said please don't text me again", ["no_contact"]),
        ("They blocked me everywhere. What now?", ["blocked"]),
        ("My ex needs space until May", ["space"]),
        ("There's a restraining order since June.", ["order"]),
        ("she wrote me first yesterday", ["invited"]),
        ("If he asked for space I would give it.", []),
        ("Years ago my ex asked for space and I drove over.", []),
        ("How do I apologise?", []),
        ("We broke up in June and nobody asked for no contact.", []),
    ],
)
def test_wishes_are_read_from_what_the_person_tells(message: str, wishes: list[str]) -> None:
    ledger = noted((), message)
    assert [entry.wish for entry in ledger] == wishes
    assert all(entry.sentence in message for entry in ledger)


def test_an_invitation_ends_the_wish_for_distance_but_no_order() -> None:
    ledger = noted((), "He asked me not to call. There is a protective order.")
    assert [entry.wish for entry in ledger] == ["no_contact", "order"]
    assert [entry.wish for entry in noted(ledger, "He called me first today.")] == ["order", "invited"]


def test_the_same_sentence_is_kept_once() -> None:
    once = noted((), "She blocked me.")
    assert noted(once, "She blocked me.") == once


def test_it_survives_a_restart_and_can_be_corrected(settings: Settings) -> None:
    async def tell() -> None:
        async with open_coach(settings, ScriptedWriter([GOOD])) as coach:
            await coach.chat("My ex needs space until May. How do I sleep at night?", "kept")

    async def read() -> None:
        async with open_coach(settings, ScriptedWriter([])) as coach:
            (entry,) = await coach.sessions.ledger("kept")
            assert entry.wish == "space"
            assert entry.sentence == "My ex needs space until May."
            with pytest.raises(SessionNotFound):
                await coach.sessions.correct("kept", 1)
            assert await coach.sessions.correct("kept", 0) == ()
            assert await coach.sessions.ledger("kept") == ()
            assert len(await coach.sessions.history("kept")) == 1

    asyncio.run(tell())
    asyncio.run(read())
