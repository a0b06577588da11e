"""Who may call, and how large a body may be."""

import hmac
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request

from service.coach import Coach
from service.errors import Forbidden, TooLarge, Unauthorised
from service.settings import Settings

MAX_BODY = 256 * 1024


def coach_of(request: Request) -> Coach:
    """The running coach."""
    coach: Coach = request.app.state.coach
    return coach


def settings_of(request: Request) -> Settings:
    """The settings of the running service."""
    settings: Settings = request.app.state.settings
    return settings


def admit(request: Request) -> None:
    """Let a caller in who has a key, or anyone on this machine where no keys are set.

    Raises:
        Unauthorised: keys are set and none of them was given.
        Forbidden: no keys are set and the caller is on another machine.
        TooLarge: the body is announced as larger than any valid one.
    """
    settings = settings_of(request)
    if int(request.headers.get("content-length", "0") or 0) > MAX_BODY:
        raise TooLarge(f"the body is larger than {MAX_BODY // 1024} KB")
    if not settings.api_keys:
        if not _is_local(request):
            raise Forbidden("no API keys are set, so only this machine may connect: set COACH_API_KEYS")
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")
    if not any(hmac.compare_digest(token.encode(), key.get_secret_value().encode()) for key in settings.api_keys):
        raise Unauthorised("send an API key as 'Authorization: Bearer KEY'")


def _is_local(request: Request) -> bool:
    if request.client is None:
        return True
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        # A name instead of an address: a Unix socket, or a client inside this process.
        return request.client.host in ("localhost", "testclient")


CoachDep = Annotated[Coach, Depends(coach_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]
Admitted = Depends(admit)
