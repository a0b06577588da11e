"""Articles and their index, kept in step."""

import hashlib
from collections.abc import Callable, Iterable

from knowledge.article import Article
from knowledge.audit import Auditor, Held, objections
from knowledge.errors import BadQuery, ImportRejected
from knowledge.importer import RULES_VERSION, Raw, Source, import_raw
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.likeness import NEARLY_THE_SAME, likeness, runs
from knowledge.passages import RULES_VERSION as PASSAGE_RULES
from knowledge.passages import Passage, passages_of, sentences_of
from knowledge.report import Duplicate, ImportReport, LeftOut, Rejected, left_out
from knowledge.store import DEFAULT_COLLECTION, ArticleStore, check_collection, sentence_collection

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class Library:
    """Collections of articles: the built-in ones, and what operators import."""

    def __init__(
        self,
        store: ArticleStore,
        index: PassageIndex,
        lexical: LexicalIndex,
        auditor: Auditor,
        builtin: tuple[Article, ...],
    ) -> None:
        self.index = index
        self.lexical = lexical
        self._store = store
        self._auditor = auditor
        self._builtin = builtin

    def sync(self, collection: str = DEFAULT_COLLECTION, progress: Progress | None = None) -> int:
        """Bring the index of `collection` up to date; returns how many passages were embedded.

        What was embedded before this was interrupted is not embedded again.
        """
        state = self._state(collection)
        if self.index.state(collection) == state == self.lexical.state(collection):
            return 0
        passages = self._passages(collection)
        report = None if progress is None else lambda done, of: progress("indexing", done, of)
        self.index.sync(sentence_collection(collection), sentences_of(passages), state=state)
        embedded = self.index.sync(collection, passages, report, state)
        self.lexical.sync(collection, passages, state)
        return embedded

    def sync_all(self) -> None:
        """Bring every collection up to date, as after the index was damaged."""
        for collection in dict.fromkeys((DEFAULT_COLLECTION, *self._store.collections())):
            self.sync(collection)

    def ingest(
        self, sources: Iterable[Source], collection: str = DEFAULT_COLLECTION, progress: Progress | None = None
    ) -> ImportReport:
        """Import articles; one that is rejected is reported and the rest goes on.

        Each article is kept whole or not at all, and what is kept is not read again: an import that was interrupted
        goes on where it stopped, and until the index is brought up to date it gives what it gave before.
        """
        intake = _Intake(self._store, self._auditor, check_collection(collection), self._own(collection))
        chosen = list(sources)
        for done, source in enumerate(chosen, start=1):
            intake.take(source)
            if progress:
                progress("reading", done, len(chosen))
        if intake.imported or intake.unchanged:
            self.sync(collection, progress)
        return intake.report(self.index.count(collection))

    def passages(self, collection: str) -> tuple[Passage, ...]:
        """Everything stored in `collection`."""
        return self.index.passages(check_collection(collection))

    def held(self, collection: str) -> tuple[Held, ...]:
        """What was imported into `collection` and is kept out of its index."""
        return self._store.held(collection)

    def release(self, collection: str, key: str) -> tuple[Held, ...]:
        """Index what is held under an id, because someone has read it and vouches for it.

        Raises:
            BadQuery: nothing is held under this id.
        """
        released = self._store.release(collection, key)
        if not released:
            raise BadQuery(f"nothing is held as {key!r} in {collection!r}: `coach ingest --review` lists what is")
        self.sync(collection)
        return released

    def _own(self, collection: str) -> tuple[Article, ...]:
        return self._builtin if collection == DEFAULT_COLLECTION else ()

    def _passages(self, collection: str) -> list[Passage]:
        held = {row.id for row in self._store.held(collection)}
        articles = (*self._own(collection), *self._store.articles(collection))
        return [
            passage
            for article in articles
            if article.name not in held
            for passage in passages_of(article)
            if passage.id not in held
        ]

    def _state(self, collection: str) -> str:
        parts = (
            PASSAGE_RULES,
            *(article.digest for article in self._own(collection)),
            *self._store.digests(collection),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class _Intake:
    """One import: takes sources one by one and notes what became of each."""

    def __init__(self, store: ArticleStore, auditor: Auditor, collection: str, own: tuple[Article, ...]) -> None:
        self._store = store
        self._auditor = auditor
        self._collection = collection
        self._own = {article.name: runs(article.body) for article in own}
        self._origins: dict[str, str] = {}
        self.imported: list[str] = []
        self.unchanged: list[str] = []
        self._rejected: list[Rejected] = []
        self._duplicates: list[Duplicate] = []
        self._held: list[Held] = []
        self._dropped: list[LeftOut] = []

    def take(self, source: Source) -> None:
        try:
            self._take(source.load())
        except ImportRejected as error:
            self._rejected.append(Rejected(error.name, error.reason))

    def report(self, passages: int) -> ImportReport:
        return ImportReport(
            self._collection, tuple(self.imported), tuple(self.unchanged), tuple(self._rejected),
            tuple(self._duplicates), tuple(self._held), tuple(self._dropped), passages,
        )  # fmt: skip

    def _take(self, raw: Raw) -> None:
        origin = self._origin(raw)
        before = self._origins.setdefault(raw.name, origin)
        if before != origin:
            raise ImportRejected(raw.name, "another file of this name is in this import: rename one of them")
        if self._store.origin(self._collection, raw.name) == origin:
            self.unchanged.append(raw.name)
            return
        read = import_raw(raw)
        if (twin := self._twin(read.article)) is not None:
            self._duplicates.append(Duplicate(raw.name, twin[0], round(twin[1], 2)))
            return
        passages = passages_of(read.article)
        held = objections(self._auditor, read.article.name, passages, read.hidden)
        self._store.save(self._collection, read.article, origin, held)
        self.imported.append(raw.name)
        self._held += held
        self._dropped += left_out(raw.name, read.dropped)

    def _origin(self, raw: Raw) -> str:
        """Tells whether a file was imported as it is, by these rules."""
        known = "\x1f".join((RULES_VERSION, self._auditor.version, raw.source)).encode()
        return hashlib.sha256(known + raw.data).hexdigest()

    def _twin(self, article: Article) -> tuple[str, float] | None:
        if article.name in self._own:
            raise ImportRejected(article.name, "a built-in article has this name: rename the file")
        found = runs(article.body)
        alike = [(name, likeness(found, own)) for name, own in self._own.items()]
        best = max(alike, key=lambda row: row[1], default=("", 0.0))
        return best if best[1] >= NEARLY_THE_SAME else self._store.twin(self._collection, article)
