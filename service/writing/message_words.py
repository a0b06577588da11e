"""The coach's words about one message to the ex, from written phrases and the person's own sentences."""

from collections.abc import Sequence

from knowledge.sentences import split_sentences
from service.memory.ledger import Wish
from service.writing.apology import ElementFound, apology_elements
from service.writing.deeds import deed_told
from service.writing.faults import Fault, is_practical
from service.writing.guidance import choose_guidance
from service.writing.message_finder import wants_to_answer
from service.writing.message_review import MessageReview
from service.writing.units import Phrases, fresh
from service.writing.writer import Brief

_ON_MESSAGES = frozenset({"first-message.md", "apology-without-excuses.md", "apologised-many-times.md"})
_ON_SILENCE = frozenset({"space-and-no-contact.md", "when-not-to-try.md", "ready-for-contact.md"})
_MOST_REASONS = 4
_WORDS_QUOTED = 9
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class MessageWords:
    """Paragraphs for one brief; what is in `said` is not said again while there are other words for it."""

    def __init__(self, phrases: Phrases, brief: Brief, said: str) -> None:
        self._phrases = phrases
        self._brief = brief
        self._said = said

    def held(self, distance: Wish, message: str) -> list[str]:
        """No wording, said kindly, and what can be done with what wants to be said."""
        return [
            " ".join(part for part in (self._pick(f"held_{distance}"), self._owned(message, "held_owned")) if part),
            *self._guidance("respect the request for space or no contact", _ON_SILENCE),
            self._pick("instead"),
        ]

    def unread(self) -> list[str]:
        """Neither guards nor coach can read the message."""
        return [self._pick("unread"), self._pick("before_sending")]

    def scaffold(self) -> list[str]:
        """The order of an honest message, with the person's own facts where they told them."""
        earlier = [turn.content for turn in reversed(self._brief.history) if turn.role == "user"]
        deed = deed_told([self._brief.message, *earlier])
        kind = "apology" if deed else "answer" if wants_to_answer(self._brief.message) else "first_line"
        parts = [part.format(deed=f"“{deed}.”") for part in self._phrases[f"{kind}_parts"]]
        need = "an apology says what you did" if deed else "a first message is short and demands nothing"
        return [
            self._pick("not_written"),
            "\n".join(parts),
            self._pick("rules_of_thumb"),
            *self._guidance(need, _ON_MESSAGES),
            self._pick("show_me"),
        ]

    def reviewed(self, message: str, review: MessageReview) -> list[str]:
        """What is good in it, what stands in its way and why, the mended version, and what is the person's to add."""
        if review.why_not == "fair" and is_practical(message):
            return [self._pick("fair_practical")]
        opening = self._owned(message, "owned") or self._pick("sorry" if review.apology else "plainly")
        closing = [*self._guidance("what belongs in a message and what to leave out", _ON_MESSAGES), self._closing()]
        if review.why_not == "fair":
            return [f"{opening} {self._pick('fair')}", *self._missing(review.apology), *closing]
        gaps = any(fault.mend == "tell" and fault.id != "long" for fault in review.faults)
        return [
            opening,
            "\n".join((self._pick("change"), *self._reasons(message, review.faults))),
            *self._mended(review),
            *([self._pick("gap")] if gaps and review.rewrite else []),
            *(self._missing(review.apology) if review.rewrite and not gaps else []),
            *closing,
        ]

    def _pick(self, kind: str, **words: str) -> str:
        options = [text.format(**words) for text in self._phrases[kind]]
        return fresh(options, self._said, self._brief.message) or options[-1]

    def _guidance(self, need: str, articles: frozenset[str]) -> list[str]:
        passages = self._brief.passages
        pieces = choose_guidance(need, passages, self._said, len(passages))
        fitting = [piece for piece in pieces if passages[piece.number - 1].article in articles]
        return [f"{piece.text} [{piece.number}]" for piece in fitting[:1]]

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
        quotes = (f"“{_quoted(message[fault.start : fault.end])}”" for fault in faults)
        return f"{' and '.join(dict.fromkeys(quotes))}. {faults[0].why}"

    def _mended(self, review: MessageReview) -> list[str]:
        if review.rewrite is not None:
            quoted = "\n".join(f"> {line}".rstrip() for line in review.rewrite.text.splitlines())
            return [self._pick("yours"), quoted]
        kind = {"too long": "too_long", "only the person can": "gap"}.get(review.why_not or "", "nothing_left")
        return [self._pick(kind)]

    def _missing(self, apology: Sequence[ElementFound]) -> list[str]:
        """The weightiest element that is not there and that the person could add, where the deed is owned."""
        present = {found.element for found in apology if found.present}
        if "responsibility" not in present or {"repair", "change"} & present:
            return []
        return [self._pick("missing")]

    def _closing(self) -> str:
        unknown = "" if self._brief.wishes else self._pick("if_they_asked")
        return f"{unknown} {self._pick('before_sending')}".strip()


def _quoted(words: str) -> str:
    """The person's words, cut where they are many."""
    plain = words.strip(" ,.;:–—-\n")
    short = plain.split()
    return plain if len(short) <= _WORDS_QUOTED + 5 else f"{' '.join(short[:_WORDS_QUOTED])} …"


def _ordinal(message: str, fault: Fault) -> str:
    before = sum(sentence.end <= fault.start for sentence in split_sentences(message))
    return _ORDINALS[before] if before < len(_ORDINALS) else "last"
