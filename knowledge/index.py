"""The vector index: passages and their vectors, by collection.

The index is a cache: it can be deleted at any time and is rebuilt from the articles.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from knowledge.chroma import Chroma
from knowledge.encoder import Encoder, Vectors
from knowledge.passages import RULES_VERSION, Passage, article_of

_BATCH = 256
_PAGE = 5000
"""Rows that are asked for at once where all are needed."""


class PassageIndex:
    """Passages and their vectors, by collection. Every method raises IndexUnavailable where Chroma does not answer."""

    def __init__(self, chroma: Chroma, encoder: Encoder) -> None:
        self._chroma = chroma
        self._encoder = encoder
        self._generation = hashlib.sha256(f"{RULES_VERSION}\x1f{encoder.name}".encode()).hexdigest()[:8]

    @property
    def rebuilt_from_damage(self) -> bool:
        """Whether everything must be indexed again."""
        return self._chroma.began_anew

    def close(self) -> None:
        """Give back what the index holds open."""
        self._chroma.close()

    def state(self, collection: str) -> str:
        """What `sync` was told last of `collection`; empty where it was not brought to an end."""
        chroma = self._collection(collection)
        return "" if chroma is None else self._chroma.state(chroma)

    def sync(
        self,
        collection: str,
        passages: Sequence[Passage],
        progress: Callable[[int, int], None] | None = None,
        state: str = "",
    ) -> int:
        """Make `collection` hold exactly `passages`, and remember `state`; only new and changed ones are embedded.

        Returns how many were embedded. New passages are searchable before old ones leave. After an interruption it
        goes on where it stopped.
        """
        chroma = self._collection(collection, create=True)
        digests = {key: str(meta.get("digest")) for key, _, meta in self._rows(chroma, ["metadatas"])}
        wanted = {passage.id: self._digest(passage) for passage in passages}
        changed = [passage for passage in passages if digests.get(passage.id) != wanted[passage.id]]
        gone = [key for key in digests if key not in wanted]
        if changed or gone:
            self._chroma.begin(chroma)
        for start in range(0, len(changed), _BATCH):
            self._upsert(chroma, changed[start : start + _BATCH])
            if progress:
                progress(min(start + _BATCH, len(changed)), len(changed))
        with self._chroma.reached():
            for start in range(0, len(gone), _PAGE):
                chroma.delete(ids=gone[start : start + _PAGE])
        if changed or gone or state != self._chroma.state(chroma):
            self._chroma.finish(chroma, state)
        return len(changed)

    def search(self, collection: str, vector: Vectors, k: int) -> tuple[Passage, ...]:
        """The `k` passages nearest to a unit vector, best first, scored by cosine similarity."""
        chroma = self._collection(collection)
        if chroma is None:
            return ()
        with self._chroma.reached():
            found = chroma.query(
                query_embeddings=[vector], n_results=k, include=["documents", "metadatas", "distances"]
            )
        columns = [(found[name] or [[]])[0] for name in ("documents", "metadatas", "distances")]
        rows = zip(found["ids"][0], *columns, strict=True)
        return tuple(_passage(key, text, dict(meta), 1.0 - distance) for key, text, meta, distance in rows)

    def nearest(self, collection: str, vector: Vectors, k: int) -> dict[str, float]:
        """Ids of the `k` passages nearest to a unit vector, best first, with their cosine; no texts are read."""
        chroma = self._collection(collection)
        if chroma is None:
            return {}
        with self._chroma.reached():
            found = chroma.query(query_embeddings=[vector], n_results=k, include=["distances"])
        rows = zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        return {key: 1.0 - distance for key, distance in rows}

    def scored(self, collection: str, vector: Vectors, ids: Sequence[str]) -> tuple[Passage, ...]:
        """Some stored passages, scored by their cosine similarity to a unit vector; unknown ids are left out."""
        chroma = self._collection(collection)
        if chroma is None or not ids:
            return ()
        with self._chroma.reached():
            stored = chroma.get(ids=list(ids), include=["documents", "metadatas", "embeddings"])
        scores = np.asarray(stored["embeddings"], dtype=np.float32).reshape(-1, vector.shape[0]) @ vector
        rows = zip(stored["ids"], stored["documents"] or [], stored["metadatas"] or [], scores, strict=True)
        return tuple(_passage(key, text, dict(meta), float(score)) for key, text, meta, score in rows)

    def passages(self, collection: str) -> tuple[Passage, ...]:
        """Everything stored in `collection`, by article and place."""
        chroma = self._collection(collection)
        if chroma is None:
            return ()
        found = (_passage(key, text, meta) for key, text, meta in self._rows(chroma, ["documents", "metadatas"]))
        return tuple(sorted(found, key=lambda passage: _place(passage.id)))

    def count(self, collection: str) -> int:
        """How many passages are stored; 0 where there is no such collection."""
        chroma = self._collection(collection)
        if chroma is None:
            return 0
        with self._chroma.reached():
            return int(chroma.count())

    def _upsert(self, chroma: Any, passages: Sequence[Passage]) -> None:
        vectors = self._encoder.embed([passage.indexed_text for passage in passages])
        with self._chroma.reached():
            chroma.upsert(
                ids=[passage.id for passage in passages],
                embeddings=vectors,
                documents=[passage.text for passage in passages],
                metadatas=[self._metadata(passage) for passage in passages],
            )

    def _rows(self, chroma: Any, include: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Everything stored, page by page: id, text and what is kept beside it."""
        start = 0
        while True:
            with self._chroma.reached():
                page = chroma.get(limit=_PAGE, offset=start, include=include)
            ids = page["ids"]
            texts = page["documents"] or [""] * len(ids)
            yield from ((key, text, dict(meta)) for key, text, meta in zip(ids, texts, page["metadatas"], strict=True))
            if len(ids) < _PAGE:
                return
            start += _PAGE

    def _collection(self, name: str, create: bool = False) -> Any:
        return self._chroma.open(name, self._generation, create)

    def _digest(self, passage: Passage) -> str:
        parts = (RULES_VERSION, self._encoder.name, passage.title, passage.source, *passage.headings, passage.text)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]

    def _metadata(self, passage: Passage) -> dict[str, str]:
        return {
            "article": passage.article,
            "title": passage.title,
            "source": passage.source,
            "headings": json.dumps(passage.headings, ensure_ascii=False),
            "digest": self._digest(passage),
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
    return article_of(passage_id), int(passage_id.rpartition("#")[2])
