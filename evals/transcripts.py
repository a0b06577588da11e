"""Conversations as they read: `python -m evals.transcripts coaching-01 …` holds them anew, and prints Markdown."""

import argparse
import asyncio
from collections.abc import Sequence

from evals.coaching import CoachingCase
from evals.datasets import read_dataset
from evals.solvers import talk
from evals.target import Coaching, target


async def transcript(opened: Coaching, case: CoachingCase) -> str:
    """Who writes, and every message with its reply."""
    lines = [f"### {case.id}: {case.person}"]
    for turn in await talk(opened, [turn.user for turn in case.turns]):
        sources = "; ".join(f"{one.marker} {one.title}" for one in turn.reply.citations)
        told = f"*{turn.reply.decision}{f', from {sources}' if sources else ''}*"
        lines += [_quoted(turn.user), turn.reply.reply, told]
    return "\n\n".join(lines)


async def transcripts(cases: Sequence[CoachingCase]) -> list[str]:
    """One after another, each person a session of their own."""
    async with target().open() as opened:
        return [await transcript(opened, case) for case in cases]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def main() -> None:
    """Print the conversations that were named."""
    parser = argparse.ArgumentParser(prog="python -m evals.transcripts", description=__doc__)
    parser.add_argument("ids", nargs="+")
    ids = parser.parse_args().ids
    cases = {case.id: case for case in read_dataset("coaching", CoachingCase)}
    if unknown := [name for name in ids if name not in cases]:
        parser.error(f"no such conversation: {', '.join(unknown)}")
    print("\n\n".join(asyncio.run(transcripts([cases[name] for name in ids]))))  # noqa: T201


if __name__ == "__main__":
    main()
