"""Sentences and their offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I lied. She left!", ["I lied.", "She left!"]),
        ("Dr. Smith said so. I agree.", ["Dr. Smith said so.", "I agree."]),
        ("Give it time. [1] Then write.", ["Give it time. [1]", "Then write."]),
        ("one line\nanother line", ["one line", "another line"]),
        ("Do this:\n1. Call.\n2. Wait.", ["Do this:", "1. Call.", "2. Wait."]),
        ("我很抱歉。她走了。", ["我很抱歉。", "她走了。"]),
        ("", []),
    ],
)
def test_cuts_as_a_reader_does(text: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(text)] == expected


@given(st.text(max_size=300))
def test_offsets_hold_and_nothing_but_space_is_lost(text: str) -> None:
    sentences = split_sentences(text)
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in sentences)
    assert "".join("".join(s.text for s in sentences).split()) == "".join(text.split())
