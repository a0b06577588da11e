"""Word search over passages on SQLite's FTS5: exact words find what vectors blur."""

import hashlib
import logging
import re
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from knowledge.passages import Passage

log = logging.getLogger(__name__)

_WORD = re.compile(r"\w+", re.UNICODE)
_MAX_TERMS = 48
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
    """BM25 over the words of passages, by collection. A cache like the vectors: it can be deleted at any time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
        except sqlite3.DatabaseError as error:
            log.warning("the word index %s is damaged (%s); rebuilding", path, type(error).__name__)
            path.unlink()
            self._database = _opened(path)

    def state(self, collection: str) -> str:
        """What `sync` was told last of `collection`."""
        with self._lock:
            kept = self._database.execute("SELECT digest FROM states WHERE collection = ?", (collection,)).fetchone()
        return str(kept[0]) if kept else ""

    def sync(self, collection: str, passages: Sequence[Passage], state: str = "") -> None:
        """Make `collection` hold exactly `passages`, and remember `state`; nothing is done where it does already."""
        digest = state or _digest(passages)
        if self.state(collection) == digest:
            return
        with self._lock, self._database:
            self._database.execute("DELETE FROM words WHERE collection = ?", (collection,))
            self._database.executemany(
                "INSERT INTO words VALUES (?, ?, ?, ?, ?)",
                ((collection, p.id, p.title, " ".join(p.headings[1:]), p.text) for p in passages),
            )
            self._database.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (collection, digest))

    def search(self, collection: str, query: str, k: int) -> dict[str, float]:
        """Up to `k` passage ids and their BM25 scores (higher is better), best first."""
        terms = query_terms(query)
        if not terms:
            return {}
        match = " OR ".join(f'"{term}"' for term in terms)
        with self._lock:
            rows = self._database.execute(
                "SELECT id, -bm25(words, 0, 0, 1.5, 1.5, 1.0) AS score FROM words"
                " WHERE words MATCH ? AND collection = ? ORDER BY score DESC LIMIT ?",
                (match, collection, k),
            ).fetchall()
        return {str(key): float(score) for key, score in rows}


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    # A cache may be lost in a power cut; it is never worth waiting for the disk.
    database.execute("PRAGMA synchronous=OFF")
    database.executescript(
        """
        CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
            collection UNINDEXED, id UNINDEXED, title, headings, text,
            tokenize = "porter unicode61 remove_diacritics 2");
        CREATE TABLE IF NOT EXISTS states (collection TEXT PRIMARY KEY, digest TEXT NOT NULL);
        """
    )
    return database


def _digest(passages: Sequence[Passage]) -> str:
    state = hashlib.sha256()
    for passage in passages:
        state.update("\x1f".join((passage.id, passage.title, *passage.headings, passage.text)).encode())
    return state.hexdigest()


def query_terms(query: str) -> list[str]:
    """The words of a query that can tell passages apart, each once."""
    words = [word.lower() for word in _WORD.findall(query.replace("'", "").replace("’", ""))]
    # In two or three words even "but" may be the point.
    telling = words if len(words) <= _FEW else [word for word in words if word not in _STOP]
    widened = [term for word in telling for term in (word, *_ALSO.get(word, ()))]
    return list(dict.fromkeys(widened))[:_MAX_TERMS]
