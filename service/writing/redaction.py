"""Keeping what tells who someone is from a model's provider: placeholders on the way out, the words on the way back.

Patterns, not understanding: docs/settings.md says how much they find.
"""

import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import replace

from service.writing.personal import PLACEHOLDER, personal, plain
from service.writing.writer import Chunk

NOTE = (
    "Words like <NAME_1> or <PHONE_1> stand for what the person told and you need not know. Use them as they are, "
    "angle brackets included, where you would use what they stand for."
)


class Redaction:
    """What is hidden in one exchange with a provider; the same words get the same placeholder throughout."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are all that the person told in this exchange: a name that one of them shows is hidden in all."""
        self._hidden: dict[str, str] = {}
        self._words: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for text in texts:
            for found in personal(text):
                if found.text in self._hidden:
                    continue
                counts[found.kind] += 1
                placeholder = f"<{found.kind}_{counts[found.kind]}>"
                self._words[placeholder] = found.text
                self._hidden[found.text] = placeholder
                if found.kind == "NAME" and not plain(found.text):
                    self._hidden.setdefault(found.text.lower(), placeholder)
        longest_first = sorted(self._hidden, key=len, reverse=True)
        self._known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
        self._forms = tuple(form for known in self._words for form in (known, known.strip("<>")))

    def __bool__(self) -> bool:
        """Whether anything is hidden."""
        return bool(self._words)

    def hide(self, text: str) -> str:
        """`text` with placeholders."""
        return self._known.sub(lambda match: self._hidden[match[0]], text) if self else text

    def restore(self, text: str) -> str:
        """`text` with the words that its placeholders stand for; a placeholder that was never given stays."""
        return PLACEHOLDER.sub(lambda match: self._words.get(f"<{match[1]}_{match[2]}>", match[0]), text)

    async def restored(self, chunks: AsyncIterator[Chunk]) -> AsyncGenerator[Chunk]:
        """The chunks of a reply with its words restored; what may be the beginning of a placeholder waits."""
        waiting = ""
        async for chunk in chunks:
            text = waiting + chunk.text
            cut = len(text) - self._begun(text)
            waiting = text[cut:]
            yield replace(chunk, text=self.restore(text[:cut]))
        if waiting:
            yield Chunk(self.restore(waiting))

    def _begun(self, text: str) -> int:
        """How many of the last characters may be the beginning of a placeholder, or of its number."""
        longest = max(map(len, self._forms), default=0)
        tails = (text[-size:] for size in range(min(longest, len(text)), 0, -1))
        return next((len(tail) for tail in tails if any(_begins(form, tail) for form in self._forms)), 0)


def _begins(form: str, tail: str) -> bool:
    return form.startswith(tail) and (len(tail) < len(form) or not form.endswith(">"))
