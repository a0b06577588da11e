"""`coach eval`: exit codes, what is printed, what is written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from evals import command
from evals.report import read_report
from evals.target import Inside, under_test
from knowledge.tactics import load_tactics
from service.errors import BadRequest, ConfigurationError
from service.guardrails.patterns import rule_detectors
from service.guardrails.screen import Screen
from service.plugins import load_command
from service.settings import Settings
from service.wiring import Workshop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(built: tuple[Settings, Workshop], tmp_path: Path) -> dict[str, str]:
    shutil.copytree(built[0].data_dir, tmp_path / "data" / "evals")
    return {**os.environ, "COACH_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1", "COLUMNS": "120"}


def coach(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "eval", *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_a_broken_screen_misses_the_gate_which_names_task_and_cases(
    built: tuple[Settings, Workshop], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings, workshop = built
    broken = replace(workshop, screen=Screen(rule_detectors(), load_tactics()))
    with under_test(Inside(settings, broken)):
        assert command.run(tasks=("guard_draft",), fast=True, report=tmp_path) == 1
    told = capfd.readouterr()
    (line,) = (json.loads(row) for row in told.out.splitlines())
    (gate,) = (gate for gate in line["gates"] if gate["metric"] == "stopped")
    assert (line["task"], line["ok"], gate["ok"]) == ("guard_draft", False, False)
    assert "guard_draft: GATE MISSED: stopped" in told.err
    assert gate["cases"]
    assert all(case in told.err for case in gate["cases"])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Not as good as it was." in page
    assert gate["cases"][0] in page


def test_a_good_run_writes_both_reports_and_is_compared(
    inside: Inside, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert command.run(tasks=("guard_message",), fast=True, report=first) == 0
    whole = read_report(first / "report.json")
    assert whole.keys() >= {"project", "model", "created", "tasks"}
    (task,) = whole["tasks"]
    assert task.keys() >= {"name", "n", "metrics", "gates", "goals", "cases"}
    assert all(found.keys() == {"value", "low", "high"} for found in task["metrics"].values())
    assert all(gate.keys() >= {"metric", "bar", "ok"} for gate in task["gates"])
    worse = next(iter(case for case, points in task["cases"].items() if points.get("overblocked") == 0.0))
    task["cases"][worse]["overblocked"] = 1.0
    (first / "report.json").write_text(json.dumps(whole), encoding="utf-8")
    capfd.readouterr()
    assert command.run(tasks=("guard_message",), fast=True, report=second, against=first / "report.json") == 0
    (line,) = (json.loads(row) for row in capfd.readouterr().out.splitlines())
    assert [(change["metric"], change["won"]) for change in line["changes"]] == [("overblocked", [worse])]
    assert worse in (second / "report.html").read_text(encoding="utf-8")


def test_bad_use_is_told_before_anything_runs(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"project": "another", "tasks": []}')
    (tmp_path / "file").write_text("")
    for options in (
        {"tasks": ("moon",)},
        {"against": tmp_path / "missing.json"},
        {"against": tmp_path / "other.json"},
        {"report": tmp_path / "file"},
        {"report": tmp_path, "resume": True},
    ):
        with pytest.raises(BadRequest):
            command.run(**options)


def test_bad_use_exits_with_two_and_one_line(environment: dict[str, str]) -> None:
    for arguments, message in (
        (["moon"], "no task 'moon'"),
        (["--url", "http://127.0.0.1:9"], "no coach answers"),
        (["--model", "nonsense-model"], "names no provider"),
    ):
        done = coach(environment, *arguments)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert message in done.stderr
        assert "Traceback" not in done.stderr


def test_after_ctrl_c_the_same_command_goes_on(environment: dict[str, str], tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "service.cli", "eval", "guard_draft", "--fast", "--report", str(tmp_path)]
    running = subprocess.Popen(
        arguments, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Whoever runs the tests in the background has ctrl-c turned off, for all children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    for _ in range(1200):
        if list(tmp_path.rglob("*.eval")):
            break
        time.sleep(0.1)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == command.INTERRUPTED, err
    assert out == ""
    assert "--resume" in err
    done = coach(environment, "guard_draft", "--fast", "--report", str(tmp_path), "--resume")
    (line,) = (json.loads(row) for row in done.stdout.splitlines())
    assert line["n"] > 100
    assert len(list(tmp_path.rglob("*.eval"))) == 2


def test_inspect_finds_and_runs_a_task_as_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "inspect_ai", "eval", "evals/guard_message.py", "--model", "none", "--limit", "4",
            "--log-dir", str(tmp_path / "logs"), "--display", "plain",
        ],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "logs").glob("*guard-message*.eval"))


def test_what_is_not_installed_is_said() -> None:
    with pytest.raises(ConfigurationError, match="install me"):
        load_command("no-such-command", "install me")


def test_the_suite_never_reaches_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert not [need for need in project["project"]["dependencies"] if need.startswith("inspect")]
    assert "evals" not in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert "--no-dev" in (ROOT / "Dockerfile").read_text()
    for folder in ("knowledge", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            assert "inspect_ai" not in path.read_text(), path
