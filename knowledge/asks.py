"""Ways in which people put a situation or a question, in an index: whoever is asked is found by what lies near."""

from collections.abc import Mapping, Sequence

from knowledge.index import PassageIndex
from knowledge.passages import Passage, digest_of


def ask_passages(asks: Mapping[str, Sequence[str]]) -> list[Passage]:
    """The asks of each owner, ready to be indexed; the owner is their article (`article_of`)."""
    return [
        Passage(f"{owner}#{number}", owner, "", "", ask)
        for owner, texts in asks.items()
        for number, ask in enumerate(texts, start=1)
    ]


def sync_asks(index: PassageIndex, collection: str, asks: Sequence[Passage]) -> None:
    """Bring `collection` up to date; what is so already is not read again."""
    state = digest_of(asks)
    if index.state(collection) != state:
        index.sync(collection, asks, state=state)
