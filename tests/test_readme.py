"""The README and the docs say what is."""

import re
import tomllib
from pathlib import Path

from service.flow.graph import build_graph
from service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def test_the_picture_is_the_graph() -> None:
    readme = (ROOT / "README.md").read_text()
    assert f"```mermaid\n{build_graph().get_graph().draw_mermaid().strip()}\n```" in readme


def test_ci_calls_the_readme_s_test_command() -> None:
    readme, script = (ROOT / "README.md").read_text(), (ROOT / ".ci" / "run").read_text()
    (command,) = re.findall(r"^uv run .*pytest.*$", readme, re.M)
    assert f"\n{command}\n" in script


def test_every_link_leads_to_a_file() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for name in Settings.model_fields:
        assert f"`COACH_{name.upper()}`" in page


def test_the_poisoned_versions_can_never_be_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (litellm,) = [need for need in project["project"]["dependencies"] if need.startswith("litellm")]
    assert "!=1.82.7" in litellm
    assert "!=1.82.8" in litellm
    locked = tomllib.loads((ROOT / "uv.lock").read_text())
    assert all("hash" in wheel for package in locked["package"] for wheel in package.get("wheels", ()))
