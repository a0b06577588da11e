"""Imports a folder and kills its own process at a step: `python -m tests.knowledge.interrupted HOUSE FILES STEP AT`."""

import os
import signal
import sys
from pathlib import Path

from knowledge.chroma import embedded
from knowledge.importer import file_source, find_files
from knowledge.index import PassageIndex
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.store import ArticleStore
from tests.knowledge.fakes import Numbers, WordAuditor


def library(house: Path, auditor: WordAuditor) -> Library:
    """A library in `house`, with vectors that cost nothing."""
    index = PassageIndex(embedded(house / "index"), Numbers())
    return Library(ArticleStore(house / "articles.sqlite3"), index, LexicalIndex(house / "words.sqlite3"), auditor, ())


def main(house: str, files: str, step: str, at: str) -> None:
    def progress(doing: str, done: int, of: int) -> None:
        if doing == step and done >= int(at):
            os.kill(os.getpid(), signal.SIGKILL)

    sources = [file_source(path) for path in find_files([Path(files)])]
    library(Path(house), WordAuditor()).ingest(sources, "ours", progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
