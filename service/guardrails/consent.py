"""The consent ledger as a judge: what is fair to anyone is not fair to someone who asked for silence.

Wishes are read from the person's own turns only; nothing that a model, an article or a pasted text says can add one or
take one away.
"""

import re
from functools import cache
from importlib.resources import files

from knowledge.yamls import read_yaml
from service.guardrails.guardrail import Hit, Subject
from service.memory.ledger import SILENCE, told

_LABEL = "boundary_violation"
_SCORE = 0.9


class ConsentDetector:
    """Claims `boundary_violation` where the person asks to reach someone who asked them not to.

    Where they only speak of reaching them, that is in doubt.
    """

    @property
    def name(self) -> str:
        return "consent"

    async def detect(self, subject: Subject) -> tuple[Hit, ...]:
        if subject.surface != "user_message" or not _silent(subject.user_history):
            return ()
        reach, ask, excuse = _patterns()
        text = subject.normalised.text
        found = reach.search(text)
        if found is None or excuse.search(text):
            return ()
        start, end = subject.normalised.span(*found.span())
        return (Hit(label=_LABEL, score=_SCORE, start=start, end=end, certain=ask.search(text) is not None),)


def _silent(messages: tuple[str, ...]) -> bool:
    """Whether the other person has asked for silence and not taken it back."""
    return any(entry.wish in SILENCE for entry in told(messages))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rows = read_yaml((files("service.guardrails") / "rules" / "consent.yaml").read_text(encoding="utf-8"))
    reach, ask, excuse = (re.compile(rows[name].replace("\n", ""), re.I) for name in ("reach", "ask", "excuse"))
    return reach, ask, excuse
