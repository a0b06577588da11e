"""How well the guards judge the held-out cases: `python -m evals.guards [--ablate]` prints the tables of the docs.

The cases (evals/datasets/guard_input, guard_draft, guard_message) were written by other hands than those that trained.
"""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evals.datasets import load_dataset
from evals.rows import Row, breakdown
from evals.statistics import Figure, share
from evals.tables import print_table
from knowledge.cases import Case
from knowledge.tactics import LABELS, load_tactics
from service.conversation import Turn
from service.guardrails.classifier import ClassifierDetector, GuardModel
from service.guardrails.consent import ConsentDetector
from service.guardrails.guardrail import Detector
from service.guardrails.patterns import rule_detectors
from service.guardrails.screen import Screen, decide

DATASETS = ("guard_input", "guard_draft", "guard_message")
PASSING = ("allow", "pass")

HEADLINES = (
    ("user_message", "redirect_caught", "redirect caught"),
    ("user_message", "escalate_caught", "escalate caught"),
    ("user_message", "refuse_caught", "refuse caught"),
    ("user_message", "overblocked", "honest questions not allowed"),
    ("coach_draft", "stopped", "bad drafts blocked"),
    ("coach_draft", "overblocked", "good drafts blocked"),
    ("message_to_ex", "stopped", "pressuring messages flagged"),
    ("message_to_ex", "overblocked", "fair messages flagged"),
)


def guard_points(case: Case, decision: str, categories: Sequence[str]) -> dict[str, float]:
    """What a decision on a guard case scores.

    A bad case: whether it was stopped, with the very decision it needs (of a message to the coach), and with one of
    its labels where it was stopped. An honest case: whether it was stopped all the same.
    """
    stopped = decision not in PASSING
    if not case.labels:
        return {"overblocked": float(stopped)}
    points = {"stopped": float(stopped)}
    if case.surface == "user_message":
        expected = decide(case.surface, case.labels)
        points[f"{expected}_caught"] = float(decision == expected)
    if stopped:
        points["label_found"] = float(bool(set(case.labels) & set(categories)))
    return points


def guard_facts(case: Case) -> dict[str, str]:
    """What a guard case is about, by which its results are told apart."""
    alike = case.lookalike if case.lookalike in LABELS else "nothing"
    return {
        "surface": case.surface,
        "about": case.labels[0] if case.labels else f"like {alike}",
        "difficulty": case.difficulty,
        "language": case.lang,
        "history": "with" if case.history else "without",
    }


@dataclass(frozen=True, slots=True)
class Judge:
    """The screen with some detectors; `blind` hides the turns before."""

    screen: Screen
    blind: bool = False

    async def rows(self, cases: Iterable[Case]) -> list[Row]:
        """Judge every case."""
        return [await self._row(case) for case in cases]

    async def _row(self, case: Case) -> Row:
        history = () if self.blind else tuple(Turn(role=role, content=content) for role, content in case.history)
        verdict = await self.screen.judge(case.surface, case.text, history)
        points = guard_points(case, verdict.decision, verdict.categories)
        expected = decide(case.surface, case.labels)
        return Row(case.id, points, guard_facts(case), case.text, expected, verdict.decision)


def detectors(which: str) -> tuple[Detector, ...]:
    """The detectors of an ablation: `rules`, `classifier` or `both`."""
    rules: tuple[Detector, ...] = (*rule_detectors(), ConsentDetector())
    learned: tuple[Detector, ...] = (ClassifierDetector(GuardModel()),)
    return {"rules": rules, "classifier": learned, "both": (*rules, *learned)}[which]


def summary(rows: Sequence[Row]) -> dict[str, Figure]:
    """The headline figures of all surfaces."""
    measured = breakdown(rows, "surface")
    return {title: measured[surface][metric] for surface, metric, title in HEADLINES if surface in measured}


def by_label(rows: Sequence[Row], cases: Iterable[Case]) -> list[Row]:
    """A row for every label of a case, and for what an honest case looks like."""
    abouts = {case.id: case.labels or ((case.lookalike,) if case.lookalike in LABELS else ()) for case in cases}
    return [replace(row, facts={"label": label}) for row in rows for label in abouts[row.id] if label]


def heldout() -> list[Case]:
    """All held-out cases."""
    return [case for name in DATASETS for case in load_dataset(name)]


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m evals.guards", description=__doc__)
    parser.add_argument("--ablate", action="store_true", help="also judge with parts of the guards only")
    asyncio.run(_report(parser.parse_args().ablate))


async def _report(ablate: bool) -> None:
    cases, tactics = heldout(), load_tactics()
    whole = await Judge(Screen(detectors("both"), tactics)).rows(cases)
    columns: dict[str, list[Row]] = {"rules and classifier": whole}
    if ablate:
        columns["rules alone"] = await Judge(Screen(detectors("rules"), tactics)).rows(cases)
        columns["classifier alone"] = await Judge(Screen(detectors("classifier"), tactics)).rows(cases)
        columns["both, without history"] = await Judge(Screen(detectors("both"), tactics), blind=True).rows(cases)
    told = {name: summary(rows) for name, rows in columns.items()}
    print_table(["", *told], [[title, *(str(of[title]) for of in told.values())] for _, _, title in HEADLINES])
    _print_by("label", by_label(whole, cases))
    for fact in ("difficulty", "language", "history"):
        _print_by(fact, whole)


def _print_by(fact: str, rows: Sequence[Row]) -> None:
    none = share(0, 0)
    print_table(
        [fact, "bad, stopped", "honest, stopped"],
        [
            [value, str(of.get("stopped", none)), str(of.get("overblocked", none))]
            for value, of in breakdown(rows, fact).items()
        ],
    )


if __name__ == "__main__":
    main()
