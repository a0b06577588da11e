"""`POST /v1/review`: the guards alone."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from knowledge.tactics import Surface
from service.api.guard import Admitted, CoachDep
from service.conversation import Turn
from service.guardrails.guardrail import Decision, Finding, Verdict

router = APIRouter(tags=["review"], dependencies=[Admitted])


class ReviewBody(BaseModel):
    """A text to judge, and what was said before it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "I'm sorry, but you know how I get when you ignore me.",
                    "surface": "message_to_ex",
                }
            ]
        }
    )

    text: str = Field(description="1 to 8,000 characters.")
    surface: Surface = Field("user_message", description="Who speaks to whom.")
    history: tuple[Turn, ...] = Field((), max_length=200)


class Review(BaseModel):
    """What was decided, and for `message_to_ex` what to write instead."""

    model_config = ConfigDict(frozen=True)

    decision: Decision
    categories: tuple[str, ...]
    findings: tuple[Finding, ...]
    suggestion: str | None


def as_review(verdict: Verdict) -> Review:
    """A verdict as it is shown."""
    suggestion = verdict.findings[0].alternative if verdict.decision in ("flag", "redirect") else None
    return Review(
        decision=verdict.decision, categories=verdict.categories, findings=verdict.findings, suggestion=suggestion
    )


@router.post("/v1/review")
async def review(body: ReviewBody, coach: CoachDep) -> Review:
    """Judge a text: a message to the coach, a draft of the coach, or a message to the ex."""
    return as_review(await coach.review(body.text, body.surface, body.history))
