"""Server-sent events."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse


def event_stream(events: AsyncIterator[bytes]) -> StreamingResponse:
    """A response that sends `events` as they come; when the client leaves, the turn behind them is cancelled."""
    return StreamingResponse(
        events, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
