"""How well it is told who did it: `python -m evals.sides`, for docs/coaching.md.

The messages (evals/datasets/sides.jsonl) are by a hand that saw neither the rules nor what the network was taught.
"""

from collections.abc import Callable, Sequence

from evals.datasets import DatasetCase, read_dataset
from evals.statistics import share
from evals.tables import print_table
from knowledge.side_reader import SideReader
from knowledge.sides import SIDES, Side, side_of_person


class SideCase(DatasetCase):
    """A message and the side that its writer is on, where it tells one."""

    text: str
    side: Side | None


def row(name: str, cases: Sequence[SideCase], reads: Callable[[str], Side | None]) -> list[str]:
    """Of each side, how many are found; of all that are found, how many are right, and how many on the other side."""
    read = [(case.side, reads(case.text)) for case in cases]
    found = [(true, side) for true, side in read if side is not None]
    return [
        name,
        *(str(share(sum(s == side for t, s in read if t == side), sum(t == side for t, _ in read))) for side in SIDES),
        str(share(sum(true == side for true, side in found), len(found))),
        str(share(sum(true is not None and true != side for true, side in found), len(found))),
    ]


def main() -> None:
    """Print the plain rules beside rules and network."""
    cases = read_dataset("sides", SideCase)
    print_table(
        ["reader", "of those who did it", "of those who suffered it", "right", "the other side"],
        [row("plain wording", cases, side_of_person), row("+ network", cases, SideReader().of)],
    )


if __name__ == "__main__":
    main()
