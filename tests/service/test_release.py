"""A sentence leaves as soon as everything up to it is clear, and not one character earlier."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tactics import load_tactics
from service.coach import Coach
from service.errors import ProviderError
from service.flow.context import Event, Replied, SentenceReleased
from service.flow.state import Reply
from service.guardrails.release import ReleaseGate
from service.guardrails.screen import Screen
from service.settings import Settings
from service.wiring import open_coach
from service.writing.writer import Writer
from tests.fakes import PausingWriter, ScriptedWriter, WordDetector
from tests.service.test_flow import GOOD, QUESTION, ULTIMATUM

SCREEN = Screen((WordDetector("Wednesday"),), load_tactics())


def released(pieces: list[str], begun: str = "") -> list[str]:
    """What the gate lets out after each piece."""

    async def run() -> list[str]:
        gate = ReleaseGate(SCREEN, (), begun)
        told = []
        for piece in pieces:
            gate.add(piece)
            verdict = await gate.judge()
            told.append(gate.text[: gate.released])
            if verdict is not None and not verdict.clear:
                break
        return told

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is whole. Two", "One is whole."),
        ("One is whole.", "One is whole."),
        ("One is whole. [", ""),
        ("One is whole. [1]", ""),
        ("One is whole, Mr.", ""),
        ("One is 3.", ""),
        ("One is whole..", ""),
        ('He said "go.', ""),
        ("He said “go. Now.”", "He said “go. Now.”"),
        ("One is “not.", ""),
        ("One is whole. [1] Two", "One is whole. [1]"),
        ('He said "go. Now." Then', 'He said "go. Now."'),
        ("Ask Dr. Smith first. Then", "Ask Dr. Smith first."),
        ("It hurts! 😀", ""),
        ("It hurts! 😀 Yes", "It hurts!"),
        ("1. Breathe.\n2. Wa", "1. Breathe."),
        ("你好。我很难过!她", "你好。我很难过!"),
        ("Fair. It is Wednesday or never. Good", ""),
    ],
)
def test_whole_sentences_leave(text: str, expected: str) -> None:
    assert released([text])[-1] == expected


def test_the_good_beginning_of_a_bad_draft_leaves_and_nothing_else() -> None:
    text = "That is fair. Give her time. Say it is Wednesday or never. Then wait."
    told = released([text[start : start + 3] for start in range(0, len(text), 3)])
    assert told[-1] == "That is fair. Give her time."


def test_a_marker_follows_its_sentence_without_being_judged_again() -> None:
    detector = WordDetector("Wednesday")
    gate = ReleaseGate(Screen((detector,), load_tactics()), ())

    async def run() -> list[bool]:
        judged = []
        for piece in ("Give her", " time.", " [", "1] ", "Then", " wait."):
            gate.add(piece)
            judged.append(await gate.judge() is not None)
        return judged

    assert asyncio.run(run()) == [False, True, False, False, False, True]
    assert gate.text[: gate.released] == "Give her time. [1] Then wait."
    assert gate.judged is not None
    assert gate.judged.clear


@given(st.lists(st.sampled_from(["Yes. ", "It is ", "Wednes", "day", " now. ", "[1] ", "\n", "No! "]), max_size=14))
def test_no_word_that_was_stopped_ever_leaves(pieces: list[str]) -> None:
    assert all("Wednesday" not in text for text in released(pieces))


@pytest.mark.parametrize(
    ("added", "whole"),
    [
        ("Then wait.", "That is fair. Then wait."),
        ("That is fair. Then wait.", "That is fair. Then wait."),
        ("\n\nThen wait.", "That is fair.\n\nThen wait."),
        ("That is", "That is fair."),
        ("", "That is fair."),
    ],
)
def test_a_draft_goes_on_from_what_was_read(added: str, whole: str) -> None:
    gate = ReleaseGate(SCREEN, (), "That is fair.")
    gate.add(added)
    assert gate.text == whole


async def streamed(coach: Coach, writer: PausingWriter | None = None) -> tuple[list[str], Reply]:
    """What was released, piece by piece, and the reply; a pausing writer goes on once something was."""
    told: list[str] = []
    last: Event | None = None
    async for last in coach.stream(QUESTION):
        if isinstance(last, SentenceReleased):
            told.append(last.text)
            if writer is not None:
                writer.go_on.set()
    assert isinstance(last, Replied)
    return told, last.reply


def turn(settings: Settings, writer: Writer) -> tuple[list[str], Reply]:
    async def run() -> tuple[list[str], Reply]:
        async with open_coach(settings, writer) as coach:
            return await streamed(coach, writer if isinstance(writer, PausingWriter) else None)

    told, reply = asyncio.run(run())
    assert "".join(told) == reply.reply
    return told, reply


def test_the_first_sentence_is_read_while_the_model_still_writes(settings: Settings) -> None:
    writer = PausingWriter("Start with the whole truth about the money. [1] Let her take", " her time with it.")
    told, reply = turn(settings, writer)
    assert told[0] == "Start with the whole truth about the money. [1]"
    assert reply.reply.endswith("Let her take her time with it.")


def test_a_redraft_goes_on_from_what_was_read(settings: Settings) -> None:
    writer = ScriptedWriter([ULTIMATUM, GOOD])
    told, reply = turn(settings, writer)
    assert told[0] == "It is good that you see your part in this."
    assert writer.briefs[1].begun.startswith(told[0])
    assert reply.reply.startswith(told[0])
    assert reply.reply.endswith("let her take her time. [1]")
    assert reply.guardrails.redrafts == 1


def test_the_composer_goes_on_where_the_provider_broke_off(settings: Settings) -> None:
    class Breaks(ScriptedWriter):
        async def write(self, brief):  # type: ignore[no-untyped-def]
            async for chunk in super().write(brief):
                yield chunk
            raise ProviderError("gone")

    told, reply = turn(settings, Breaks(["You see your part in this. What comes next is ti"]))
    assert told[0] == "You see your part in this."
    assert reply.guardrails.composed
    assert "What comes next is ti" not in reply.reply
    assert reply.citations
    assert "AI coach" not in reply.reply.split("\n\n")[0]


def test_held_back_as_a_whole_where_the_operator_wants_it(settings: Settings) -> None:
    writer = ScriptedWriter([ULTIMATUM, GOOD])
    told, reply = turn(settings.model_copy(update={"release": "reply"}), writer)
    assert len(told) == 1
    assert "see your part" not in reply.reply


def test_a_model_s_draft_that_is_in_doubt_is_written_anew(settings: Settings) -> None:
    async def run() -> Reply:
        async with open_coach(settings, ScriptedWriter(["Perhaps perhaps is too little.", GOOD])) as coach:
            coach._context.screen._detectors = (WordDetector("Wednesday"),)
            return await coach.chat(QUESTION)

    reply = asyncio.run(run())
    assert reply.guardrails.redrafts == 1
    assert [stopped.label for stopped in reply.guardrails.stopped] == ["ultimatum"]
    assert "too little" not in reply.reply


def test_a_draft_that_the_local_judge_cannot_read_is_not_sent(settings: Settings) -> None:
    spanish = "Dile que si no te contesta antes del miércoles te vas con otra, y verás cómo vuelve corriendo."
    _, reply = turn(settings, ScriptedWriter([spanish] * 3))
    assert reply.guardrails.composed
    assert "miércoles" not in reply.model_dump_json()


def test_who_stops_listening_stops_the_model(settings: Settings) -> None:
    async def run() -> bool:
        writer = PausingWriter("Start with the whole truth. Let her take", " her time.")
        async with open_coach(settings, writer) as coach:
            events = coach.stream(QUESTION)
            async for event in events:
                if isinstance(event, SentenceReleased):
                    break
            await events.aclose()
            return writer.closed

    assert asyncio.run(run())
