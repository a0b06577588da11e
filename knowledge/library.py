"""Articles and their index, kept in step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Article
from knowledge.errors import ImportRejected
from knowledge.importer import import_file
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.passages import Passage, passages_of, sentences_of
from knowledge.store import DEFAULT_COLLECTION, ArticleStore, check_collection, sentence_collection

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file."""

    collection: str
    imported: tuple[str, ...]
    unchanged: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    dropped_lines: int
    passages: int


class Library:
    """Collections of articles: the built-in ones, and what operators import."""

    def __init__(
        self, store: ArticleStore, index: PassageIndex, lexical: LexicalIndex, builtin: tuple[Article, ...]
    ) -> None:
        self.index = index
        self.lexical = lexical
        self._store = store
        self._builtin = builtin

    def sync(self, collection: str = DEFAULT_COLLECTION, progress: Progress | None = None) -> int:
        """Bring the index of `collection` up to date; returns how many passages were embedded."""
        passages = [passage for article in self._articles(collection) for passage in passages_of(article)]
        report = None if progress is None else lambda done, of: progress("indexing", done, of)
        embedded = self.index.sync(collection, passages, report)
        self.index.sync(sentence_collection(collection), sentences_of(passages))
        self.lexical.sync(collection, passages)
        return embedded

    def sync_all(self) -> None:
        """Bring every collection up to date, as after the index was damaged."""
        for collection in dict.fromkeys((DEFAULT_COLLECTION, *self._store.collections())):
            self.sync(collection)

    def ingest(
        self, files: Iterable[Path], collection: str = DEFAULT_COLLECTION, progress: Progress | None = None
    ) -> ImportReport:
        """Import files; one that is rejected is reported and the rest goes on."""
        check_collection(collection)
        chosen = list(files)
        imported: list[str] = []
        unchanged: list[str] = []
        rejected: list[tuple[str, str]] = []
        dropped = 0
        for done, path in enumerate(chosen, start=1):
            try:
                result = import_file(path)
            except ImportRejected as error:
                rejected.append((error.name, error.reason))
            else:
                fresh = self._store.save(collection, result.article)
                (imported if fresh else unchanged).append(path.name)
                dropped += len(result.dropped)
            if progress:
                progress("reading", done, len(chosen))
        if imported or unchanged:
            self.sync(collection, progress)
        return ImportReport(
            collection, tuple(imported), tuple(unchanged), tuple(rejected), dropped, self.index.count(collection)
        )

    def passages(self, collection: str) -> tuple[Passage, ...]:
        """Everything stored in `collection`."""
        return self.index.passages(check_collection(collection))

    def _articles(self, collection: str) -> tuple[Article, ...]:
        own = self._builtin if collection == DEFAULT_COLLECTION else ()
        return (*own, *self._store.articles(collection))
