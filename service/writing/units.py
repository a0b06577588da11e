"""The composer's written phrases: data, so that tone can be tested and mended without code."""

from collections.abc import Mapping
from importlib.resources import files

from knowledge.yamls import read_yaml

Phrases = Mapping[str, tuple[str, ...]]


def load_phrases() -> Phrases:
    """Short texts that fit anyone, by purpose; in some `{told}` stands for the person's own words."""
    folder = files("service.writing")
    rows = [read_yaml((folder / name).read_text(encoding="utf-8")) for name in ("phrases.yaml", "checkins.yaml")]
    return {key: tuple(text.strip() for text in texts) for row in rows for key, texts in row.items()}
