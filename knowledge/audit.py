"""What is judged before it is indexed: an article that teaches pressure must not become a source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.formats.document import Hidden
from knowledge.passages import Passage

HIDDEN_TEXT = "hidden_text"
"""Label of an article that holds text which no reader can see."""

_INVISIBLE_WORDS = 6
"""Below this, invisible text is a spacer or a label of a picture."""
_HIDDEN_PIECES = 100
_HIDDEN_CHARACTERS = 8000
"""Hidden text is never cited, so the rest of a flood of it need not be read."""
_MANY = 0.3
"""Share of an article's passages from which on objections are held against the whole."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a text: a label, the words that earned it, and why it harms.

    `whole` is set where the rest of the article cannot be trusted either.
    """

    label: str
    evidence: str
    reason: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Something that is kept out of the index until it is released: a passage, or an article under its own name."""

    id: str
    article: str
    label: str
    evidence: str
    reason: str


class Auditor(Protocol):
    """Judges texts that would speak to a person."""

    @property
    def version(self) -> str:
        """Changes whenever its judgement may: what was imported under another version is judged anew."""
        ...

    def audit(self, texts: Sequence[str]) -> list[tuple[Objection, ...]]:
        """For each text what stands against it; nothing where nothing does."""
        ...


def objections(
    auditor: Auditor, article: str, passages: Sequence[Passage], hidden: Sequence[Hidden]
) -> tuple[Held, ...]:
    """What of an article must be held: passages that teach harm, or all of it.

    All of it is held where it hides text that nobody can see, where anything in it gives orders to a model, and where
    many of its passages teach harm.
    """
    unseen = tuple(
        Objection(HIDDEN_TEXT, text.text[:300], "It holds text that no reader can see.", whole=True)
        for text in hidden
        if text.disguise == "invisible" and len(text.text.split()) >= _INVISIBLE_WORDS
    )
    concealed = auditor.audit([text.text[:_HIDDEN_CHARACTERS] for text in hidden[:_HIDDEN_PIECES]])
    found = list(zip(passages, auditor.audit([passage.text for passage in passages]), strict=True))
    against = [objection for _, raised in found for objection in raised]
    guilty = sum(bool(raised) for _, raised in found)
    against_all = [*unseen, *(objection for raised in concealed for objection in raised)]
    if against and (guilty >= _MANY * len(passages) or any(objection.whole for objection in against)):
        against_all += against
    if against_all:
        return tuple(_held(article, article, objection) for objection in against_all)
    return tuple(_held(passage.id, article, objection) for passage, raised in found for objection in raised)


def _held(key: str, article: str, objection: Objection) -> Held:
    return Held(key, article, objection.label, objection.evidence, objection.reason)
