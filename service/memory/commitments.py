"""What a person said they would do, and what became of it."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from knowledge.sentences import split_sentences
from service.memory.dates import day_named
from service.memory.deeds import deed_of, is_past
from service.memory.facts import Fact, Status
from service.memory.reading import SENTENCE_KEPT, Telling, told

_WORDS_KEPT = 18
_LEAST_WORDS = 3
_DID = re.compile(
    r"(?:\bi(?:'ve| have)? |^|(?<=[.!?\n] ))(?:(?:just|finally|also|actually|then|even|already|really) )*"
    r"(?P<missed>(?:did ?n[o']t|didnt|could ?n[o']t|couldnt|have ?n[o']t|havent|did not|could not|have not|never"
    r"|forgot to|failed to|wasn't able to) )?(?:(?:actually|even|manage to|just) )*(?P<did>did )?(?P<verb>[a-z]+)"
    r"(?P<rest>[^.,;!?\n]*)",
    re.I,
)


def announced(message: str, turn_id: str, now: datetime) -> tuple[Fact, ...]:
    """What the person says they will do, as open commitments."""
    return tuple(
        Fact(
            kind="commitment",
            value=_shortened(telling.words),
            sentence=telling.sentence,
            turn_id=turn_id,
            at=now.isoformat(timespec="seconds"),
            status="open",
            due=day_named(telling.sentence, now.date()),
        )
        for telling in told(message, "commitments")
        if telling.rule.kind == "commitment" and len(telling.words.split()) >= _LEAST_WORDS
    )


def reported(facts: tuple[Fact, ...], message: str, turn_id: str, now: datetime) -> tuple[Fact, ...]:
    """The facts after `message`: open commitments that it reports on are kept or missed, with the sentence that told.

    A bare "yes" or "I didn't" counts only for what the coach has asked about, or whose day has passed. "I said I'd
    call, I didn't" also tells of a commitment that nobody had heard of.
    """
    tellings = [telling for telling in told(message, "commitments") if telling.rule.kind != "commitment"]
    still_open = [fact for fact in facts if fact.status == "open"]
    outcomes = {
        fact.same: outcome
        for fact in still_open
        if (outcome := _outcome(fact, message, tellings, now, latest=fact is still_open[-1])) is not None
    }
    after = tuple(
        fact.model_copy(update={**outcomes[fact.same], "outcome_turn_id": turn_id})
        if fact.status == "open" and fact.same in outcomes
        else fact
        for fact in facts
    )
    unheard = (telling for telling in tellings if telling.named and not outcomes)
    return (*after, *(_unheard(telling, turn_id, now) for telling in unheard))


def _outcome(
    fact: Fact, message: str, tellings: Iterable[Telling], now: datetime, *, latest: bool
) -> dict[str, str] | None:
    """How the commitment went by this message. A report that names no deed is taken for the latest one."""
    deed = deed_of(fact.value)
    expected = fact.asked or (fact.due is not None and fact.due < now.date())
    for telling in tellings:
        names_it = bool(telling.named) and deed.is_told_by(deed_of(telling.named))
        bare = not telling.named and latest and (telling.rule.kind == "report" or expected)
        if names_it or bare:
            return {"status": telling.value, "outcome": telling.sentence}
    for match in _DID.finditer(message.replace("’", "'")):
        missed = match["missed"] is not None
        if not (missed or match["did"] or is_past(match["verb"].lower())):
            continue
        still_to_come = missed and fact.due is not None and fact.due >= now.date()
        if not still_to_come and deed.is_told_by(deed_of(f"{match['verb']}{match['rest']}")):
            return {"status": "missed" if missed else "kept", "outcome": _sentence_at(message, match.start())}
    return None


def _unheard(telling: Telling, turn_id: str, now: datetime) -> Fact:
    return Fact(
        kind="commitment",
        value=_shortened(telling.named),
        sentence=telling.sentence,
        turn_id=turn_id,
        at=now.isoformat(timespec="seconds"),
        status=cast(Status, telling.value),
        outcome=telling.sentence,
        outcome_turn_id=turn_id,
    )


def _sentence_at(message: str, place: int) -> str:
    sentences = (one.text for one in split_sentences(message) if one.start <= place < one.end)
    return next(sentences, message)[:SENTENCE_KEPT]


def _shortened(words: str) -> str:
    kept = words.split()
    return " ".join(kept) if len(kept) <= _WORDS_KEPT else f"{' '.join(kept[:_WORDS_KEPT])} …"
