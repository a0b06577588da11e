"""What ties a composed reply to the times before: the check-in first, a step that fits, wishes that still stand."""

from collections.abc import Mapping, Sequence

from knowledge.article import Stage
from knowledge.situations import Situation
from service.memory.checkin import CheckInKind
from service.writing.units import Phrases, Pick
from service.writing.writer import Brief

HEARS: frozenset[CheckInKind | None] = frozenset({"kept", "missed", "crossed", "corrected", "circles"})
"""Check-ins that show by themselves that the person was heard."""

IS_ALL: frozenset[CheckInKind | None] = frozenset({"goodbye", "taken_back"})
"""Check-ins after which nothing more is said."""

_TOWARDS_THEM: frozenset[Stage] = frozenset({"first_contact", "show", "reconnect", "rebuild"})
_LONGEST_QUOTE = 160
_REMINDED_WITHIN = 6
"""Turns in which the coach does not mention a standing wish again."""


def check_in_line(brief: Brief, phrases: Phrases, pick: Pick) -> str:
    """What to say first, or nothing. To somebody who has read the beginning of the reply it was said already."""
    if brief.checkin is None or brief.begun or brief.declined is not None:
        return ""
    told = brief.checkin.told
    return pick(
        quoting(phrases[brief.checkin.kind], _sentence(told) if brief.checkin.kind == "ask_step" else told, brief)
    )


def step_line(
    brief: Brief, situation: Situation, situations: Mapping[str, Situation], phrases: Phrases, pick: Pick
) -> str:
    """A reminder of the person's own plan, once; else a step of the situation, or one that fits the stage."""
    journey = brief.journey
    if own := plan_line(brief, phrases, pick):
        return own
    steps = [step for step in situation.steps if journey.fits(step, situation.stage)]
    borrowed = situations[journey.borrows].steps if journey.borrows else ()
    return pick(steps) or pick([step for step in borrowed if journey.fits(step)])


def plan_line(brief: Brief, phrases: Phrases, pick: Pick) -> str:
    """A reminder of the person's own plan, where one is open and they were not reminded yet."""
    plan = brief.journey.plan
    if plan is None or plan.sentence in brief.message:
        return ""
    own = quoting(phrases["keep_to_it"], plan.value, brief)
    reminded = any(line in turn.content for turn in brief.history for line in own)
    return "" if reminded else pick(own)


def wish_line(brief: Brief, situation: Situation | None, phrases: Phrases, pick: Pick) -> str:
    """A reminder of the other person's wish, where the talk is about reaching them and it was not told just now.

    `situation` is none where the reply turns a tactic down.
    """
    wish = brief.journey.wish
    reminded = any(turn.role == "assistant" and wish in turn.content for turn in brief.history[-_REMINDED_WITHIN:])
    about_them = situation is None or situation.stage in _TOWARDS_THEM
    if not wish or not about_them or reminded or wish in brief.message:
        return ""
    return pick(quoting(phrases["wish_stands"], _sentence(wish), brief))


def sign_line(brief: Brief, phrases: Phrases, pick: Pick) -> str:
    """A sign that the stage has done its work, for when no article's advice is for it."""
    return pick([line.replace("{told}", sign) for sign in brief.journey.ready for line in phrases["sign"]])


def quoting(lines: Sequence[str], told: str, brief: Brief) -> tuple[str, ...]:
    """The wordings with the person's words; without them where they are long, or a draft of this reply was stopped."""
    told = told.replace('"', "'").translate({ord("["): "(", ord("]"): ")"})
    quotes = bool(told) and len(told) <= _LONGEST_QUOTE and not (brief.attempt or brief.stopped)
    return tuple(line.replace("{told}", told) for line in lines if quotes or "{told}" not in line)


def _sentence(told: str) -> str:
    return told if told.endswith((".", "!", "?", "…")) else f"{told}."
