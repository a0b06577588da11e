"""A conversation in the terminal: sentences as they pass, sources and what the guards did beside them."""

import asyncio
import uuid

from knowledge.errors import TrustCoachError
from service.coach import Coach
from service.flow.context import Replied, SentenceReleased
from service.settings import load_settings
from service.terminal import read_line, say
from service.wiring import open_coach


async def converse(session: str | None) -> None:
    """Talk until an empty line or the end of the input; a fault ends a turn, not the conversation."""
    session = session or uuid.uuid4().hex
    async with open_coach(load_settings()) as coach:
        say(f"Session {session}. An empty line or ctrl-d ends it.")
        while text := (await asyncio.to_thread(read_line)).strip():
            try:
                await _tell_turn(coach, text, session)
            except TrustCoachError as error:
                say(str(error))


async def _tell_turn(coach: Coach, text: str, session: str) -> None:
    async for event in coach.stream(text, session):
        if isinstance(event, SentenceReleased):
            print(event.text, end="", flush=True)
        elif isinstance(event, Replied):
            print("\n")
            for citation in event.reply.citations:
                say(f"  {citation.marker} {citation.title}")
            guards = event.reply.guardrails
            if not guards.input.passed:
                say(f"  {guards.input.decision}: {', '.join(guards.input.categories)}")
            if guards.redrafts or guards.composed:
                say(f"  drafts stopped: {guards.redrafts}; written from vetted articles: {guards.composed}")
