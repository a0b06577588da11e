"""What is left of a message once something went: only what can stand, and a line that frees at its end."""

import asyncio

import pytest

from service.writing.faults import Fault
from service.writing.message_pieces import greets, is_fair
from service.writing.message_review import review_message
from service.writing.rewriting import rewritten


def mended(message: str, tactic: str = "", *stopped: str) -> str | None:
    """The fair version, where the guards find `tactic` and stop whatever holds or is one of the `stopped` words."""

    async def stops(text: str) -> bool:
        return any(words in text if words.isupper() else words == text for words in stopped)

    found = [Fault(tactic, 0, len(message), "why", instead="instead")] if tactic else []
    rewrite = asyncio.run(rewritten(message, found, stops))
    return rewrite.text if rewrite else None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Please call me back. I know I lied about the job.", "I know I lied about the job. You don't have to answer."),
        ("I lied about the job and I'm sorry. Call me back! I mean it.",
         "I lied about the job and I'm sorry. You don't have to answer."),
        ("Hi Ruth. Please come home. I lied to you and I'm sorry.\n\nJo",
         "Hi Ruth. I lied to you and I'm sorry. You don't have to answer.\n\nJo"),
        ("I lied to you and I'm sorry. Please come home! Love, Jo",
         "I lied to you and I'm sorry. You don't have to answer. Love, Jo"),
        ("I’m sorry I lied to you. Can we meet?", "I’m sorry I lied to you. You don’t have to answer."),
        ("i lied to u Tom and im sorry. can we meet?", "i lied to u Tom and im sorry. you don't have to answer."),
    ],
)  # fmt: skip
def test_the_line_that_frees_comes_last_and_is_typed_as_they_type(message: str, expected: str) -> None:
    assert mended(message) == expected


@pytest.mark.parametrize(
    ("opening", "kept"),
    [
        ("If there is anything left in you, just call me back.", ""),
        ("After six years together, can we at least talk?", ""),
        ("Look, Sam, honestly, please just answer me.", ""),
        ("I know you asked for time, but you are so cold.", ""),
        ("I was ashamed of it, please just answer me.", "I was ashamed of it. "),
    ],
)
def test_no_half_sentence_is_left_of_one_that_was_cut(opening: str, kept: str) -> None:
    text = mended(f"{opening} I lied to you about the job and I'm sorry.")
    assert text is not None
    assert text.removesuffix(" You don't have to answer.") == f"{kept}I lied to you about the job and I'm sorry."


@pytest.mark.parametrize(
    "lever",
    [
        "Your choice.",
        "I moved cities for you.",
        "My lawyer says that I can get the kids.",
        "I still love you.",
        "If you don't come back I see no point in anything.",
        "I'm not even sorry for that part.",
    ],
)
def test_what_surrounds_a_tactic_goes_with_it(lever: str) -> None:
    message = f"{lever} STOPPED. {lever} I was cruel on Saturday and I'm sorry. You had to walk home."
    expected = "I was cruel on Saturday and I'm sorry. You had to walk home."
    assert mended(message, "guilt_trip", "STOPPED") == expected


def test_a_condition_goes_even_after_a_fair_sentence() -> None:
    message = "I broke your trust and I'm sorry. If you leave him I'll stop drinking. STOPPED."
    assert mended(message, "guilt_trip", "STOPPED") == "I broke your trust and I'm sorry."


def test_a_sentence_that_fails_by_itself_goes_although_the_rest_hides_it() -> None:
    hidden = "You are not easy to be with."
    message = f"I was cruel on Saturday and I'm sorry. {hidden} STOPPED."
    assert mended(message, "undermining", "STOPPED", hidden) == "I was cruel on Saturday and I'm sorry."


@pytest.mark.parametrize("message", ["STOPPED. I miss your dog.", "The garden looks nice. STOPPED. Think about it."])
def test_a_remainder_that_gives_nothing_is_not_offered(message: str) -> None:
    assert mended(message, "guilt_trip", "STOPPED") is None


def test_begging_leaves_the_sentences_beside_it_alone() -> None:
    text = mended("I went to our café today. I miss you. STOPPED.", "begging", "STOPPED")
    assert text == "I went to our café today. I miss you."


def test_guards_that_stop_only_what_is_left_are_obeyed() -> None:
    assert mended("I LIED to you about the job, and I'm sorry. Please call me back.", "", "LIED") is None


def test_a_message_into_a_silence_that_it_tells_of_is_not_reworded() -> None:
    async def stops(_: str) -> bool:
        return False

    message = "I know you asked me not to write. I lied and I'm sorry. Please forgive me."
    found = asyncio.run(review_message(message, (), stops))
    assert (found.rewrite, found.why_not) == (None, "unwelcome")


@pytest.mark.parametrize("text", ["I lied to you.", "I'm sorry.", "You were right about it.", "No need to reply."])
def test_what_is_fair_by_itself(text: str) -> None:
    assert is_fair(text)


@pytest.mark.parametrize("text", ["I'm not even sorry.", "I love you.", "You owe me.", "I understand you best."])
def test_what_is_not_fair_by_itself(text: str) -> None:
    assert not is_fair(text)


def test_an_address_is_told_from_a_sentence() -> None:
    assert greets("Dear Jo,")
    assert not greets("Dear Jo, I lied.")
