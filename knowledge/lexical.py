"""Word search over passages on SQLite's FTS5: exact words find what vectors blur."""

import hashlib
import logging
import re
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from knowledge.passages import Passage, digest_of

log = logging.getLogger(__name__)

_WORD = re.compile(r"\w+", re.UNICODE)
_MAX_TERMS = 48
_TOKENS = "porter unicode61 remove_diacritics 2"
_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5("
    f'collection UNINDEXED, id UNINDEXED, title, headings, text, tokenize = "{_TOKENS}")'
)
_LARGE = 10_000
_MATCHES = 5_000
_RARE = 200
_FEW = 3
_ALSO = {
    "sorry": ("apology", "apologize", "apologise"),
    "cheated": ("affair", "infidelity", "betrayal"),
    "lied": ("lie", "honest", "honesty"),
    "jealous": ("jealousy",),
    "trust": ("trustworthy",),
}
"""What the articles call it."""
_STOP = frozenset(
    (
        "a an and are as at be been but by did do does for from get had has have he her him his how i if in "
        "is it its just me my no not of on or our she so that the their them then there they this to too up "
        "us was we were what when which who why will with would you your im ive dont can cant about out all "
        "now am "
    ).split()
)


class LexicalIndex:
    """BM25 over the words of passages, by collection. A cache like the vectors: it can be deleted at any time.

    Large collections have tables of their own, and are asked for the rarest words of a query only: scoring a match
    costs some microseconds, and a frequent word matches everywhere and tells nothing.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
        except sqlite3.DatabaseError as error:
            log.warning("the word index %s cannot be used (%s); rebuilding", path, type(error).__name__)
            for suffix in ("", "-wal", "-shm"):
                path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
            self._database = _opened(path)
        self._stemmer = _stemmer()

    def state(self, collection: str) -> str:
        """What `sync` was told last of `collection`."""
        with self._lock:
            kept = self._database.execute("SELECT digest FROM states WHERE collection = ?", (collection,)).fetchone()
        return str(kept[0]) if kept else ""

    def sync(self, collection: str, passages: Sequence[Passage], state: str = "") -> None:
        """Make `collection` hold exactly `passages`, and remember `state`; nothing is done where it does already."""
        digest = state or digest_of(passages)
        if self.state(collection) == digest:
            return
        own = _own_table(collection)
        rows = ((collection, p.id, p.title, " ".join(p.headings[1:]), p.text) for p in passages)
        with self._lock, self._database:
            self._database.execute("DELETE FROM words WHERE collection = ?", (collection,))
            for table in (f"{own}_frequent", f"{own}_vocabulary", own):
                self._database.execute(f"DROP TABLE IF EXISTS {table}")
            table = own if len(passages) > _LARGE else "words"
            self._database.execute(_TABLE.format(name=table))
            self._database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", rows)
            if table == own:
                self._count_frequent(own)
            self._database.execute("INSERT OR REPLACE INTO states VALUES (?, ?, ?)", (collection, digest, table))

    def search(self, collection: str, query: str, k: int) -> dict[str, float]:
        """Up to `k` passage ids and their BM25 scores (higher is better), best first."""
        terms = query_terms(query)
        with self._lock:
            kept = self._database.execute("SELECT home FROM states WHERE collection = ?", (collection,)).fetchone()
            table = str(kept[0]) if kept else "words"
            if table != "words":
                terms = self._rarest(table, terms)
            if not terms:
                return {}
            rows = self._database.execute(
                f"SELECT id, -bm25({table}, 0, 0, 1.5, 1.5, 1.0) AS score FROM {table}"
                f" WHERE {table} MATCH ? AND collection = ? ORDER BY score DESC LIMIT ?",
                (" OR ".join(f'"{term}"' for term in terms), collection, k),
            ).fetchall()
        return {str(key): float(score) for key, score in rows}

    def _count_frequent(self, table: str) -> None:
        """Note in how many passages each frequent word stands; asking the index for it takes as long as a search."""
        self._database.execute(f"CREATE VIRTUAL TABLE {table}_vocabulary USING fts5vocab({table}, row)")
        self._database.execute(f"CREATE TABLE {table}_frequent (term TEXT PRIMARY KEY, passages INTEGER) WITHOUT ROWID")
        self._database.execute(
            f"INSERT INTO {table}_frequent SELECT term, doc FROM {table}_vocabulary WHERE doc > ?", (_RARE,)
        )

    def _rarest(self, table: str, terms: Sequence[str]) -> list[str]:
        """The rarest terms, as long as not too many passages match; none where each stands nearly everywhere."""
        stems = self._stems(terms)
        held = ",".join("?" * len(stems))
        found = self._database.execute(
            f"SELECT term, passages FROM {table}_frequent WHERE term IN ({held})", list(stems.values())
        )
        counted = {str(term): int(passages) for term, passages in found}
        counts = {term: counted.get(stems.get(term, term), _RARE) for term in terms}
        left = _MATCHES
        chosen: list[str] = []
        for term in sorted(terms, key=lambda term: counts[term]):
            left -= counts[term]
            if left < 0:
                break
            chosen.append(term)
        return chosen

    def _stems(self, terms: Sequence[str]) -> dict[str, str]:
        """What the index makes of words."""
        self._stemmer.execute("DELETE FROM word")
        self._stemmer.executemany("INSERT INTO word(rowid, text) VALUES (?, ?)", enumerate(terms))
        rows = self._stemmer.execute("SELECT doc, term FROM stem").fetchall()
        return {terms[number]: str(stem) for number, stem in rows}


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    # A cache may be lost in a power cut; it is never worth waiting for the disk.
    database.execute("PRAGMA synchronous=OFF")
    database.execute(_TABLE.format(name="words"))
    database.execute("CREATE TABLE IF NOT EXISTS states (collection TEXT PRIMARY KEY, digest TEXT NOT NULL, home TEXT)")
    # A file that an older version wrote is begun anew like a damaged one.
    database.execute("SELECT home FROM states LIMIT 1")
    return database


def _own_table(collection: str) -> str:
    return f"words_{hashlib.sha256(collection.encode()).hexdigest()[:16]}"


def _stemmer() -> sqlite3.Connection:
    """An index of single words in memory, which says what the tokenizer makes of them."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute(f'CREATE VIRTUAL TABLE word USING fts5(text, tokenize = "{_TOKENS}")')
    database.execute("CREATE VIRTUAL TABLE stem USING fts5vocab(word, instance)")
    return database


def query_terms(query: str) -> list[str]:
    """The words of a query that can tell passages apart, each once."""
    words = [word.lower() for word in _WORD.findall(query.replace("'", "").replace("’", ""))]
    # In two or three words even "but" may be the point.
    telling = words if len(words) <= _FEW else [word for word in words if word not in _STOP]
    widened = [term for word in telling for term in (word, *_ALSO.get(word, ()))]
    return list(dict.fromkeys(widened))[:_MAX_TERMS]
