"""Chroma, embedded or a server: the only module that imports it. Both are used in the same way from here on."""

import logging
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.api.types import EmbeddingFunction
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from chromadb.utils.embedding_functions import register_embedding_function

from knowledge.errors import IndexUnavailable
from knowledge.store import check_writable

log = logging.getLogger(__name__)

_DAMAGE = (ChromaError, sqlite3.Error, ValueError, KeyError, RuntimeError)
_BUILT = "built"
_STATE = "state"


@register_embedding_function
class _VectorsOnly(EmbeddingFunction[Any]):
    """Given to Chroma so that it never falls back to its default function, which downloads 80 MB."""

    def __init__(self) -> None:
        pass

    def __call__(self, input: Any) -> Any:
        raise NotImplementedError("this index is given vectors, never texts")

    @staticmethod
    def name() -> str:
        return "trust-coach-vectors"

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "_VectorsOnly":
        return _VectorsOnly()

    def get_config(self) -> dict[str, Any]:
        return {}


class Chroma:
    """A client, and the names under which it keeps generations of a collection.

    A generation is what one encoder and one way of cutting passages make of a collection. Another one is built beside
    it, and whoever searches the first goes on doing so; the last one before the newest is kept.
    """

    def __init__(
        self, client: ClientAPI, place: str, began_anew: bool = False, sessions: Sequence[httpx.Client] = ()
    ) -> None:
        self.began_anew = began_anew
        self._sessions = sessions
        self._client = client
        self._place = place
        self._opened: dict[str, Collection] = {}

    def open(self, name: str, generation: str, create: bool = False) -> Collection | None:
        """A generation of a collection; nothing where there is none and none is to be made."""
        full = f"{name}.{generation}"
        if full in self._opened:
            return self._opened[full]
        function: Any = _VectorsOnly()
        with self.reached():
            try:
                opened = self._client.get_collection(full, embedding_function=function)
            except NotFoundError:
                if not create:
                    return None
                opened = self._client.create_collection(
                    full,
                    configuration={"hnsw": {"space": "cosine"}},
                    metadata={_BUILT: "", _STATE: ""},
                    embedding_function=function,
                )
        self._opened[full] = opened
        return opened

    def state(self, collection: Collection) -> str:
        """What `finish` was told last; empty while a generation is being built."""
        return str((collection.metadata or {}).get(_STATE) or "")

    def begin(self, collection: Collection) -> None:
        """Note that what a generation holds is about to change."""
        with self.reached():
            collection.modify(metadata={**(collection.metadata or {}), _STATE: ""})

    def finish(self, collection: Collection, state: str) -> None:
        """Note that a generation holds what it should; when it does so first, remove those before the last."""
        built = str((collection.metadata or {}).get(_BUILT) or "")
        with self.reached():
            collection.modify(metadata={_BUILT: built or datetime.now(UTC).isoformat(), _STATE: state})
            if not built:
                self._remove_older(collection.name)

    def close(self) -> None:
        """Let go of files and connections."""
        client: Any = self._client
        client.close()
        for session in self._sessions:
            session.close()

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Calls to Chroma, whose faults become one that says what to do.

        Raises:
            IndexUnavailable: Chroma did not answer as it should.
        """
        try:
            with _reaching(self._place):
                yield
        except IndexUnavailable:
            self._opened.clear()
            raise

    def _remove_older(self, newest: str) -> None:
        name = newest.rpartition(".")[0]
        others = [
            collection
            for collection in self._client.list_collections()
            if collection.name.rpartition(".")[0] == name and collection.name != newest
        ]
        others.sort(key=lambda collection: str((collection.metadata or {}).get(_BUILT) or ""))
        for collection in others[:-1]:
            self._client.delete_collection(collection.name)


def embedded(folder: Path) -> Chroma:
    """Chroma in this process; damaged files are moved aside and begun anew.

    Raises:
        DataFolderError: the folder cannot be written.
    """
    check_writable(folder)
    try:
        return Chroma(_probed(folder), str(folder))
    except _DAMAGE as error:
        aside = folder.with_name(f"{folder.name}.damaged-{int(time.time())}")
        log.warning("the index in %s is damaged (%s); moved to %s, rebuilding", folder, type(error).__name__, aside)
        shutil.move(folder, aside)
        folder.mkdir(parents=True)
        SharedSystemClient.clear_system_cache()
        return Chroma(_probed(folder), str(folder), began_anew=True)


def server(url: str, token: str | None = None, timeout: float = 30.0) -> Chroma:
    """A Chroma server; `timeout` is in seconds, for each call.

    Raises:
        IndexUnavailable: it cannot be reached, or refuses the token.
    """
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    with _reaching(url):
        # Chroma's client waits without end, so the first knock is ours.
        httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", headers=headers, timeout=timeout).raise_for_status()
        client = chromadb.HttpClient(host=url, headers=headers, settings=Settings(anonymized_telemetry=False))
        # It gives no way to set a timeout, and leaves its connections open when it is closed.
        inner: Any = client
        sessions: list[httpx.Client] = [part._server._session for part in (inner, inner._admin_client)]
        for session in sessions:
            session.timeout = httpx.Timeout(timeout)
    return Chroma(client, url, sessions=sessions)


@contextmanager
def _reaching(place: str) -> Iterator[None]:
    try:
        yield
    except NotFoundError as error:
        raise IndexUnavailable(f"the index at {place} was removed while in use: start the coach anew") from error
    except Exception as error:
        # Chroma's client raises whatever its transport does, and bare exceptions where it is refused.
        raise IndexUnavailable(
            f"the index at {place} does not answer ({type(error).__name__}): see that Chroma runs there, that "
            "COACH_CHROMA_URL and COACH_CHROMA_TOKEN are right, and that its disk is not full"
        ) from error


def _probed(folder: Path) -> ClientAPI:
    client = chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=False)
    )
    # Damage often shows only when vectors are read.
    for collection in client.list_collections():
        row = collection.get(limit=1, include=["embeddings"])
        if row["ids"] and row["embeddings"] is not None:
            collection.query(query_embeddings=row["embeddings"][:1], n_results=1)
    return client
