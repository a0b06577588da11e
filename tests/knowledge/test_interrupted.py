"""An import that is killed goes on where it stopped."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.importer import file_source, find_files
from tests.knowledge.fakes import WordAuditor
from tests.knowledge.formats.making import PARAGRAPH
from tests.knowledge.interrupted import library

FILES = 30


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(FILES):
        words = " ".join(f"word{number}x{index}" for index in range(700))
        (folder / f"{number:02}.txt").write_text(f"Title {number}\n\n{PARAGRAPH}\n\n{words}.")
    return folder


@pytest.mark.parametrize(("step", "at", "read"), [("reading", 12, 12), ("indexing", 1, FILES)])
def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path, files: Path, step: str, at: int, read: int) -> None:
    house = tmp_path / "house"
    house.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.knowledge.interrupted", str(house), str(files), step, str(at)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    auditor = WordAuditor()
    again = library(house, auditor)
    kept = {passage.id for passage in again.passages("ours")}
    report = again.ingest([file_source(path) for path in find_files([files])], "ours")
    assert (len(report.unchanged), len(report.imported)) == (read, FILES - read)
    assert len(auditor.read) < report.passages or read == 0
    assert report.passages >= FILES * 4
    passages = again.passages("ours")
    assert len({passage.id for passage in passages}) == report.passages
    assert kept <= {passage.id for passage in passages}
    assert bool(kept) == (step == "indexing")
    assert library(house, auditor).sync("ours") == 0
