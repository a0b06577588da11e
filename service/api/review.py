"""`POST /v1/review`: the guards alone."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from knowledge.tactics import Surface
from service.api.guard import Admitted, CoachDep
from service.conversation import Turn
from service.guardrails.review import Review

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


@router.post("/v1/review")
async def judge(body: ReviewBody, coach: CoachDep) -> Review:
    """Judge a text: a message to the coach, a draft of the coach, or a message to the ex."""
    return await coach.review(body.text, body.surface, body.history)
