"""Words find what vectors blur, on a real SQLite."""

from pathlib import Path

from knowledge.lexical import LexicalIndex
from tests.knowledge.test_index import PASSAGES


def test_finds_by_words_and_keeps_collections_apart(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "words.sqlite3")
    index.sync("coll", PASSAGES)
    index.sync("other", PASSAGES[:1])
    assert list(index.search("coll", "where do the keys go", 5)) == ["a.md#3"]
    assert next(iter(index.search("coll", "apologies, what to name?", 5))) == "a.md#1"
    assert index.search("other", "keys", 5) == {}
    assert index.search("coll", "?!", 5) == {}
    assert index.search("coll", 'quotes " OR NEAR( *', 5) == {}


def test_follows_its_passages(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "words.sqlite3")
    index.sync("coll", PASSAGES)
    index.sync("coll", PASSAGES[:2])
    assert index.search("coll", "keys", 5) == {}


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite3"
    path.write_bytes(b"not a database" * 500)
    index = LexicalIndex(path)
    index.sync("coll", PASSAGES)
    assert list(index.search("coll", "keys", 5)) == ["a.md#3"]
