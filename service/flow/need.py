"""What to search for: the person's need in the conversation, not just the last words."""

import re

from service.conversation import Turn

_FOLLOW_UP = re.compile(
    r"^\W*(?:and|but|ok(?:ay)?|so|why|how|what|then|yes|no|yeah|sure|shorter|more|really|hm+|go on|please)\b", re.I
)
_SHORT = 8


def need(message: str, history: tuple[Turn, ...]) -> str:
    """The text to retrieve with: a short follow-up takes the person's last substantial words along."""
    words = len(message.split())
    if words >= _SHORT and not (words < 2 * _SHORT and _FOLLOW_UP.match(message)):
        return message
    earlier = [turn.content for turn in history if turn.role == "user"]
    anchor = next((text for text in reversed(earlier) if len(text.split()) >= _SHORT), earlier[-1] if earlier else "")
    return f"{anchor}\n{message}".strip()
