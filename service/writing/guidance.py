"""Which sentences of a passage to give: they must answer, stand alone, and be new to the person."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from knowledge.passages import Passage
from knowledge.sentences import Sentence, split_sentences, word_count

_WORD = re.compile(r"[a-zà-ÿ']{3,}")
_LEANS_BACK = re.compile(
    r"^(?:this|that|these|those|it|such|then|so|both|either|neither|instead|otherwise|as (?:above|mentioned)|even then"
    r"|in (?:that|this) case|another|also|the (?:same|second|third|other)|here|there)\b",
    re.I,
)
_MAX_WORDS = 62
_FAR_BELOW = 0.75


@dataclass(frozen=True, slots=True)
class Guidance:
    """Consecutive sentences of the passage with this number, word for word."""

    number: int
    text: str
    score: float


def choose_guidance(
    need: str,
    passages: tuple[Passage, ...],
    said: str,
    most: int = 2,
    fits: Callable[[str, Passage], bool] = lambda text, passage: True,
) -> tuple[Guidance, ...]:
    """At most `most` pieces from different passages, in their order; nothing that stands in `said`, or does not fit.

    Retrieval has judged the passages; the words of `need` only choose among the sentences of each. A passage far
    below the best is left out: one fitting piece of advice is worth more than two.
    """
    rarity = _rarity([passage.text for passage in passages])
    wanted = _stems(need)
    chosen: list[Guidance] = []
    for number, passage in enumerate(passages, start=1):
        if len(chosen) == most or (chosen and passage.score < _FAR_BELOW * passages[0].score):
            break
        options = [
            Guidance(number, text, _worth(text, place, wanted, rarity))
            for place, text in _windows(passage.text)
            if not any(sentence.text in said for sentence in split_sentences(text))
        ]
        best_first = sorted(options, key=lambda guidance: -guidance.score)
        chosen += islice((guidance for guidance in best_first if fits(guidance.text, passage)), 1)
    return tuple(chosen)


def _windows(text: str) -> Iterable[tuple[int, str]]:
    """One to three consecutive sentences that can be lifted out, and the place of the first."""
    sentences = split_sentences(text)
    for start, first in enumerate(sentences):
        if _LEANS_BACK.match(first.text) or first.text.startswith(("“", '"')):
            continue
        for end in (start + 2, start + 3, start + 1):
            window = sentences[start:end]
            if len(window) == end - start and _whole(text, window):
                yield start, text[window[0].start : window[-1].end].replace("\n", " ")


def _whole(text: str, window: tuple[Sentence, ...]) -> bool:
    piece = text[window[0].start : window[-1].end]
    return (
        10 <= word_count(piece) <= _MAX_WORDS
        and piece.count("“") == piece.count("”")
        and piece.count('"') % 2 == 0
        and piece.rstrip('”"').endswith((".", "!", "?"))
    )


def _worth(text: str, place: int, wanted: set[str], rarity: dict[str, float]) -> float:
    shared = sum(rarity.get(stem, 1.0) for stem in _stems(text) & wanted)
    leads = 1.2 if place == 0 else 0.6 if place == 1 else 0.0
    fullness = min(word_count(text), 40) / 40
    return shared + leads + fullness


def _rarity(texts: list[str]) -> dict[str, float]:
    counts = Counter(stem for text in texts for stem in _stems(text))
    return {stem: math.log((1 + len(texts)) / count) for stem, count in counts.items()}


def _stems(text: str) -> set[str]:
    """Crude stems: enough to match 'apologised' with 'apologise'."""
    return {word[:6] for word in _WORD.findall(text.lower()) if word not in _COMMON}


_COMMON = frozenset(
    (
        "the and you your that with for have has had was were are not but they them their this what when how "
        "can will would just from his her she him all get out about been than then who why did does more very "
        "much like want know there because after before again could should may might its own one two any some "
        "even also only into over yes don't "
    ).split()
)
