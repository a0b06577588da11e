"""Imported articles on disk: the truth from which an index can always be rebuilt."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple
from pathlib import Path

from knowledge.article import Article
from knowledge.audit import Held
from knowledge.errors import BadQuery, DataFolderError
from knowledge.likeness import NEARLY_THE_SAME, likeness, runs, sketch

DEFAULT_COLLECTION = "coaching"
_COLLECTION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{1,61}[a-zA-Z0-9]")
_WAIT_SECONDS = 30
_CANDIDATES = 5

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    collection TEXT, name TEXT, digest TEXT NOT NULL, origin TEXT NOT NULL, article TEXT NOT NULL,
    PRIMARY KEY (collection, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sketches (
    collection TEXT, run INTEGER, name TEXT, PRIMARY KEY (collection, run, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sketches_by_name ON sketches (collection, name);
CREATE TABLE IF NOT EXISTS held (
    collection TEXT, id TEXT, article TEXT, label TEXT, evidence TEXT, reason TEXT,
    released INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS held_by_article ON held (collection, article);
"""


def check_collection(name: str) -> str:
    """`name`, when the index can use it.

    Raises:
        BadQuery: it cannot; the message says what a name looks like.
    """
    if _COLLECTION.fullmatch(name) is None:
        raise BadQuery(
            f"collection {name!r}: a name has 3 to 63 letters, digits, '-' or '_', and starts and ends with a letter "
            "or digit"
        )
    return name


def sentence_collection(collection: str) -> str:
    """Where the sentences of a collection's passages are indexed; no collection can have such a name."""
    return f"{collection}.sentences"


def check_writable(folder: Path) -> None:
    """Make `folder`, and see that files can be written there.

    Raises:
        DataFolderError: they cannot; the message says what to set.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DataFolderError(f"cannot write {folder}: {error.strerror}. Set COACH_DATA_DIR.") from error


class ArticleStore:
    """Articles by collection and name, and what is held of them, in one SQLite file.

    A change is made whole or not at all. Every method raises DataFolderError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def origin(self, collection: str, name: str) -> str | None:
        """What `save` was told of the file that an article came from; nothing where there is no such article."""
        with self._database() as database:
            row = database.execute(
                "SELECT origin FROM articles WHERE collection = ? AND name = ?", (check_collection(collection), name)
            ).fetchone()
        return None if row is None else str(row[0])

    def save(self, collection: str, article: Article, origin: str = "", held: Sequence[Held] = ()) -> None:
        """Keep `article` in place of what was kept under its name.

        What was released stays so while the same words earn the same label.
        """
        key = (check_collection(collection), article.name)
        text = json.dumps(asdict(article), ensure_ascii=False)
        with self._database() as database:
            released = set(
                database.execute(
                    "SELECT id, label, evidence FROM held WHERE collection = ? AND article = ? AND released", key
                )
            )
            for table, column in (("articles", "name"), ("sketches", "name"), ("held", "article")):
                database.execute(f"DELETE FROM {table} WHERE collection = ? AND {column} = ?", key)
            database.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", (*key, article.digest, origin, text))
            database.executemany(
                "INSERT INTO sketches VALUES (?, ?, ?)", ((key[0], run, key[1]) for run in sketch(article.body))
            )
            database.executemany(
                "INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((key[0], *astuple(row), (row.id, row.label, row.evidence) in released) for row in held),
            )

    def twin(self, collection: str, article: Article) -> tuple[str, float] | None:
        """Another article that says nearly the same, and how much of their text they share."""
        key = check_collection(collection)
        found = sketch(article.body)
        with self._database() as database:
            rows = database.execute(
                "SELECT name, COUNT(*) AS shared FROM sketches"
                f" WHERE collection = ? AND run IN ({','.join('?' * len(found))}) AND name <> ?"
                " GROUP BY name HAVING shared >= ? ORDER BY shared DESC, name LIMIT ?",
                (key, *found, article.name, NEARLY_THE_SAME / 2 * len(found), _CANDIDATES),
            ).fetchall()
            bodies = [(str(name), self._article(database, key, str(name)).body) for name, _ in rows]
        scored = [(name, likeness(runs(article.body), runs(body))) for name, body in bodies]
        best = max(scored, key=lambda row: row[1], default=None)
        return best if best is not None and best[1] >= NEARLY_THE_SAME else None

    def articles(self, collection: str) -> tuple[Article, ...]:
        """What was imported into `collection`, by name."""
        with self._database() as database:
            rows = database.execute(
                "SELECT article FROM articles WHERE collection = ? ORDER BY name", (check_collection(collection),)
            ).fetchall()
        return tuple(_read(row[0]) for row in rows)

    def digests(self, collection: str) -> tuple[str, ...]:
        """Changes whenever what `collection` gives to the index changes."""
        with self._database() as database:
            rows = database.execute(
                "SELECT digest FROM articles WHERE collection = ?1 UNION ALL"
                " SELECT id FROM held WHERE collection = ?1 AND NOT released ORDER BY 1",
                (check_collection(collection),),
            ).fetchall()
        return tuple(str(row[0]) for row in rows)

    def collections(self) -> tuple[str, ...]:
        """The collections into which anything was imported."""
        with self._database() as database:
            rows = database.execute("SELECT DISTINCT collection FROM articles ORDER BY collection").fetchall()
        return tuple(str(row[0]) for row in rows)

    def held(self, collection: str) -> tuple[Held, ...]:
        """What is kept out of the index, by article."""
        with self._database() as database:
            rows = database.execute(
                "SELECT id, article, label, evidence, reason FROM held WHERE collection = ? AND NOT released"
                " ORDER BY article, rowid",
                (check_collection(collection),),
            ).fetchall()
        return tuple(Held(*row) for row in rows)

    def release(self, collection: str, key: str) -> tuple[Held, ...]:
        """Let what is held under this id into the index; gives what was held, nothing where nothing was."""
        found = tuple(row for row in self.held(collection) if row.id == key)
        with self._database() as database:
            database.execute("UPDATE held SET released = 1 WHERE collection = ? AND id = ?", (collection, key))
        return found

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        except sqlite3.OperationalError as error:
            raise DataFolderError(f"cannot open {self._path}: {error}. Set COACH_DATA_DIR.") from error
        try:
            with database:
                database.execute("PRAGMA journal_mode=WAL")
                database.executescript(_SCHEMA)
                yield database
        except sqlite3.DatabaseError as error:
            raise DataFolderError(
                f"cannot use {self._path}: {error}. If the disk is full, free it; else move the file away and import "
                "anew."
            ) from error
        finally:
            database.close()

    def _article(self, database: sqlite3.Connection, collection: str, name: str) -> Article:
        row = database.execute(
            "SELECT article FROM articles WHERE collection = ? AND name = ?", (collection, name)
        ).fetchone()
        return _read(row[0])


def _read(text: str) -> Article:
    fields = json.loads(text)
    return Article(**{**fields, "topics": tuple(fields["topics"])})
