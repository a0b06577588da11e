"""Imported articles on disk: the truth from which an index can always be rebuilt."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from knowledge.article import Article
from knowledge.errors import BadQuery, DataFolderError

DEFAULT_COLLECTION = "coaching"
_COLLECTION = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{1,61}[a-zA-Z0-9]")


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
    """One JSON file an article, in one folder a collection; written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, collection: str, article: Article) -> bool:
        """Keep `article`; False when exactly it was kept already.

        Raises:
            DataFolderError: the folder cannot be written.
        """
        path = self._path(collection, article.name)
        text = json.dumps(asdict(article), ensure_ascii=False, indent=1)
        try:
            if path.exists() and path.read_text(encoding="utf-8") == text:
                return False
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".tmp")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        except OSError as error:
            raise DataFolderError(f"cannot write {path.parent}: {error.strerror}") from error
        return True

    def articles(self, collection: str) -> tuple[Article, ...]:
        """What was imported into `collection`, by name."""
        folder = self._folder / check_collection(collection)
        return tuple(_read(path) for path in sorted(folder.glob("*.json")))

    def collections(self) -> tuple[str, ...]:
        """The collections into which anything was imported."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._folder.iterdir() if path.is_dir()))

    def _path(self, collection: str, name: str) -> Path:
        safe = re.sub(r"[^\w.-]", "_", name)[:150]
        return self._folder / check_collection(collection) / f"{safe}.json"


def _read(path: Path) -> Article:
    fields = json.loads(path.read_text(encoding="utf-8"))
    return Article(**{**fields, "topics": tuple(fields["topics"])})
