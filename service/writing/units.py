"""The composer's written phrases: data, so that tone can be tested and mended without code."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files

from knowledge.yamls import read_yaml

Phrases = Mapping[str, tuple[str, ...]]

Pick = Callable[[Sequence[str]], str]
"""Chooses one of some texts that was not said yet, or nothing."""


def load_phrases(name: str = "phrases") -> Phrases:
    """Short texts by purpose, from `<name>.yaml`; without a name those that fit anyone.

    In some `{told}` stands for the person's own words.
    """
    names = ("phrases", "checkins") if name == "phrases" else (name,)
    rows = [read_yaml((files("service.writing") / f"{one}.yaml").read_text(encoding="utf-8")) for one in names]
    return {key: tuple(text.strip() for text in texts) for row in rows for key, texts in row.items()}


def fresh(options: Sequence[str], said: str, seed: str) -> str:
    """One of `options` that was not said yet, or nothing once all were.

    Which one depends on `seed`, the message, so that two people read different ones.
    """
    if not options:
        return ""
    start = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()[:4]) % len(options)
    turned = [*options[start:], *options[:start]]
    return next((option for option in turned if option not in said), "")


def picking(said: str, seed: str) -> Pick:
    """`fresh` for one reply."""
    return lambda options: fresh(options, said, seed)
