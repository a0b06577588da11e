"""YAML as our data is written in it: plain values only, read by the fast parser."""

from importlib.resources import files
from typing import Any

import yaml

from knowledge.errors import KnowledgeDataError


def read_yaml(text: str) -> Any:
    """The value in `text`. libyaml reads our data ten times as fast as the parser in Python."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def read_rows(folder: str) -> list[dict[str, Any]]:
    """The rows of all YAML files in a folder of this package, by the names of the files.

    Raises:
        KnowledgeDataError: two rows have the same id.
    """
    paths = sorted((files("knowledge") / folder).iterdir(), key=lambda path: path.name)
    texts = [path.read_text(encoding="utf-8") for path in paths if path.name.endswith(".yaml")]
    rows = [row for text in texts for row in read_yaml(text)]
    ids = [row["id"] for row in rows]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise KnowledgeDataError(f"knowledge/{folder} tells twice: {', '.join(twice)}")
    return rows
