"""The coach's words about one message to the ex, from written phrases and the person's own sentences."""

import re
from collections.abc import Sequence

from knowledge.passages import Passage
from knowledge.sentences import split_typed
from knowledge.sides import side_of_person
from service.memory.ledger import Wish
from service.writing.apology import ElementFound, apology_elements
from service.writing.deeds import deed_told
from service.writing.faults import Fault, is_practical
from service.writing.guidance import choose_guidance
from service.writing.message_finder import wants_message, wants_to_answer
from service.writing.message_review import MessageReview
from service.writing.units import Phrases, fresh
from service.writing.writer import Brief

_ON_MENDING = re.compile(
    r"belongs in it|leave out|take responsibility|express regret|ask them to forgive|one more time", re.I
)
_ON_APOLOGIES = re.compile(r"six elements|take responsibility|express regret|offer repair|belongs in it", re.I)
_ON_FIRST_WORDS = re.compile(r"belongs in it|leave out|how and when do i send|good reasons", re.I)
_ON_DISTANCE: dict[Wish, re.Pattern[str]] = {
    "order": re.compile(r"an order", re.I),
    "blocked": re.compile(r"blocked you|no contact at all", re.I),
    "no_contact": re.compile(r"no contact at all|they said no|allowed to write", re.I),
    "space": re.compile(r"ask for space", re.I),
}
_OURS = frozenset(
    (
        "first-message.md apology-without-excuses.md apologised-many-times.md space-and-no-contact.md "
        "when-not-to-try.md ready-for-contact.md"
    ).split()
)
_NOT_MENDED = {
    "too long": "too_long",
    "only the person can": "gap",
    "doubted": "doubted",
    "nothing left": "nothing_left",
    "unwelcome": "unwelcome",
}
_MOST_REASONS = 4
_TURNS_BACK = frozenset({"but", "blames", "shrinks", "if-you-felt"})
"""Faults that take a sorry back."""
_LONGS = frozenset(
    "burdens demands-return demands-answer demands-meeting demands-forgiveness fishes tugs begging guilt_trip".split()
)
_LASHES = frozenset("blames threatens deadline but threat ultimatum blame_shifting undermining".split())
_WORDS_QUOTED = 9
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class MessageWords:
    """Paragraphs for one brief; what is in `said` is not said again while there are other words for it."""

    def __init__(self, phrases: Phrases, brief: Brief, said: str) -> None:
        self._phrases = phrases
        self._brief = brief
        self._said = said

    def held(self, distance: Wish, message: str, fault: Fault | None = None) -> list[str]:
        """No wording, said kindly, and what can be done with what wants to be said; `fault` would harm in any case."""
        owned = self._owned(message, "held_owned")
        harm = self._pick("held_harm", why=fault.why) if fault is not None and not owned else ""
        return [
            " ".join(part for part in (self._pick(f"held_{distance}"), owned, harm) if part),
            *self._guidance("respect the request for space or no contact", _ON_DISTANCE[distance]),
            self._pick("instead_owned" if owned else "instead"),
        ]

    def unread(self) -> list[str]:
        """Neither guards nor coach can read the message."""
        return [self._pick("unread"), self._pick("before_sending")]

    def scaffold(self) -> list[str]:
        """The order of an honest message, with the person's own facts; nothing where too little is told for one."""
        earlier = [turn.content for turn in reversed(self._brief.history) if turn.role == "user"]
        deed = deed_told([self._brief.message, *earlier])
        kind = self._scaffold_kind(deed)
        if kind is None:
            return []
        parts = [part.format(deed=f"“{deed}.”") for part in self._phrases[f"{kind}_parts"]]
        about = {"apology": _ON_APOLOGIES, "first_line": _ON_FIRST_WORDS}.get(kind)
        return [
            self._pick("not_written"),
            "\n".join(parts),
            self._pick("rules_of_thumb"),
            *(self._guidance("what you did, what it did to them, no demand", about) if about else []),
            self._pick("show_me" if about else "show_me_freely"),
        ]

    def _scaffold_kind(self, deed: str | None) -> str | None:
        message = self._brief.message
        if deed is not None:
            return "apology"
        if side_of_person(message) == "suffered":
            return "hurt"
        if wants_to_answer(message):
            return "answer"
        return "first_line" if wants_message(message) else None

    def reviewed(self, message: str, review: MessageReview) -> list[str]:
        """What is good in it, what stands in its way and why, the mended version, and what is the person's to add."""
        if review.why_not == "fair" and is_practical(message):
            return [self._pick("fair_practical")]
        opening = self._opening(message, review)
        if review.why_not == "fair":
            return [f"{opening} {self._pick('fair')}", *self._missing(review.apology), self._closing()]
        nothing = review.why_not in ("nothing left", "doubted", "unwelcome")
        gaps = any(fault.mend == "tell" and fault.id != "long" for fault in review.faults)
        return [
            opening,
            "\n".join(
                (
                    self._pick("stops" if review.why_not == "doubted" else "change"),
                    *self._reasons(message, review.faults),
                )
            ),
            *self._mended(review, gaps),
            *(self._missing(review.apology) if review.rewrite and not gaps else []),
            *self._guidance("what belongs in a message and what to leave out", _ON_MENDING),
            *([] if nothing else [self._closing()]),
        ]

    def _pick(self, kind: str, **words: str) -> str:
        options = [text.format(**words) for text in self._phrases[kind]]
        return fresh(options, self._said, self._brief.message) or options[-1]

    def _opening(self, message: str, review: MessageReview) -> str:
        """What is good in the message, in their own words where it owns or mends something."""
        owned = self._owned(message, "owned")
        begun = next((each for each in review.apology if each.present and each.element in ("change", "repair")), None)
        if owned and begun is not None and review.why_not == "fair":
            return f"{owned} {self._pick('begun', words=_quoted(message[begun.start : begun.end]))}"
        return owned or self._pick(_heard(review))

    def _guidance(self, need: str, about: re.Pattern[str]) -> list[str]:
        """One piece of advice from our articles on writing, out of their parts `about` the matter."""
        passages = self._brief.passages
        pieces = choose_guidance(need, passages, self._said, len(passages))
        fitting = (piece for piece in pieces if _about(passages[piece.number - 1], about))
        return [f"{piece.text} [{piece.number}]" for piece in fitting][:1]

    def _owned(self, message: str, kind: str) -> str:
        """A word for the clause that owns the deed, if there is one."""
        for found in apology_elements(message):
            if found.element == "responsibility" and found.present:
                return self._pick(kind, words=_quoted(message[found.start : found.end]))
        return ""

    def _reasons(self, message: str, faults: Sequence[Fault]) -> list[str]:
        """A line for each kind of fault: where it stands, and why it is one."""
        kinds = list(dict.fromkeys(fault.id for fault in faults))[:_MOST_REASONS]
        return [f"– {self._reason(message, [fault for fault in faults if fault.id == kind])}" for kind in kinds]

    def _reason(self, message: str, faults: Sequence[Fault]) -> str:
        if faults[0].id == "long":
            return faults[0].why
        if self._brief.attempt:  # the guards stopped a reply that quoted: tell the place instead
            return f"The {_ordinal(message, faults[0])} sentence. {faults[0].why}"
        quotes = dict.fromkeys(f"“{_quoted(message[fault.start : fault.end])}”" for fault in faults)
        told = " and ".join(quotes)
        doubt = f"{self._pick('doubt')} " if faults[0].instead else ""
        return f"{told}{'' if told.endswith(('?”', '!”')) else '.'} {doubt}{faults[0].why}"

    def _mended(self, review: MessageReview, gaps: bool) -> list[str]:
        if review.rewrite is None:
            return [self._pick(_NOT_MENDED[review.why_not or "nothing left"])]
        quoted = "\n".join(f"> {line}".rstrip() for line in review.rewrite.text.splitlines())
        if gaps:
            return [self._pick("yours_unfinished"), quoted, self._pick("gap")]
        return [self._pick("yours"), quoted]

    def _missing(self, apology: Sequence[ElementFound]) -> list[str]:
        """The weightiest element that is not there and that the person could add, where the deed is owned."""
        present = {found.element for found in apology if found.present}
        if "responsibility" not in present or {"repair", "change"} & present:
            return []
        return [self._pick("missing")]

    def _closing(self) -> str:
        unknown = "" if self._brief.wishes else self._pick("if_they_asked")
        return f"{unknown} {self._pick('before_sending')}".strip()


def _heard(review: MessageReview) -> str:
    """What the coach hears in a message that owns nothing."""
    faults = {fault.id for fault in review.faults}
    if review.apology and not faults & _TURNS_BACK:
        return "sorry"
    if faults & _LONGS:
        return "longing"
    return "shown" if not faults & _LASHES else "hurting"


def _about(passage: Passage, matter: re.Pattern[str]) -> bool:
    return passage.article in _OURS and matter.search(" ".join(passage.headings)) is not None


def _quoted(words: str) -> str:
    """The person's words, cut where they are many."""
    plain = words.strip(" ,.;:–—-\n")
    short = plain.split()
    return plain if len(short) <= _WORDS_QUOTED + 5 else f"{' '.join(short[:_WORDS_QUOTED])} …"


def _ordinal(message: str, fault: Fault) -> str:
    before = sum(sentence.end <= fault.start for sentence in split_typed(message))
    return _ORDINALS[before] if before < len(_ORDINALS) else "last"
