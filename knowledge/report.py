"""What became of each file of an import."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.audit import Held
from knowledge.boilerplate import Dropped


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that could not become an article."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file that says what another article says already; `alike` is the share of their text that they share."""

    file: str
    of: str
    alike: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many lines of a file were not the article's own, and why."""

    file: str
    reason: str
    lines: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file, and how many passages `collection` has now."""

    collection: str
    imported: tuple[str, ...]
    unchanged: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    duplicates: tuple[Duplicate, ...]
    quarantined: tuple[Held, ...]
    dropped: tuple[LeftOut, ...]
    passages: int

    def summary(self) -> dict[str, Any]:
        """The report as it is printed; what is held is named, and told in full by the review."""
        held = dict.fromkeys((row.id, row.article, row.label) for row in self.quarantined)
        return {
            **asdict(self),
            "quarantined": [{"id": key, "article": article, "label": label} for key, article, label in held],
            "dropped_lines": sum(row.lines for row in self.dropped),
        }


def left_out(file: str, dropped: Sequence[Dropped]) -> tuple[LeftOut, ...]:
    """The lines that were left out of one file, counted by reason."""
    return tuple(LeftOut(file, reason, lines) for reason, lines in Counter(row.reason for row in dropped).items())
