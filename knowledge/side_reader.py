"""Which side a person is on, also where they tell it sideways: "wife found the letters from the bank"."""

from collections.abc import Iterable
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoder import minilm_tokenizer, open_network
from knowledge.sides import MAX_TOKENS, SIDES, Side, side_of_person

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_SURE = 0.6
"""Probability from which on the network is believed (docs/coaching.md)."""
_REMEMBERED = 512


class SideReader:
    """Reads sides by plain wording, and where that is silent by a small network, taught on hand-written messages.

    The weights (`weights/sides.onnx`, made by evals/training/sides.py) are loaded on first use.
    """

    def __init__(self, weights: Path | None = None) -> None:
        """`weights` is another ONNX file of the same shape, to compare with."""
        self._weights = weights or Path(str(files("knowledge") / "weights" / "sides.onnx"))
        self._known: dict[str, Side | None] = {}

    def of(self, text: str) -> Side | None:
        """Whether the person who writes `text` did the harm or suffered it; nothing where it does not surely tell."""
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = side_of_person(text) or self._read(text)
        return self._known[text]

    def in_talk(self, message: str, known: Side | None, earlier: Iterable[str]) -> Side | None:
        """The same by `message`; else as it is `known`; else by the latest of the `earlier` ones that tells it."""
        told = (side for text in reversed([*earlier]) if (side := self.of(text)) is not None)
        return self.of(message) or known or next(told, None)

    def chances(self, text: str) -> dict[Side, float]:
        """How likely it is that the writer is on each side, by the network alone."""
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        logits = np.asarray(self._session.run(None, feeds)[0], dtype=np.float64)[0]
        weights = np.exp(logits - logits.max())
        return {side: float(weights[place] / weights.sum()) for place, side in enumerate(SIDES)}

    def _read(self, text: str) -> Side | None:
        chances = self.chances(text)
        likelier = max(SIDES, key=chances.__getitem__)
        return likelier if chances[likelier] >= _SURE else None

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_network(self._weights)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = minilm_tokenizer()
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        return tokenizer
