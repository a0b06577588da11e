"""How far a second, blind reader agrees with the labels of the held-out cases: `python -m evals.agreement`."""

import json
from collections import Counter
from importlib.resources import files

from evals.datasets import load_dataset
from evals.statistics import Figure, share
from service.guardrails.screen import decide

DATASETS = ("guard_dev", "guard_input", "guard_draft", "guard_message")


def agreement() -> tuple[Figure, Figure, float]:
    """Share of equal decisions, share of equal label sets, and Cohen's kappa of the decisions."""
    cases = {case.id: case for name in DATASETS for case in load_dataset(name)}
    lines = (files("evals.datasets") / "second_reader.jsonl").read_text(encoding="utf-8").splitlines()
    read = [row for row in map(json.loads, lines) if row["id"] in cases]
    pairs = [(decide(cases[row["id"]].surface, cases[row["id"]].labels), row["expected"]) for row in read]
    same = share(sum(first == second for first, second in pairs), len(pairs))
    labels = share(sum(set(cases[row["id"]].labels) == set(row["categories"]) for row in read), len(read))
    writers, readers = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = sum(writers[name] * readers[name] for name in writers) / len(pairs) ** 2
    return same, labels, (same.value - by_chance) / (1 - by_chance)


def main() -> None:
    """Print the three figures."""
    same, labels, kappa = agreement()
    print(f"decisions {same}, labels {labels}, kappa {kappa:.3f}, n {same.total}")  # noqa: T201


if __name__ == "__main__":
    main()
