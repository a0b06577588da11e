"""The index on a real Chroma."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.encoder import MiniLMEncoder, Vectors
from knowledge.errors import DataFolderError
from knowledge.index import PassageIndex
from knowledge.passages import Passage


class CountingEncoder:
    """The real encoder, counting what it is asked."""

    def __init__(self, encoder: MiniLMEncoder) -> None:
        self._encoder = encoder
        self.embedded: list[str] = []

    @property
    def name(self) -> str:
        return self._encoder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._encoder.embed(texts)


PASSAGES = tuple(
    Passage(f"a.md#{number}", "a.md", "A", "a.md", text, ("A", "Part"))
    for number, text in enumerate(
        ("An apology names what you did.", "Sleep and food come first after a break-up.", "Keys go back by post."), 1
    )
)


@pytest.fixture
def counting(encoder: MiniLMEncoder) -> CountingEncoder:
    return CountingEncoder(encoder)


def test_finds_the_nearest_and_gives_everything_back(tmp_path: Path, counting: CountingEncoder) -> None:
    index = PassageIndex(tmp_path / "index", counting)
    index.sync("coll", PASSAGES)
    found = index.search("coll", counting.embed(["how do I say sorry"])[0], 2)
    assert found[0].id == "a.md#1"
    assert found[0].headings == ("A", "Part")
    assert 1 >= found[0].score > found[1].score
    assert index.passages("coll") == PASSAGES


def test_embeds_only_what_changed(tmp_path: Path, counting: CountingEncoder) -> None:
    index = PassageIndex(tmp_path / "index", counting)
    assert index.sync("coll", PASSAGES) == 3
    changed = (replace(PASSAGES[0], text="An apology has no but."), PASSAGES[1])
    counting.embedded.clear()
    assert PassageIndex(tmp_path / "index", counting).sync("coll", changed) == 1
    assert counting.embedded == [changed[0].indexed_text]
    assert index.count("coll") == 2


def test_an_unknown_collection_is_empty(tmp_path: Path, counting: CountingEncoder) -> None:
    index = PassageIndex(tmp_path / "index", counting)
    assert index.search("nothing", counting.embed(["x"])[0], 3) == ()
    assert index.passages("nothing") == ()
    assert index.count("nothing") == 0


def test_a_damaged_index_is_moved_aside_and_begun_anew(tmp_path: Path, counting: CountingEncoder) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"this is not a database" * 100)
    index = PassageIndex(folder, counting)
    assert index.rebuilt_from_damage
    index.sync("coll", PASSAGES)
    assert index.count("coll") == 3
    assert [path for path in tmp_path.iterdir() if ".damaged-" in path.name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, counting: CountingEncoder) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderError, match="COACH_DATA_DIR"):
        PassageIndex(tmp_path / "file" / "index", counting)
