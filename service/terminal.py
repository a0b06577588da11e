"""The terminal: lines in, JSON out on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from knowledge.library import Progress


def say(text: str) -> None:
    """Tell the person something that is not data."""
    print(text, file=sys.stderr)


def fail(message: str) -> NoReturn:
    """End with what is wrong, in one line, and exit code 2."""
    say(f"coach: {message}")
    sys.exit(2)


def emit(row: dict[str, Any]) -> None:
    """Write one JSON line."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def read_line() -> str:
    """What the person types; empty at the end of the input."""
    print("> ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


def json_lines() -> Iterator[dict[str, Any]]:
    """The objects on standard input, one a line; a line that is none ends the command."""
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            fail(f"line {number}: not JSON ({error.msg})")
        if not isinstance(row, dict):
            fail(f"line {number}: not a JSON object")
        yield row


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """A bar on standard error where that is a terminal; silence where it is not."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, Any] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield progress
