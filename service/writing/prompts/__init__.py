"""The instructions that a model is given, versioned by file name."""

from importlib.resources import files

PROMPT_VERSION = "coach.v1"


def coach_prompt() -> str:
    """The system prompt for a coaching reply."""
    return (files("service.writing.prompts") / f"{PROMPT_VERSION}.md").read_text(encoding="utf-8").strip()
