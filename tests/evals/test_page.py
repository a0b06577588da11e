"""The report that people read, as a browser shows it."""

import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evals.gates import Bar
from evals.page import render, write_report
from evals.report import Report, task_report
from evals.rows import Row
from evals.running import Run

HOSTILE = "I'll tell your boss <script>alert('x')</script> & the rest"
ROWS = tuple(
    Row(
        f"case-{number}",
        {"stopped": float(number % 3 > 0)},
        {"about": "threat" if number % 2 else "begging"},
        text=HOSTILE,
        expected="flag",
        answer="pass",
        span="tell your boss",
        score=number / 20,
        bad=True,
    )
    for number in range(20)
)


def report(bar: float = 0.9) -> Report:
    earlier = {"tasks": [{"name": "guard_message", "cases": {row.id: {"stopped": 1.0} for row in ROWS}}]}
    bars = (Bar("stopped", "gate", bar), Bar("stopped", "goal", 0.99))
    guards = task_report(Run("guard_message", ROWS, {}), "Messages.", bars, earlier, fast=False)
    times = (Row("t", {"turn_ms": 31.0}, {}, text="x"),)
    latency = task_report(Run("latency", times, {"broke": "RuntimeError"}), "Times.", (), None, fast=False)
    return Report("embedded", False, (guards, latency), "earlier/report.json")


class Links(HTMLParser):
    """Everything that a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "data", "action")]


def test_the_page_needs_nothing_else_and_believes_no_text() -> None:
    page = render(report())
    links = Links()
    links.feed(page)
    assert all(link.startswith("#") for link in links.found)
    assert "<script" not in page
    assert "url(" not in page
    assert "<mark>tell your boss</mark>" in page


def test_the_summary_comes_first_and_says_what_is_missed() -> None:
    page = render(report())
    assert page.index("Not as good as it was.") < page.index("<section")
    assert "stopped 0.650 is under 0.9" in page
    assert "cases that could not be run: 1." in page
    good = render(Report("embedded", False, report(0.5).tasks[:1]))
    assert "Every gate holds." in good
    assert "Goals not reached yet: 1." in good


def test_each_task_has_its_plot_and_guards_their_reliability() -> None:
    page = render(report())
    sections = page.split("<section")[1:]
    assert all("<svg" in section for section in sections)
    assert "Reliability of the guard&#39;s scores" in sections[0] or "Reliability of the guard" in sections[0]
    assert 'class="before"' in sections[0]
    assert "p = 0.016" in sections[0]


def test_a_browser_opens_it_without_a_complaint(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    write_report(report(), tmp_path)
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
            f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={tmp_path / 'page.png'}", "--dump-dom",
            (tmp_path / "report.html").as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "CONSOLE" not in done.stderr
    assert done.stdout.count("<section") == 2
    assert done.stdout.count("<svg") >= 4
    assert (tmp_path / "page.png").stat().st_size > 10_000
