"""The terms of judgement: what is judged, what was found, what was decided."""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from knowledge.tactics import Surface
from service.conversation import Turn
from service.guardrails.normalise import Normalised

Decision = Literal["allow", "redirect", "escalate", "refuse", "pass", "block", "flag"]

GUARD_FAILURE = "guard_failure"
"""Label of the finding that stands for a detector that broke: what cannot be judged does not pass."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Finding(_Frozen):
    """Something that was found, and what to say of it.

    `start` and `end` are offsets into the text as it was given; `evidence` is what stands between them.
    """

    label: str
    score: float = Field(ge=0, le=1)
    evidence: str
    start: int
    end: int
    detector: str
    explanation: str
    alternative: str


class Verdict(_Frozen):
    """What was decided about a text, and why."""

    decision: Decision
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = Field((), description="Labels that are too uncertain to act on, and call for care.")

    @property
    def passed(self) -> bool:
        """Whether nothing stands against the text."""
        return self.decision in ("allow", "pass")

    @property
    def clear(self) -> bool:
        """Whether the text passed and nothing is in doubt: what a model wrote must be, before anybody reads it."""
        return self.passed and not self.doubts

    @property
    def categories(self) -> tuple[str, ...]:
        """Labels found, the surest first, each once."""
        ranked = sorted(self.findings, key=lambda finding: -finding.score)
        return tuple(dict.fromkeys(finding.label for finding in ranked))


class Subject(BaseModel):
    """A text to judge, with the conversation before it.

    `normalised` is the text that detectors read: disguises undone, with offsets back to `text`.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    surface: Surface
    text: str
    history: tuple[Turn, ...] = ()
    normalised: Normalised

    @property
    def user_history(self) -> tuple[str, ...]:
        """What the person wrote before, oldest first."""
        return tuple(turn.content for turn in self.history if turn.role == "user")


class Hit(_Frozen):
    """A detector's claim: `label` applies, with evidence at these offsets of the original text.

    An uncertain hit decides nothing; it asks for care.
    """

    label: str
    score: float
    start: int
    end: int
    certain: bool = True


class Detector(Protocol):
    """Finds labels in a subject. Raises when it cannot judge; the screen then blocks."""

    @property
    def name(self) -> str:
        """Named in the findings it makes."""
        ...

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        """Every label that applies; none when nothing does."""
        ...
