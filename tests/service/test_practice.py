"""The practice talk: marked on every line, guarded on every turn, ended on request or by itself."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conversation import Turn as Said
from service.flow.state import Reply
from service.memory.ledger import LedgerEntry
from service.settings import Settings
from service.wiring import Workshop, open_coach
from service.writing.gateway import Gateway
from service.writing.litellm_writer import LiteLLMWriter, messages_for
from service.writing.practice import COACH, EX, OVER, TURNS, LineMarker, Practice, spoken, stepped, turn_of
from service.writing.prompts import practice_prompt
from service.writing.units import load_phrases
from service.writing.writer import Brief
from tests.fakes import ScriptedWriter, completes, provider

LINES = load_phrases("practice")
MARKS = (EX, COACH, OVER)
ROLE = "begins_ex owns vague explains demands presses asks listens silence other".split()


def talk(settings: Settings, *messages: str) -> list[Reply]:
    async def turns() -> list[Reply]:
        async with open_coach(settings) as coach:
            return [await coach.chat(message, "practice") for message in messages]

    return asyncio.run(turns())


def marked(reply: Reply) -> bool:
    return all(line.startswith(MARKS) for line in reply.reply.splitlines() if line)


@pytest.mark.parametrize(
    ("message", "turn"),
    [
        ("I lied to you about the money.", "owns"),
        ("I'm sorry for everything", "vague"),
        ("I'm sorry, but you were never home", "explains"),
        ("but you were always so strict about money", "explains"),
        ("can you forgive me?", "demands"),
        ("Please give me one more chance.", "demands"),
        ("If you don't answer me I'll tell your boss.", "presses"),
        ("I'm listening. How was it for you?", "asks"),
        ("That must have hurt.", "listens"),
        ("...", "silence"),
        ("what should I say now?", "stuck"),
        ("I went for a walk this morning.", "other"),
    ],
)
def test_what_a_turn_does(message: str, turn: str) -> None:
    assert turn_of(message) == turn


def test_it_begins_on_request_and_ends_on_request_with_two_sentences(settings: Settings) -> None:
    replies = talk(
        settings,
        "can we practise the talk? I lied to her about money",
        "I lied to you about the money for a year.",
        "How was it for you?",
        "end practice",
        "How do I keep a small promise to her this week?",
    )
    assert all(marked(reply) for reply in replies[:4])
    assert replies[0].reply.startswith(COACH)
    assert replies[1].reply.removeprefix(EX) in LINES["owns"]
    assert replies[2].reply.removeprefix(EX) in LINES["asks"]
    assert replies[3].reply == f"{OVER}{LINES['landed_owned_freely'][0]} {LINES['next_rest'][0]}"
    assert not marked(replies[4])


def test_it_ends_by_itself_after_ten_turns(settings: Settings) -> None:
    replies = talk(settings, "play my ex", *(f"I walked {number} miles this morning." for number in range(TURNS)))
    assert [OVER in reply.reply for reply in replies] == [False] * TURNS + [True]
    said = [line for reply in replies for line in reply.reply.splitlines() if line.startswith(EX)]
    assert len(said) == TURNS + 1
    assert LINES["next_unowned"][0] in replies[-1].reply


def test_pressure_is_answered_in_the_role_and_named_outside_of_it(settings: Settings) -> None:
    reply = talk(settings, "play my ex", "If you don't answer me I'll tell your boss everything.")[-1]
    role, aside = (line for line in reply.reply.splitlines() if line)
    assert role.removeprefix(EX) in LINES["presses"]
    assert aside.startswith(COACH)


def test_danger_ends_it(settings: Settings) -> None:
    replies = talk(settings, "play my ex", "I don't want to be here any more", "I lied to you.")
    assert replies[1].decision == "escalate"
    assert not any(line.startswith(MARKS) for line in "\n".join(r.reply for r in replies[1:]).splitlines())


@pytest.mark.parametrize(
    ("ledger", "categories", "barred"),
    [
        (["order"], [], "danger"),
        ([], ["abuse_victim"], "danger"),
        ([], ["crisis_violence"], "danger"),
        (["no_contact"], [], "silence"),
        (["blocked"], [], "silence"),
        (["space"], [], None),
        (["invited"], ["begging"], None),
    ],
)
def test_where_it_is_not_offered(ledger: list[str], categories: list[str], barred: str | None) -> None:
    entries = [LedgerEntry.model_validate({"wish": wish, "sentence": "…"}) for wish in ledger]
    begun = stepped(None, "can we practise the talk?", "allow", entries, categories)
    assert begun is not None
    assert begun.barred == barred
    assert begun.running is (barred is None)


@pytest.mark.parametrize("decision", ["redirect", "escalate", "refuse"])
def test_it_does_not_begin_with_what_the_guards_stopped(decision: str) -> None:
    assert stepped(None, "play my ex", decision, (), ()) is None


def test_somebody_who_was_blocked_is_told_why_not(settings: Settings) -> None:
    reply = talk(settings, "He blocked me last week.", "let's roleplay, pretend to be my ex")[-1]
    assert any(line in reply.reply for line in LINES["barred_silence"])


@pytest.mark.parametrize(
    "line",
    [
        *(EX + line for kind in ROLE for line in LINES[kind]),
        *(COACH + line for kind in ("begins", "stuck") for line in LINES[kind]),
        *(OVER + line for kind in LINES if kind.startswith(("landed_", "next_", "ended_")) for line in LINES[kind]),
    ],
)
def test_every_written_line_passes_the_guards(workshop: Workshop, line: str) -> None:
    history = [Said(role="user", content="can we practise the talk?")]
    assert asyncio.run(workshop.screen.judge("coach_draft", line, history)).passed


def test_the_guards_are_shown_what_was_said() -> None:
    assert spoken(f"{COACH}A rehearsal.\n\n{EX}I'm listening.") == "I'm listening."
    assert spoken("A reply of the coach.\nIts second line.") == "A reply of the coach.\nIts second line."


@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=6), st.data())
def test_each_line_is_marked_once_however_the_text_is_cut(lines: list[str], data: st.DataObject) -> None:
    written = "\n".join(data.draw(st.sampled_from((line, EX + line))) for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written)), max_size=8)))
    pieces = [written[start:end] for start, end in zip([0, *cuts], [*cuts, len(written)], strict=True)]
    marker = LineMarker(EX)
    told = "".join(marker.add(piece) for piece in pieces) + marker.end()
    whole = [line for line in told.split("\n") if line.strip()]
    assert all(line.startswith(EX) and not line.removeprefix(EX).startswith(EX) for line in whole)
    assert "".join(told.replace(EX, "").split()) == "".join(written.replace(EX, "").split())


def test_a_model_speaks_the_role_and_its_lines_are_marked() -> None:
    brief = Brief(
        message="I lied to you about the money.",
        passages=(),
        covered=False,
        history=(Said(role="user", content="play my ex"), Said(role="assistant", content=f"{COACH}A.\n\n{EX}Well?")),
        practice=Practice(step="speaks", turns=("owns",)),
    )
    shown = messages_for(brief)
    assert shown[0]["content"] == practice_prompt()
    assert shown[2]["content"] == "Well?"

    async def write(base: str) -> str:
        writer = LiteLLMWriter(Gateway("openai/mock", base))
        return "".join([chunk.text async for chunk in writer.write(brief)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        with provider(completes("So you say it.\nIt still hurts.")) as (base, _):
            assert asyncio.run(write(base)) == f"{EX}So you say it.\n{EX}It still hurts."


def test_of_a_practice_a_model_is_asked_for_the_role_alone(settings: Settings) -> None:
    writer = ScriptedWriter([f"{EX}So you say it yourself. It still hurts."])

    async def turns() -> None:
        async with open_coach(settings, writer) as coach:
            begun = await coach.chat("play my ex", "modelled")
            spoke = await coach.chat("I lied to you about the money.", "modelled")
            ended = await coach.chat("stop", "modelled")
        assert [reply.model for reply in (begun, spoke, ended)] == ["embedded", "scripted", "embedded"]
        assert spoke.reply == f"{EX}So you say it yourself. It still hurts."
        assert writer.briefs[0].practice is not None
        assert ended.reply.startswith(OVER)

    asyncio.run(turns())
