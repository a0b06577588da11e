"""`/v1/sessions/{id}`: what is kept of a conversation, and its end."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from service.api.guard import Admitted, CoachDep
from service.flow.state import Exchange
from service.memory.journey import Journey
from service.memory.ledger import LedgerEntry

router = APIRouter(tags=["sessions"], dependencies=[Admitted])


class Session(BaseModel):
    """Everything that is kept of a session."""

    session_id: str
    exchanges: list[Exchange]
    ledger: tuple[LedgerEntry, ...]
    journey: Journey


@router.get("/v1/sessions/{session_id}")
async def read_session(session_id: str, coach: CoachDep) -> Session:
    """What is known and kept."""
    return Session(
        session_id=session_id,
        exchanges=await coach.sessions.history(session_id),
        ledger=await coach.sessions.ledger(session_id),
        journey=await coach.sessions.journey(session_id),
    )


@router.get("/v1/sessions/{session_id}/export")
async def export_session(session_id: str, coach: CoachDep, response: Response) -> Session:
    """The same, as a file to keep."""
    response.headers["Content-Disposition"] = f'attachment; filename="trust-coach-{session_id}.json"'
    return await read_session(session_id, coach)


@router.delete("/v1/sessions/{session_id}/ledger/{number}")
async def correct_ledger(session_id: str, number: int, coach: CoachDep) -> tuple[LedgerEntry, ...]:
    """Take back one entry of the ledger, counted from 0; gives what is left."""
    return await coach.sessions.correct(session_id, number)


@router.delete("/v1/sessions/{session_id}/journey/{number}")
async def correct_journey(session_id: str, number: int, coach: CoachDep) -> Journey:
    """Take back one fact of the journey, counted from 0; gives the journey that is left."""
    return await coach.sessions.take_back(session_id, number)


@router.delete("/v1/sessions/{session_id}", status_code=204)
async def delete_session(session_id: str, coach: CoachDep) -> None:
    """Forget the session for good."""
    await coach.sessions.forget(session_id)
