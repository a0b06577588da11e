"""The composer's written phrases: data, so that tone can be tested and mended without code."""

from collections.abc import Mapping
from importlib.resources import files

import yaml

Phrases = Mapping[str, tuple[str, ...]]


def load_phrases() -> Phrases:
    """Short texts that fit anyone, by purpose."""
    rows = yaml.safe_load((files("service.writing") / "phrases.yaml").read_text(encoding="utf-8"))
    return {key: tuple(text.strip() for text in texts) for key, texts in rows.items()}
