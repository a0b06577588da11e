"""The instructions that a model is given, versioned by file name."""

from functools import cache
from importlib.resources import files

PROMPT_VERSION = "coach.v1"

JUDGE_VERSION = "judge.v1"
PRACTICE_VERSION = "practice.v1"


def coach_prompt() -> str:
    """The system prompt for a coaching reply."""
    return _read(PROMPT_VERSION)


def practice_prompt() -> str:
    """The system prompt for the role of the ex in a practice talk."""
    return _read(PRACTICE_VERSION)


def judge_prompt() -> str:
    """The system prompt for a second opinion, with `{labels}` and `{surface}` to fill in."""
    return _read(JUDGE_VERSION)


@cache
def _read(name: str) -> str:
    return (files("service.writing.prompts") / f"{name}.md").read_text(encoding="utf-8").strip()
