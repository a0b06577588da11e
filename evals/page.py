"""The report as one page that needs nothing else: no script, no font, no picture from elsewhere."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from evals.plots import interval_plot, reliability_plot
from evals.report import Report, TaskReport
from evals.rows import ASIDE, Row, failed, lower_is_better
from evals.statistics import Figure, reliability, share

_WORST = 8
_LONGEST = 900


def write_report(report: Report, folder: Path) -> None:
    """Write `report.json` for machines and `report.html` for people into a folder that exists."""
    (folder / "report.json").write_text(json.dumps(report.whole, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "report.html").write_text(render(report), encoding="utf-8")


def render(report: Report) -> str:
    """The page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"spoken": lambda name: name.replace("_", " "), "told": _told}
    environment.tests |= {"low": lower_is_better}
    template = (files("evals") / "report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        report=report,
        plot=_plot,
        reliability=_reliability,
        groups=_groups,
        worst=_worst,
        marked=_marked,
        wrong=_wrong,
    )


def _plot(task: TaskReport) -> Markup:
    before = {change.metric: change.before for change in task.changes}
    return Markup(interval_plot(task.measured, task.bars, before))


def _reliability(task: TaskReport) -> Markup:
    """Nothing where the guard gave no scores."""
    judged = [(row.score, row.bad) for row in task.rows if row.score is not None]
    if not judged:
        return Markup("")
    bins = reliability([score for score, _ in judged], [bad for _, bad in judged])
    return Markup(reliability_plot(bins))


def _groups(task: TaskReport) -> Mapping[str, Markup]:
    """For each fact with more than one value, the share of right cases by value."""
    found: dict[str, dict[str, list[bool]]] = {}
    for row in task.rows:
        for fact, value in row.facts.items():
            found.setdefault(fact, {}).setdefault(value, []).append(not _wrong(row))
    return {fact: _right(values) for fact, values in found.items() if len(values) > 1}


def _right(values: Mapping[str, list[bool]]) -> Markup:
    shares: dict[str, Figure] = {
        f"{value} ({len(values[value])})": share(sum(values[value]), len(values[value])) for value in sorted(values)
    }
    return Markup(interval_plot(shares))


def _worst(task: TaskReport) -> list[Row]:
    """Failures to read: first those behind a missed gate, then one of each metric in turn."""
    missed = {case for gate in task.gates if not gate.ok for case in gate.cases}
    wrong = [row for row in task.rows if _wrong(row)]
    return sorted(wrong, key=lambda row: (row.id not in missed, -len(_wrong(row)), -(row.score or 0)))[:_WORST]


def _wrong(row: Row) -> list[str]:
    return [name for name, value in row.points.items() if failed(name, value) and name not in ASIDE]


def _marked(text: str, span: str) -> Markup:
    """The text with the words that decided."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    before, found, after = short.partition(span) if span else (short, "", "")
    return escape(before) + Markup("<mark>{}</mark>").format(found) + escape(after) if found else escape(short)


def _told(value: float) -> str:
    return f"{value:.0f}" if abs(value) > 1.5 else f"{value:.3f}"
