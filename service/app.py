"""The web application."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service.api import (
    chat,
    completions,
    health,
    helplines,
    models,
    moderations,
    page,
    problems,
    review,
    sessions,
)
from service.settings import Settings, load_settings
from service.wiring import open_coach
from service.writing.writer import Writer


def create_app(settings: Settings | None = None, writer: Writer | None = None) -> FastAPI:
    """The application; it is ready once its lifespan has begun.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    chosen = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_coach(chosen, writer) as coach:
            app.state.coach, app.state.started = coach, int(time.time())
            yield

    app = FastAPI(
        title="Trust Coach",
        summary="Coaching for people who want to rebuild trust, guarded against manipulation and pressure.",
        version="0.1.0",
        lifespan=lifespan,
    )
    app.state.settings = chosen
    problems.install(app)
    for module in (page, chat, completions, models, moderations, review, sessions, helplines, health):
        app.include_router(module.router)
    return app
