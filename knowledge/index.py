"""The vector index on Chroma; the only module that imports it.

The index is a cache: it can be deleted at any time and is rebuilt from the articles.
"""

import hashlib
import json
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.api.types import EmbeddingFunction
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from chromadb.utils.embedding_functions import register_embedding_function

from knowledge.encoder import Encoder, Vectors
from knowledge.passages import RULES_VERSION, Passage
from knowledge.store import check_writable

log = logging.getLogger(__name__)

_BATCH = 256
_DAMAGE = (ChromaError, sqlite3.Error, ValueError, KeyError, RuntimeError)


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


class PassageIndex:
    """Passages and their vectors, by collection."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the index in `folder`, or make it; a damaged one is moved aside and begun anew.

        Raises:
            DataFolderError: the folder cannot be written.
        """
        self._encoder = encoder
        self._folder = folder
        self.rebuilt_from_damage = False
        check_writable(folder)
        self._client = self._open()
        self._opened: dict[str, Collection] = {}

    def sync(
        self, collection: str, passages: Sequence[Passage], progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Make `collection` hold exactly `passages`; only new and changed ones are embedded.

        Returns how many were embedded. New passages are searchable before old ones leave.
        """
        chroma = self._collection(collection, create=True)
        kept = chroma.get(include=["metadatas"])
        digests = {
            key: str((meta or {}).get("digest")) for key, meta in zip(kept["ids"], kept["metadatas"] or [], strict=True)
        }
        wanted = {passage.id: self._digest(passage) for passage in passages}
        changed = [passage for passage in passages if digests.get(passage.id) != wanted[passage.id]]
        for start in range(0, len(changed), _BATCH):
            batch = changed[start : start + _BATCH]
            chroma.upsert(
                ids=[passage.id for passage in batch],
                embeddings=self._encoder.embed([passage.indexed_text for passage in batch]),
                documents=[passage.text for passage in batch],
                metadatas=[self._metadata(passage, wanted[passage.id]) for passage in batch],
            )
            if progress:
                progress(min(start + _BATCH, len(changed)), len(changed))
        gone = [key for key in digests if key not in wanted]
        if gone:
            chroma.delete(ids=gone)
        return len(changed)

    def search(self, collection: str, vector: Vectors, k: int) -> tuple[Passage, ...]:
        """The `k` passages nearest to a unit vector, best first, scored by cosine similarity."""
        chroma = self._collection(collection)
        if chroma is None:
            return ()
        found = chroma.query(query_embeddings=[vector], n_results=k, include=["documents", "metadatas", "distances"])
        rows = zip(
            found["ids"][0],
            (found["documents"] or [[]])[0],
            (found["metadatas"] or [[]])[0],
            (found["distances"] or [[]])[0],
            strict=True,
        )
        return tuple(_passage(key, text, dict(meta), 1.0 - distance) for key, text, meta, distance in rows)

    def nearest(self, collection: str, vector: Vectors, k: int) -> dict[str, float]:
        """Ids of the `k` passages nearest to a unit vector, best first, with their cosine; no texts are read."""
        chroma = self._collection(collection)
        if chroma is None:
            return {}
        found = chroma.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return {
            key: 1.0 - distance for key, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        }

    def scored(self, collection: str, vector: Vectors, ids: Sequence[str]) -> tuple[Passage, ...]:
        """Some stored passages, scored by their cosine similarity to a unit vector; unknown ids are left out."""
        chroma = self._collection(collection)
        if chroma is None or not ids:
            return ()
        stored = chroma.get(ids=list(ids), include=["documents", "metadatas", "embeddings"])
        scores = np.asarray(stored["embeddings"], dtype=np.float32).reshape(-1, vector.shape[0]) @ vector
        rows = zip(stored["ids"], stored["documents"] or [], stored["metadatas"] or [], scores, strict=True)
        return tuple(_passage(key, text, dict(meta), float(score)) for key, text, meta, score in rows)

    def passages(self, collection: str) -> tuple[Passage, ...]:
        """Everything stored in `collection`, by article and place."""
        chroma = self._collection(collection)
        if chroma is None:
            return ()
        stored = chroma.get(include=["documents", "metadatas"])
        rows = zip(stored["ids"], stored["documents"] or [], stored["metadatas"] or [], strict=True)
        return tuple(
            sorted(
                (_passage(key, text, dict(meta)) for key, text, meta in rows), key=lambda passage: _place(passage.id)
            )
        )

    def count(self, collection: str) -> int:
        """How many passages are stored; 0 where there is no such collection."""
        chroma = self._collection(collection)
        return 0 if chroma is None else chroma.count()

    def _open(self) -> ClientAPI:
        try:
            return self._probed_client()
        except _DAMAGE as error:
            aside = self._folder.with_name(f"{self._folder.name}.damaged-{int(time.time())}")
            log.warning(
                "the index in %s is damaged (%s); moved to %s, rebuilding", self._folder, type(error).__name__, aside
            )
            shutil.move(self._folder, aside)
            self._folder.mkdir(parents=True)
            SharedSystemClient.clear_system_cache()
            self.rebuilt_from_damage = True
            return self._probed_client()

    def _probed_client(self) -> ClientAPI:
        client = chromadb.PersistentClient(
            path=str(self._folder), settings=Settings(anonymized_telemetry=False, allow_reset=False)
        )
        # Damage often shows only when vectors are read.
        for collection in client.list_collections():
            row = collection.get(limit=1, include=["embeddings"])
            if row["ids"] and row["embeddings"] is not None:
                collection.query(query_embeddings=row["embeddings"][:1], n_results=1)
        return client

    def _collection(self, name: str, create: bool = False) -> Any:
        if name in self._opened:
            return self._opened[name]
        settings: dict[str, Any] = {"embedding_function": _VectorsOnly()}
        try:
            opened = self._client.get_collection(name, **settings)
        except NotFoundError:
            if not create:
                return None
            opened = self._client.create_collection(name, configuration={"hnsw": {"space": "cosine"}}, **settings)
        self._opened[name] = opened
        return opened

    def _digest(self, passage: Passage) -> str:
        parts = (RULES_VERSION, self._encoder.name, passage.title, passage.source, *passage.headings, passage.text)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]

    def _metadata(self, passage: Passage, digest: str) -> dict[str, str]:
        return {
            "article": passage.article,
            "title": passage.title,
            "source": passage.source,
            "headings": json.dumps(passage.headings, ensure_ascii=False),
            "digest": digest,
        }


def _passage(key: str, text: str, meta: dict[str, Any], score: float = 0.0) -> Passage:
    return Passage(
        id=key,
        article=str(meta["article"]),
        title=str(meta["title"]),
        source=str(meta["source"]),
        text=text,
        headings=tuple(json.loads(str(meta["headings"]))),
        score=score,
    )


def _place(passage_id: str) -> tuple[str, int]:
    article, _, number = passage_id.rpartition("#")
    return article, int(number)
