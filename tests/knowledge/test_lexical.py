"""Words find what vectors blur, on a real SQLite."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

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


def test_a_large_collection_is_asked_for_rare_words_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.lexical._LARGE", 5)
    monkeypatch.setattr("knowledge.lexical._MATCHES", 4)
    monkeypatch.setattr("knowledge.lexical._RARE", 1)
    many = [replace(PASSAGES[0], id=f"a.md#{number}", text=f"Trusting again, {number}.") for number in range(9)]
    many[4] = replace(many[4], text="Trusting and apologised to for months.")
    index = LexicalIndex(tmp_path / "words.sqlite3")
    index.sync("small", PASSAGES)
    index.sync("large", many)
    assert list(index.search("large", "when do we trust after an apologising letter", 5)) == ["a.md#4"]
    assert index.search("large", "do you trust", 5) == {}
    assert list(LexicalIndex(tmp_path / "words.sqlite3").search("small", "apologies", 5)) == ["a.md#1"]
    index.sync("large", many[:2])
    assert len(index.search("large", "do you trust", 5)) == 2


def test_a_file_of_an_older_version_is_begun_anew(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "words.sqlite3")) as old:
        old.execute("CREATE TABLE states (collection TEXT PRIMARY KEY, digest TEXT NOT NULL)")
    index = LexicalIndex(tmp_path / "words.sqlite3")
    index.sync("coll", PASSAGES)
    assert list(index.search("coll", "keys", 5)) == ["a.md#3"]


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite3"
    path.write_bytes(b"not a database" * 500)
    index = LexicalIndex(path)
    index.sync("coll", PASSAGES)
    assert list(index.search("coll", "keys", 5)) == ["a.md#3"]
