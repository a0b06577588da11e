"""`POST /v1/chat`: one turn, whole or as events."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from knowledge.errors import TrustCoachError
from service.api.guard import Admitted, CoachDep
from service.api.streaming import event_stream
from service.coach import Coach
from service.errors import CoachError
from service.flow.context import Replied, SentenceReleased, Status
from service.flow.state import Reply
from service.inputs import LOCALE, check_session, check_text

router = APIRouter(tags=["chat"], dependencies=[Admitted])

_EXAMPLES: list[JsonValue] = [
    {"message": "I lied to her about money for a year and she left. How do I start to earn her trust again?"},
    {"message": "and then?", "session_id": "6f1c", "locale": "en-GB", "stream": True},
]


class ChatBody(BaseModel):
    """What the person says."""

    model_config = ConfigDict(json_schema_extra={"examples": _EXAMPLES})

    message: str = Field(description="1 to 8,000 characters.")
    session_id: str | None = Field(None, description="Continues a conversation; without it, a new one begins.")
    locale: str | None = Field(None, pattern=LOCALE, description="Chooses crisis resources, e.g. `en-GB`.")
    stream: bool = Field(False, description="Answer with server-sent events.")


@router.post("/v1/chat", response_model=Reply, responses={200: {"content": {"text/event-stream": {}}}})
async def chat(body: ChatBody, coach: CoachDep, request: Request, accept: Annotated[str, Header()] = "*/*") -> Response:
    """One turn. With `stream`, or `Accept: text/event-stream`: events `status`, `sentence`, `reply`, `error`."""
    if body.stream or "text/event-stream" in accept:
        check_text(body.message, "message")
        if body.session_id is not None:
            check_session(body.session_id)
        return event_stream(_events(coach, body, request.state.request_id))
    reply = await coach.chat(body.message, body.session_id, body.locale)
    return Response(reply.model_dump_json(), media_type="application/json")


async def _events(coach: Coach, body: ChatBody, request_id: str) -> AsyncIterator[bytes]:
    try:
        async with aclosing(coach.stream(body.message, body.session_id, body.locale)) as events:
            async for event in events:
                match event:
                    case Status(step):
                        yield _event("status", StatusEvent(step=step))
                    case SentenceReleased(text):
                        yield _event("sentence", SentenceEvent(text=text))
                    case Replied(reply):
                        yield _event("reply", reply)
    except TrustCoachError as error:
        kind, message = (error.type, error.message) if isinstance(error, CoachError) else ("bad_request", str(error))
        param = error.param if isinstance(error, CoachError) else None
        yield _event(
            "error", ErrorEvent(error=ErrorDetail(type=kind, message=message, param=param, request_id=request_id))
        )


class StatusEvent(BaseModel):
    """What the coach is doing."""

    step: str


class SentenceEvent(BaseModel):
    """Text that passed."""

    text: str


class ErrorDetail(BaseModel):
    """What went wrong."""

    type: str
    message: str
    param: str | None
    request_id: str


class ErrorEvent(BaseModel):
    """The one error shape, as an event."""

    error: ErrorDetail


def _event(name: str, data: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=data.model_dump_json())
