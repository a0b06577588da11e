"""The partner in a practice talk, from written lines: hurt but fair, and the coach beside it."""

from collections.abc import Sequence

from service.writing.practice import COACH, EX, OVER, Practice
from service.writing.units import Phrases, fresh
from service.writing.writer import Brief


class Rehearsal:
    """Answers while a practice is on; has nothing to say elsewhere."""

    def __init__(self, lines: Phrases) -> None:
        self._lines = lines

    async def paragraphs(self, brief: Brief, said: str) -> list[str]:
        """The next lines of the talk, each with its mark."""
        practice = brief.practice
        if practice is None:
            return []
        if practice.barred is not None:
            return [self._pick(f"barred_{practice.barred}", brief, said)]
        if practice.step == "begins":
            return [COACH + self._lines["begins"][0], EX + self._pick("begins_ex", brief, said)]
        if practice.step == "ends" and not practice.turns:
            return [OVER + self._lines["ended_early"][0]]
        return [*self._answer(practice, brief, said), *self._feedback(practice)]

    def _answer(self, practice: Practice, brief: Brief, said: str) -> list[str]:
        """The ex's line for this turn; none where the person stopped the talk."""
        if practice.stopped:
            return []
        turn = practice.turns[-1]
        if turn == "stuck":
            return [COACH + self._pick("stuck", brief, said)]
        line = EX + self._pick(turn, brief, said)
        if turn != "presses":
            return [line]
        instead = brief.declined.alternative if brief.declined is not None else self._lines["instead"][0]
        return [line, COACH + self._lines["pressed"][0].format(instead=instead)]

    def _feedback(self, practice: Practice) -> list[str]:
        """Two sentences at the end: what landed, and one thing for the next time."""
        if practice.step != "ends":
            return []
        turns = set(practice.turns)
        free = not turns & {"demands", "presses"}
        landed = next(
            kind
            for kind, holds in (
                ("owned_freely", "owns" in turns and free),
                ("owned", "owns" in turns),
                ("listened", "listens" in turns),
                ("free", free),
                ("stayed", True),
            )
            if holds
        )
        better = next(
            kind
            for kind, holds in (
                ("demands", not free),
                ("explains", "explains" in turns),
                ("unowned", "owns" not in turns),
                ("unheard", not turns & {"listens", "asks"}),
                ("rest", True),
            )
            if holds
        )
        return [f"{OVER}{self._lines[f'landed_{landed}'][0]} {self._lines[f'next_{better}'][0]}"]

    def _pick(self, kind: str, brief: Brief, said: str) -> str:
        options: Sequence[str] = self._lines[kind]
        return fresh(options, said, brief.message) or options[len(brief.history) % len(options)]
