"""The index on a real Chroma, in a folder and on a server."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.chroma import Chroma, embedded, server
from knowledge.encoder import MiniLMEncoder, Vectors
from knowledge.errors import DataFolderError, IndexUnavailable
from knowledge.index import PassageIndex
from knowledge.passages import Passage
from tests.fakes import fails, provider
from tests.knowledge.chromas import chroma_server
from tests.knowledge.fakes import Numbers

Home = Callable[[], Chroma]


class CountingEncoder:
    """The real encoder, counting what it is asked; it can be given another name, and made to stop."""

    def __init__(self, encoder: MiniLMEncoder, name: str = "", stops_after: int | None = None) -> None:
        self._encoder = encoder
        self._stops_after = stops_after
        self.name = name or encoder.name
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self._stops_after is not None and len(self.embedded) + len(texts) > self._stops_after:
            raise KeyboardInterrupt
        self.embedded += texts
        return self._encoder.embed(texts)


PASSAGES = tuple(
    Passage(f"a.md#{number}", "a.md", "A", "a.md", text, ("A", "Part"))
    for number, text in enumerate(
        ("An apology names what you did.", "Sleep and food come first after a break-up.", "Keys go back by post."), 1
    )
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture(params=["folder", "server"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    address = request.getfixturevalue("url") if request.param == "server" else None
    opened: list[Chroma] = []

    def opens() -> Chroma:
        opened.append(embedded(tmp_path / "index") if address is None else server(address))
        return opened[-1]

    yield opens
    for chroma in opened:
        chroma.close()


@pytest.fixture
def collection(request: pytest.FixtureRequest) -> str:
    """A name of the test's own: the server keeps what other tests wrote."""
    return f"c{abs(hash(request.node.name))}"


@pytest.fixture
def counting(encoder: MiniLMEncoder) -> CountingEncoder:
    return CountingEncoder(encoder)


def test_finds_the_nearest_and_gives_everything_back(home: Home, counting: CountingEncoder, collection: str) -> None:
    index = PassageIndex(home(), counting)
    index.sync(collection, PASSAGES)
    found = index.search(collection, counting.embed(["how do I say sorry"])[0], 2)
    assert found[0].id == "a.md#1"
    assert found[0].headings == ("A", "Part")
    assert 1 >= found[0].score > found[1].score
    assert index.passages(collection) == PASSAGES
    vector = counting.embed(["how do I say sorry"])[0]
    near = index.nearest(collection, vector, 2)
    assert list(near) == [passage.id for passage in found]
    assert near["a.md#1"] == pytest.approx(found[0].score)
    scored = index.scored(collection, vector, ["a.md#1", "gone#1"])
    assert [passage.id for passage in scored] == ["a.md#1"]
    assert scored[0].score == pytest.approx(found[0].score, abs=1e-4)


def test_embeds_only_what_changed(home: Home, counting: CountingEncoder, collection: str) -> None:
    index = PassageIndex(home(), counting)
    assert index.sync(collection, PASSAGES, state="one") == 3
    changed = (replace(PASSAGES[0], text="An apology has no but."), PASSAGES[1])
    counting.embedded.clear()
    again = PassageIndex(home(), counting)
    assert again.state(collection) == "one"
    assert again.sync(collection, changed, state="two") == 1
    assert counting.embedded == [changed[0].indexed_text]
    assert (again.count(collection), again.state(collection)) == (2, "two")


def test_an_unknown_collection_is_empty(home: Home, counting: CountingEncoder) -> None:
    index = PassageIndex(home(), counting)
    assert index.search("nothing", counting.embed(["x"])[0], 3) == ()
    assert index.passages("nothing") == ()
    assert index.count("nothing") == 0
    assert index.state("nothing") == ""


def test_reads_more_than_a_page(home: Home, collection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.index._PAGE", 7)
    many = tuple(replace(PASSAGES[0], id=f"a.md#{number}", text="x" * number) for number in range(1, 30))
    index = PassageIndex(home(), Numbers())
    index.sync(collection, many)
    assert index.passages(collection) == many
    assert index.sync(collection, many[:3]) == 0
    assert index.passages(collection) == many[:3]


def test_goes_on_where_it_was_interrupted(
    home: Home, encoder: MiniLMEncoder, collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.index._BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        PassageIndex(home(), CountingEncoder(encoder, stops_after=2)).sync(collection, PASSAGES, state="whole")
    index = PassageIndex(home(), CountingEncoder(encoder))
    assert index.state(collection) == ""
    assert index.sync(collection, PASSAGES, state="whole") == 1
    assert index.state(collection) == "whole"


def test_another_encoder_builds_beside_and_the_last_is_kept(
    home: Home, encoder: MiniLMEncoder, collection: str
) -> None:
    first, second, third = (PassageIndex(home(), CountingEncoder(encoder, name)) for name in ("one", "two", "three"))
    query = encoder.embed(["how do I say sorry"])[0]
    first.sync(collection, PASSAGES)
    half = PassageIndex(home(), CountingEncoder(encoder, "two", stops_after=0))
    with pytest.raises(KeyboardInterrupt):
        half.sync(collection, PASSAGES)
    assert first.search(collection, query, 1)[0].id == "a.md#1"
    second.sync(collection, PASSAGES[:2])
    assert (first.count(collection), second.count(collection)) == (3, 2)
    third.sync(collection, PASSAGES)
    kept = {name: PassageIndex(home(), CountingEncoder(encoder, name)).count(collection) for name in ("one", "two")}
    assert kept == {"one": 0, "two": 2}
    with pytest.raises(IndexUnavailable, match="start the coach anew"):
        first.search(collection, query, 1)


def test_a_damaged_index_is_moved_aside_and_begun_anew(tmp_path: Path, counting: CountingEncoder) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"this is not a database" * 100)
    index = PassageIndex(embedded(folder), counting)
    assert index.rebuilt_from_damage
    index.sync("coll", PASSAGES)
    assert index.count("coll") == 3
    assert [path for path in tmp_path.iterdir() if ".damaged-" in path.name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderError, match="COACH_DATA_DIR"):
        embedded(tmp_path / "file" / "index")


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(IndexUnavailable, match="COACH_CHROMA_URL"):
            server(address)


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(IndexUnavailable, match="Timeout"):
        server(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)


def test_a_server_that_refuses_the_token_is_named() -> None:
    with provider(fails(401)) as (base, _), pytest.raises(IndexUnavailable, match="COACH_CHROMA_TOKEN"):
        server(base.removesuffix("/v1"), token="wrong")


def test_a_server_that_goes_away_is_named(tmp_path: Path, counting: CountingEncoder) -> None:
    with chroma_server(tmp_path) as address:
        chroma = server(address)
        index = PassageIndex(chroma, counting)
        index.sync("coll", PASSAGES)
    with closing(chroma), pytest.raises(IndexUnavailable, match="does not answer"):
        index.search("coll", counting.embed(["x"])[0], 1)
