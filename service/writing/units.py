"""The composer's written phrases: data, so that tone can be tested and mended without code."""

from collections.abc import Mapping
from importlib.resources import files

from knowledge.yamls import read_yaml

Phrases = Mapping[str, tuple[str, ...]]


def load_phrases() -> Phrases:
    """Short texts that fit anyone, by purpose."""
    rows = read_yaml((files("service.writing") / "phrases.yaml").read_text(encoding="utf-8"))
    return {key: tuple(text.strip() for text in texts) for key, texts in rows.items()}
