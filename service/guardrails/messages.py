"""The screen, as whoever coaches on a message to the ex asks it."""

from collections.abc import Sequence

from service.conversation import Turn
from service.guardrails.guardrail import Verdict
from service.guardrails.screen import Screen
from service.writing.faults import Fault

_ASKS = frozenset({"begging", "ultimatum", "forced_commitment"})


class ScreenedMessages:
    """A `MessageGuard`: what stops a message, and whether a request is fair."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    async def found(self, message: str, history: Sequence[Turn]) -> tuple[Fault, ...]:
        """What the guards find in `message`, the surest first."""
        return faults_of(await self._screen.judge("message_to_ex", message, history))

    async def allows(self, request: str, history: Sequence[Turn]) -> bool:
        """Whether `request`, which the person makes of the coach, passes."""
        return (await self._screen.judge("user_message", request, history)).passed


def faults_of(verdict: Verdict) -> tuple[Fault, ...]:
    """The findings of a verdict on a message, as faults of the message."""
    return tuple(
        Fault(
            id=finding.label,
            start=finding.start,
            end=finding.end,
            why=finding.explanation,
            asks=finding.label in _ASKS,
            instead=finding.alternative,
        )
        for finding in verdict.findings
    )
