"""Markers stand for sentences that are there."""

from knowledge.passages import Passage
from service.writing.citations import cite

PASSAGES = (
    Passage("a.md#1", "a.md", "A", "a", "Name what you did. Leave out the reasons. Then wait."),
    Passage("b.md#1", "b.md", "B", "b", "Space is theirs to end. Do not count the days."),
)


def test_each_marker_quotes_a_sentence_of_its_passage() -> None:
    text, citations = cite("Don't count days [2]. And name what you did, plainly. [1]", PASSAGES)
    assert text == "Don't count days [1]. And name what you did, plainly. [2]"
    assert [(c.marker, c.passage_id, c.quote) for c in citations] == [
        ("[1]", "b.md#1", "Do not count the days."),
        ("[2]", "a.md#1", "Name what you did."),
    ]


def test_a_marker_without_a_passage_goes() -> None:
    text, citations = cite("Wait a week. [7] Then write. [1]", PASSAGES)
    assert text == "Wait a week. Then write. [1]"
    assert len(citations) == 1


def test_text_without_markers_is_left_alone() -> None:
    assert cite("She said [sic] no.", PASSAGES) == ("She said [sic] no.", ())
