"""A hook to a human when someone may be in danger: off unless an operator names where it goes."""

import asyncio
import logging
from dataclasses import dataclass, field

import httpx

from service.flow.state import Reply

log = logging.getLogger(__name__)

_SECONDS = 5.0


@dataclass
class Handover:
    """Posts `{"session_id","turn_id","labels"}` to `url`, with the message only where `content` is set.

    It never delays or breaks a reply: a hook that fails is logged, without content.
    """

    url: str
    content: bool = False
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, reply: Reply, message: str) -> None:
        """Tell of an escalated turn, in the background."""
        if reply.decision != "escalate":
            return
        body: dict[str, object] = {
            "session_id": reply.session_id,
            "turn_id": reply.turn_id,
            "labels": list(reply.guardrails.input.categories),
        }
        if self.content:
            body["message"] = message
        task = asyncio.create_task(self._post(body))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._running)

    async def _post(self, body: dict[str, object]) -> None:
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                (await client.post(self.url, json=body)).raise_for_status()
        except httpx.HTTPError as error:
            log.error("handover of turn %s failed (%s)", body["turn_id"], type(error).__name__)
