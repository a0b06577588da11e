"""`GET /v1/models`: the names under which the coach is asked in OpenAI's protocol."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from service.api.guard import Admitted, SettingsDep
from service.errors import ModelNotFound
from service.settings import Settings

router = APIRouter(tags=["openai"], dependencies=[Admitted])

COACH = "coach"


class Model(BaseModel):
    """One name of the coach. `created` is when this process started, in seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "trust-coach"


class ModelList(BaseModel):
    """Every name."""

    object: Literal["list"] = "list"
    data: list[Model]


def check_model(name: str, settings: Settings) -> None:
    """Refuse a model that is not served here.

    Raises:
        ModelNotFound: tells which are.
    """
    if name not in (known := _names(settings)):
        raise ModelNotFound(f"there is no model {name[:100]!r} here: use {' or '.join(map(repr, known))}", "model")


def _names(settings: Settings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((COACH, settings.model)))


@router.get("/v1/models")
async def models(request: Request, settings: SettingsDep) -> ModelList:
    """`coach`, and the model that drafts for it. Both are the coach, guards and all."""
    return ModelList(data=[Model(id=name, created=request.app.state.started) for name in _names(settings)])


@router.get("/v1/models/{name:path}")
async def model(name: str, request: Request, settings: SettingsDep) -> Model:
    """One of them."""
    check_model(name, settings)
    return Model(id=name, created=request.app.state.started)
