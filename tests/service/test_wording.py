"""Every wording is found where its row says so, and nowhere else."""

import pytest

from service.writing.wording import WORDING_FILES, Wording, load_wordings

WORDINGS = [wording for name in WORDING_FILES for wording in load_wordings(name).values()]


@pytest.mark.parametrize(("wording", "text"), [(w, t) for w in WORDINGS for t in w.hits], ids=lambda v: str(v)[:50])
def test_hits(wording: Wording, text: str) -> None:
    assert wording.spans(text)


@pytest.mark.parametrize(("wording", "text"), [(w, t) for w in WORDINGS for t in w.passes], ids=lambda v: str(v)[:50])
def test_passes(wording: Wording, text: str) -> None:
    assert wording.spans(text) == []


def test_each_has_tests_of_both_kinds() -> None:
    assert all(wording.hits and wording.passes for wording in WORDINGS)


@pytest.mark.parametrize("text", ["I’m sorry I lied.", "im sorry i lied", "I'm sorry I lied"])
def test_apostrophes_are_read_as_people_type_them(text: str) -> None:
    assert load_wordings("apology")["regret"].spans(text)
