"""What is kept is kept whole."""

from pathlib import Path

import pytest

from knowledge.article import Article
from knowledge.audit import Held
from knowledge.errors import DataFolderError
from knowledge.store import ArticleStore

ONE = Article("a.txt", "One", "First words. " * 30, "a.txt", topics=("x", "y"), stage="space")
HELD = Held("a.txt#1", "a.txt", "threat", "or else", "it harms")


def test_gives_back_what_it_was_given(tmp_path: Path) -> None:
    ArticleStore(tmp_path / "s").save("ours", ONE, "origin", [HELD])
    store = ArticleStore(tmp_path / "s")
    assert store.articles("ours") == (ONE,)
    assert store.origin("ours", "a.txt") == "origin"
    assert store.origin("ours", "b.txt") is None
    assert store.held("ours") == (HELD,)
    assert store.collections() == ("ours",)
    assert store.articles("others") == ()


def test_digests_change_with_what_is_indexed(tmp_path: Path) -> None:
    store = ArticleStore(tmp_path / "s")
    seen = {store.digests("ours")}
    store.save("ours", ONE, held=[HELD])
    seen.add(store.digests("ours"))
    store.release("ours", HELD.id)
    seen.add(store.digests("ours"))
    store.save("ours", Article("a.txt", "One", "Other words. " * 30, "a.txt"))
    seen.add(store.digests("ours"))
    assert len(seen) == 4


def test_a_release_lapses_when_the_words_change(tmp_path: Path) -> None:
    store = ArticleStore(tmp_path / "s")
    store.save("ours", ONE, held=[HELD])
    store.release("ours", HELD.id)
    store.save("ours", ONE, held=[HELD])
    assert store.held("ours") == ()
    worse = Held(HELD.id, HELD.article, HELD.label, "or something worse", HELD.reason)
    store.save("ours", ONE, held=[worse])
    assert store.held("ours") == (worse,)


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    store = ArticleStore(tmp_path / "s")
    store.save("ours", ONE, "first", [HELD])
    broken = Held("a.txt#2", "a.txt", "threat", object(), "it harms")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="type"):
        store.save("ours", Article("a.txt", "Two", "Second words. " * 30, "a.txt"), "second", [broken])
    assert store.articles("ours") == (ONE,)
    assert store.held("ours") == (HELD,)


def test_a_damaged_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"no database" * 200)
    with pytest.raises(DataFolderError, match="import anew"):
        ArticleStore(tmp_path / "s").articles("ours")
    with pytest.raises(DataFolderError, match="COACH_DATA_DIR"):
        ArticleStore(tmp_path / "gone" / "s").articles("ours")
