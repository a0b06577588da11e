"""`POST /v1/chat/completions`: one turn in OpenAI's protocol, whole or as chunks. docs/openai.md tells the mapping."""

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from service.api.guard import Admitted, CoachDep, SettingsDep
from service.api.messages import Message, read
from service.api.models import check_model
from service.api.problems import BROKEN, openai_problem
from service.api.streaming import event_stream
from service.errors import CoachError
from service.flow.context import Event, Replied, SentenceReleased
from service.flow.state import Guardrails, Reply
from service.inputs import LOCALE, check_session
from service.writing.citations import Citation

router = APIRouter(tags=["openai"], dependencies=[Admitted])


class StreamOptions(BaseModel):
    """How to stream."""

    include_usage: bool | None = Field(False, description="Whether a last chunk counts tokens.")


class ResponseFormat(BaseModel):
    """What to answer in."""

    type: Literal["text"]


class CompletionBody(BaseModel):
    """A conversation that ends with what the person says now. Sampling and other fields are accepted and ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": "coach", "messages": [{"role": "user", "content": "She asked for space. What do I do?"}]}
            ]
        }
    )

    model: str = Field(description="One of `GET /v1/models`.")
    messages: list[Message] = Field(description="The last from the user; 1 to 8,000 characters after the last answer.")
    stream: bool | None = Field(False, description="Answer with chunks.")
    stream_options: StreamOptions | None = None
    user: str | None = Field(None, description="Continues the session of this name; without it nothing is kept.")
    n: Literal[1] | None = 1
    locale: str | None = Field(None, pattern=LOCALE, description="Our own: chooses crisis resources, e.g. `en-GB`.")
    response_format: ResponseFormat | None = None
    modalities: list[Literal["text"]] | None = None
    # Tools that are offered need not be called; chat pages offer theirs in every request.
    tool_choice: Literal["none", "auto"] | None = None
    function_call: Literal["none", "auto"] | None = None


class Answer(BaseModel):
    """What the coach says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The only answer. A turn that was declined is a whole answer too, and ends with `stop`."""

    index: Literal[0] = 0
    message: Answer
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class TokenUsage(BaseModel):
    """Tokens that the model's provider counted; the composer uses none."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A turn. The last four fields are our own; clients of the protocol pass over them."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: TokenUsage
    citations: tuple[Citation, ...]
    guardrails: Guardrails
    decision: Literal["allow", "redirect", "escalate", "refuse"]
    session_id: str | None


@router.post("/v1/chat/completions", response_model=Completion, responses={200: {"content": {"text/event-stream": {}}}})
async def complete(body: CompletionBody, coach: CoachDep, settings: SettingsDep) -> Response:
    """One turn. With `user` it belongs to that session; without, it is answered from `messages` and forgotten."""
    check_model(body.model, settings)
    message, earlier = read(body.messages)
    session = None if body.user is None else check_session(body.user, "user")
    keep = session is not None
    if not body.stream:
        reply = await coach.chat(message, session, body.locale, earlier=earlier, keep=keep)
        choice = Choice(message=Answer(content=reply.reply))
        completion = Completion(**_head(body.model), choices=[choice], usage=_usage(reply), **_extras(reply))
        return Response(completion.model_dump_json(), media_type="application/json")
    events = coach.stream(message, session, body.locale, earlier=earlier, keep=keep)
    # The first event tells that the turn has begun; whatever fails before it still has a status of its own.
    await anext(events)
    return event_stream(_chunks(body, events))


async def _chunks(body: CompletionBody, events: AsyncGenerator[Event]) -> AsyncIterator[bytes]:
    head = {**_head(body.model), "object": "chat.completion.chunk"}
    counted = body.stream_options is not None and body.stream_options.include_usage is True

    def chunk(delta: dict[str, str], finish_reason: str | None = None, **extras: object) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event({**head, "choices": [choice], **({"usage": None} if counted else {}), **extras})

    yield chunk({"role": "assistant", "content": ""})
    try:
        async with aclosing(events):
            async for event in events:
                match event:
                    case SentenceReleased(text):
                        yield chunk({"content": text})
                    case Replied(reply):
                        yield chunk({}, "stop", **_extras(reply))
                        if counted:
                            yield _event({**head, "choices": [], "usage": _usage(reply)})
                        yield format_sse_event(data_str="[DONE]")
    except CoachError as error:
        yield _event(openai_problem(error.status, error.type, error.message, error.param))
    except Exception:
        yield _event(openai_problem(500, "internal_error", BROKEN))
        raise


def _head(model: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}


def _usage(reply: Reply) -> TokenUsage:
    prompt, completion = reply.usage.prompt_tokens, reply.usage.completion_tokens
    return TokenUsage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _extras(reply: Reply) -> dict[str, Any]:
    return {
        "citations": reply.citations,
        "guardrails": reply.guardrails,
        "decision": reply.decision,
        "session_id": reply.session_id or None,
    }


def _event(data: dict[str, Any]) -> bytes:
    # ASCII, because some clients take U+2028 and the like for the end of a line.
    return format_sse_event(data_str=to_json(data, ensure_ascii=True).decode())
