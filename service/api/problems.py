"""Errors as every route answers them."""

import uuid

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge.errors import BadQuery
from service.errors import CoachError

REQUEST_ID = "x-request-id"
BROKEN = "Something broke on our side. Please try again."
"""What is told of a fault."""

_TYPES = {404: "not_found", 405: "method_not_allowed"}

_OPENAI_ROUTES = ("/v1/chat/completions", "/v1/models", "/v1/moderations")
_OPENAI_TYPES = {403: "permission_error", 429: "rate_limit_error"}
_OPENAI_CODES = {"unauthorised": "invalid_api_key", "bad_request": None}


class RequestIds:
    """Names each request, in its state and in the response's headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (REQUEST_ID.encode(), request_id.encode())]
            await send(message)

        await self._app(scope, receive, named)


def problem(request: Request, status: int, kind: str, message: str, param: str | None = None) -> JSONResponse:
    """The one error shape; on the routes of OpenAI's protocol, the shape that its clients read."""
    headers = {"Retry-After": "5"} if status in (429, 503) else None
    if request.url.path.startswith(_OPENAI_ROUTES):
        status = 400 if status == 422 else status
        return JSONResponse(openai_problem(status, kind, message, param), status, headers)
    body = {"error": {"type": kind, "message": message, "param": param, "request_id": request.state.request_id}}
    return JSONResponse(body, status, headers)


def openai_problem(status: int, kind: str, message: str, param: str | None = None) -> dict[str, dict[str, str | None]]:
    """An error as OpenAI's protocol tells it: a broad type, and our own as code."""
    family = "server_error" if status >= 500 else _OPENAI_TYPES.get(status, "invalid_request_error")
    return {"error": {"message": message, "type": family, "param": param, "code": _OPENAI_CODES.get(kind, kind)}}


def install(app: FastAPI) -> None:
    """Answer every failure of `app` in the one shape, without a stack trace."""

    app.add_middleware(RequestIds)

    @app.exception_handler(CoachError)
    async def coach_error(request: Request, error: CoachError) -> JSONResponse:
        return problem(request, error.status, error.type, error.message, error.param)

    @app.exception_handler(BadQuery)
    async def bad_query(request: Request, error: BadQuery) -> JSONResponse:
        return problem(request, 400, "bad_request", str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        param = ".".join(str(part) for part in first["loc"] if part != "body") or None
        status = 400 if first["type"] == "json_invalid" else 422
        message = "the body is not valid JSON" if status == 400 else f"{param or 'body'}: {first['msg']}"
        return problem(request, status, "bad_request", message, param)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        return problem(request, error.status_code, _TYPES.get(error.status_code, "bad_request"), str(error.detail))

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 500, "internal_error", BROKEN)
