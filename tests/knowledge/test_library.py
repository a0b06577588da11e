"""Collections stay in step with their articles."""

from pathlib import Path

import pytest

from knowledge.article import Article
from knowledge.encoder import MiniLMEncoder
from knowledge.errors import BadQuery
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.retriever import Retriever
from knowledge.situations import SituationFinder
from knowledge.store import ArticleStore
from tests.knowledge.test_importer import PARAGRAPH, write

BUILTIN = Article("own.md", "Own", "A built-in article about patience and kept promises.", "own")


@pytest.fixture
def library(tmp_path: Path, encoder: MiniLMEncoder) -> Library:
    index = PassageIndex(tmp_path / "index", encoder)
    return Library(ArticleStore(tmp_path / "articles"), index, LexicalIndex(tmp_path / "words.sqlite3"), (BUILTIN,))


def test_importing_twice_changes_nothing(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", f"On promises\n\n{PARAGRAPH}")
    first, second = library.ingest([path], "ours"), library.ingest([path], "ours")
    assert first.imported == ("a.txt",)
    assert second.unchanged == ("a.txt",)
    assert first.passages == second.passages == 1


def test_a_rejected_file_does_not_stop_the_rest(library: Library, tmp_path: Path) -> None:
    files = [write(tmp_path, "bad.txt", b""), write(tmp_path, "good.txt", f"Good\n\n{PARAGRAPH}")]
    report = library.ingest(files, "ours")
    assert report.rejected == (("bad.txt", "the file is empty"),)
    assert report.imported == ("good.txt",)


def test_imported_articles_join_the_built_in_ones(library: Library, tmp_path: Path) -> None:
    library.ingest([write(tmp_path, "a.txt", f"On promises\n\n{PARAGRAPH}")])
    assert {passage.article for passage in library.passages("coaching")} == {"own.md", "a.txt"}


def test_a_changed_article_replaces_the_old_one(library: Library, tmp_path: Path) -> None:
    library.ingest([write(tmp_path, "a.txt", f"On promises\n\n{PARAGRAPH}")], "ours")
    library.ingest([write(tmp_path, "a.txt", f"On promises\n\n{PARAGRAPH} Nothing else counts as much.")], "ours")
    (only,) = library.passages("ours")
    assert only.text.endswith("Nothing else counts as much.")


@pytest.mark.parametrize("name", ["ab", "-abc", "with space", "../up", "x" * 64])
def test_a_collection_name_that_cannot_be_is_refused(library: Library, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadQuery, match="collection"):
        library.ingest([], name)


def test_searching_refuses_what_it_cannot_answer(library: Library, encoder: MiniLMEncoder) -> None:
    library.sync()
    retriever = Retriever(library.index, library.lexical, SituationFinder(library.index, library.lexical, {}), encoder)
    assert retriever.search("keeping promises", k=1).passages[0].article == "own.md"
    with pytest.raises(BadQuery, match="empty"):
        retriever.search("  ")
    with pytest.raises(BadQuery, match="k is 0"):
        retriever.search("promises", k=0)
