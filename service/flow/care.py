"""What is added to a reply when a message might have meant danger, and might not."""

from collections.abc import Iterable

from knowledge.languages import ENGLISH, language_of
from knowledge.resources import Resources
from service.flow.context import Context
from service.flow.decline import TOPICS, whom_to_reach
from service.flow.state import ChatState, practice
from service.guardrails.guardrail import Verdict

_PRESENT = ("crisis_self_harm", "crisis_violence", "abuse_victim")
_IN_CASE = (
    "One more thing, in case it is part of this: if you are not safe, or part of you does not want to go on, that "
    "comes before all of the above, and there are people for it."
)


_STILL = (
    "What you wrote just before stays the first thing for me. Are you safe now, and is somebody with you? If not, "
    "please reach one of these before anything else."
)


def care_for(state: ChatState, context: Context) -> str:
    """A word about danger, where it is in doubt or was told a turn ago; nothing where it is neither."""
    rehearsal, earlier, request = practice(state), state.get("history", []), state["request"]
    if rehearsal is not None and (rehearsal.stopped or rehearsal.step == "begins"):
        return ""  # "end practice" is an order to the coach, not a word about oneself
    said = (exchange["reply"] for exchange in earlier)
    lately = earlier[-1]["categories"] if earlier and earlier[-1]["decision"] == "escalate" else ()
    return in_case(state["verdict"], request.message, request.locale, context.resources, said, lately)


def in_case(
    verdict: Verdict,
    message: str,
    locale: str,
    resources: Resources,
    said: Iterable[str] = (),
    lately: Iterable[str] = (),
) -> str:
    """A quiet word and whom to reach, where danger is in doubt; nothing where it is not, or where it was `said` before.

    The reply itself stays: most who are asked meant no danger, and coaching withheld would punish plain sorrow. Said
    again and again, it would only be skipped. But where the turn before told of danger (`lately`, its labels), nobody
    is left alone with the next one: the question whether they are safe comes again.
    """
    present = next((TOPICS[label] for label in lately if label in _PRESENT), None)
    if present is not None and language_of(message) == ENGLISH:
        return f"{_STILL}\n{whom_to_reach(resources.for_locale(locale), present, None, services=1)}"
    topic = next((TOPICS[label] for label in verdict.doubts if label in TOPICS), None)
    if topic is None or language_of(message) != ENGLISH or any(_IN_CASE in reply for reply in said):
        return ""
    return f"{_IN_CASE}\n{whom_to_reach(resources.for_locale(locale), topic, None, services=1)}"
