"""Markdown tables on standard output, for the pages in docs/."""

from collections.abc import Iterable, Sequence


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """One table and an empty line."""
    for line in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(line)} |")  # noqa: T201
    print()  # noqa: T201
