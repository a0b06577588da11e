"""`coach ingest`: articles in, a report out; what the audit holds back is reviewed and released here."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from knowledge.fetching import Fetcher, is_url
from knowledge.importer import Source, file_source, find_files
from knowledge.library import Library
from knowledge.report import ImportReport
from service.terminal import emit, progress_bar, say


def sources(targets: Sequence[str], fetcher: Fetcher) -> list[Source]:
    """Files, folders and addresses as sources, each once, in order.

    Raises:
        ImportRejected: a path does not exist, or a folder holds no file of a kind that can be read.
    """
    found: list[Source] = []
    for target in dict.fromkeys(targets):
        if is_url(target):
            found.append(fetcher.source(target))
        else:
            found += [file_source(path) for path in find_files([Path(target)])]
    return found


def ingest(library: Library, chosen: Sequence[Source], collection: str) -> bool:
    """Import, and print the report; whether every source could be read."""
    with progress_bar() as progress:
        report = library.ingest(chosen, collection, progress)
    _tell(report)
    emit(report.summary())
    return not report.rejected


def review(library: Library, collection: str) -> None:
    """Print what is held, a JSON object a line."""
    for row in library.held(collection):
        emit(asdict(row))


def release(library: Library, collection: str, key: str) -> None:
    """Index what is held under an id, and print it.

    Raises:
        BadQuery: nothing is held under this id.
    """
    for row in library.release(collection, key):
        emit({"released": row.id, **asdict(row)})


def _tell(report: ImportReport) -> None:
    for rejected in report.rejected:
        say(f"{rejected.file}: {rejected.reason}")
    for twin in report.duplicates:
        say(f"{twin.file}: says what {twin.of} says ({twin.alike:.0%} the same); imported once")
    for key in dict.fromkeys(row.id for row in report.quarantined):
        labels = ", ".join(dict.fromkeys(row.label for row in report.quarantined if row.id == key))
        say(f"{key}: held back ({labels}); see `coach ingest --review --collection {report.collection}`")
