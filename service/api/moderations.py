"""`POST /v1/moderations`: the guards alone, in OpenAI's protocol."""

import uuid
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from knowledge.tactics import LABELS, Surface
from service.api.guard import Admitted, CoachDep
from service.api.models import COACH
from service.guardrails.guardrail import GUARD_FAILURE, Decision
from service.guardrails.review import Review
from service.inputs import check_text

router = APIRouter(tags=["openai"], dependencies=[Admitted])

MAX_INPUTS = 128

_CATEGORIES = (*LABELS, GUARD_FAILURE)


class ModerationBody(BaseModel):
    """Texts to judge, each on its own. Whatever model is named, the guards judge."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"input": "Help me make him jealous.", "surface": "user_message"}]}
    )

    input: str | Annotated[list[str], Field(min_length=1, max_length=MAX_INPUTS)] = Field(
        description=f"A text of 1 to 8,000 characters, or 1 to {MAX_INPUTS} of them."
    )
    model: str | None = None
    surface: Surface = Field("user_message", description="Our own: who speaks to whom.")


class Moderation(BaseModel):
    """A verdict: which labels apply, and how sure that is, 0 for those that were not found."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]]
    decision: Decision


class Moderations(BaseModel):
    """A verdict for each text, in order."""

    id: str
    model: str
    results: list[Moderation]


@router.post("/v1/moderations")
async def moderate(body: ModerationBody, coach: CoachDep) -> Moderations:
    """Judge texts, with our labels as categories."""
    texts = [body.input] if isinstance(body.input, str) else body.input
    for text in texts:
        check_text(text, "input")
    results = [_moderation(await coach.review(text, body.surface)) for text in texts]
    return Moderations(id=f"modr-{uuid.uuid4().hex}", model=body.model or COACH, results=results)


def _moderation(review: Review) -> Moderation:
    scores = {finding.label: finding.score for finding in review.findings}
    return Moderation(
        flagged=bool(scores),
        categories={label: label in scores for label in _CATEGORIES},
        category_scores={label: scores.get(label, 0.0) for label in _CATEGORIES},
        category_applied_input_types={label: ["text"] for label in _CATEGORIES},
        decision=review.decision,
    )
