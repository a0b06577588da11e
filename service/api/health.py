"""`/healthz`, `/readyz` and `/metrics`."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from service.api.guard import CoachDep

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """Whether turns can be served; says what is missing."""
    missing: list[str] = [] if getattr(request.app.state, "coach", None) else ["coach"]
    return JSONResponse({"status": "ready" if not missing else "starting", "missing": missing}, 503 if missing else 200)


@router.get("/metrics")
async def metrics(coach: CoachDep) -> Response:
    """Counters and timings of this process for Prometheus."""
    return Response(coach.metrics.text(), media_type=CONTENT_TYPE_LATEST)
