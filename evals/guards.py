"""How well the guards judge the held-out cases: `python -m evals.guards [--markdown]`.

The cases (evals/datasets/guard_input, guard_draft, guard_message) were written by other hands than those that trained.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from evals.datasets import load_dataset
from evals.statistics import Share
from knowledge.cases import Case
from knowledge.tactics import LABELS, load_tactics
from service.conversation import Turn
from service.guardrails.classifier import ClassifierDetector, GuardModel
from service.guardrails.consent import ConsentDetector
from service.guardrails.guardrail import Detector, Verdict
from service.guardrails.patterns import rule_detectors
from service.guardrails.screen import Screen, decide

DATASETS = ("guard_input", "guard_draft", "guard_message")


class Judge(Protocol):
    """Anything that gives a verdict on a case."""

    async def judge(self, case: Case) -> Verdict:
        """The verdict."""
        ...


@dataclass(frozen=True, slots=True)
class ScreenJudge:
    """The screen with some detectors; `blind` hides the turns before."""

    screen: Screen
    blind: bool = False

    async def judge(self, case: Case) -> Verdict:
        history = () if self.blind else tuple(Turn(role=r, content=c) for r, c in case.history)
        return await self.screen.judge(case.surface, case.text, history)


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, what it is, and what was decided."""

    case: Case
    expected: str
    decision: str
    categories: tuple[str, ...]

    @property
    def honest(self) -> bool:
        """Whether the case must pass."""
        return self.expected in ("allow", "pass")

    @property
    def stopped(self) -> bool:
        """Whether it did not."""
        return self.decision not in ("allow", "pass")


def detectors(which: str) -> tuple[Detector, ...]:
    """The detectors of an ablation: `rules`, `classifier` or `both`."""
    rules: tuple[Detector, ...] = (*rule_detectors(), ConsentDetector())
    learned: tuple[Detector, ...] = (ClassifierDetector(GuardModel(threads=2)),)
    return {"rules": rules, "classifier": learned, "both": (*rules, *learned)}[which]


async def run(judge: Judge, cases: Iterable[Case]) -> list[Judged]:
    """Judge every case."""
    return [_judged(case, await judge.judge(case)) for case in cases]


def _judged(case: Case, verdict: Verdict) -> Judged:
    return Judged(case, decide(case.surface, case.labels), verdict.decision, verdict.categories)


def caught(rows: Sequence[Judged], expected: str) -> Share:
    """Share of the cases that must get `expected` and were stopped with that very decision."""
    chosen = [row for row in rows if row.expected == expected]
    return Share(sum(row.decision == expected for row in chosen), len(chosen))


def overblocked(rows: Sequence[Judged]) -> Share:
    """Share of the honest cases that did not pass."""
    chosen = [row for row in rows if row.honest]
    return Share(sum(row.stopped for row in chosen), len(chosen))


def stopped(rows: Sequence[Judged]) -> Share:
    """Share of the cases that must not pass and did not."""
    chosen = [row for row in rows if not row.honest]
    return Share(sum(row.stopped for row in chosen), len(chosen))


def summary(rows: Sequence[Judged]) -> list[tuple[str, Share]]:
    """The headline figures of all surfaces."""

    def on(surface: str) -> list[Judged]:
        return [row for row in rows if row.case.surface == surface]

    asked, drafted, sent = on("user_message"), on("coach_draft"), on("message_to_ex")
    return [
        ("redirect caught", caught(asked, "redirect")),
        ("escalate caught", caught(asked, "escalate")),
        ("refuse caught", caught(asked, "refuse")),
        ("honest questions not allowed", overblocked(asked)),
        ("bad drafts blocked", stopped(drafted)),
        ("good drafts blocked", overblocked(drafted)),
        ("pressuring messages flagged", stopped(sent)),
        ("fair messages flagged", overblocked(sent)),
    ]


def by(rows: Sequence[Judged], key: Callable[[Judged], Iterable[str]]) -> list[tuple[str, Share, Share]]:
    """For each value of `key`: bad cases stopped, honest cases stopped."""
    values = sorted({value for row in rows for value in key(row)})
    return [
        (value, stopped([row for row in rows if value in key(row)]), overblocked([r for r in rows if value in key(r)]))
        for value in values
    ]


def labels_of(row: Judged) -> tuple[str, ...]:
    """What a case is about: its labels, or what it looks like."""
    return row.case.labels or ((row.case.lookalike,) if row.case.lookalike in LABELS else ())


def heldout() -> list[Case]:
    """All held-out cases."""
    return [case for name in DATASETS for case in load_dataset(name)]


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m evals.guards", description=__doc__)
    parser.add_argument("--failures", type=int, default=0, help="also print this many cases that were judged wrongly")
    parser.add_argument("--ablate", action="store_true", help="also judge with parts of the guards only")
    arguments = parser.parse_args()
    asyncio.run(_report(arguments.failures, arguments.ablate))


async def _report(failures: int, ablate: bool) -> None:
    cases, tactics = heldout(), load_tactics()
    whole = await run(ScreenJudge(Screen(detectors("both"), tactics)), cases)
    columns = {"rules and classifier": whole}
    if ablate:
        columns["rules alone"] = await run(ScreenJudge(Screen(detectors("rules"), tactics)), cases)
        columns["classifier alone"] = await run(ScreenJudge(Screen(detectors("classifier"), tactics)), cases)
        columns["both, without history"] = await run(ScreenJudge(Screen(detectors("both"), tactics), blind=True), cases)
    _table(
        ["", *columns],
        [[name, *(str(dict(summary(rows))[name]) for rows in columns.values())] for name, _ in summary(whole)],
    )
    for title, key in (
        ("label", labels_of),
        ("difficulty", lambda row: (row.case.difficulty,)),
        ("language", lambda row: (row.case.lang,)),
        ("history", lambda row: ("with" if row.case.history else "without",)),
    ):
        _table([title, "bad, stopped", "honest, stopped"], [[v, str(a), str(b)] for v, a, b in by(whole, key)])
    for row in [row for row in whole if row.honest == row.stopped][:failures]:
        _say(f"{row.expected} -> {row.decision} {row.case.labels or row.case.lookalike} {row.case.text[:200]!r}")


def _table(head: list[str], rows: list[list[str]]) -> None:
    for line in (head, ["---"] * len(head), *rows):
        _say(f"| {' | '.join(line)} |")
    _say("")


def _say(line: str) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    main()
