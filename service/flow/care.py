"""What is added to a reply when a message might have meant danger, and might not."""

from knowledge.languages import ENGLISH, language_of
from service.flow.context import Context
from service.flow.decline import TOPICS, whom_to_reach
from service.flow.state import ChatState, practice

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
    """A quiet word and whom to reach, where danger is in doubt or was told a turn ago; nothing where it is neither.

    The reply itself stays: most who are asked meant no danger, and coaching withheld would punish plain sorrow.
    """
    rehearsal, request = practice(state), state["request"]
    # "End practice" is an order to the coach, not a word about oneself.
    ordered = rehearsal is not None and (rehearsal.stopped or rehearsal.step == "begins")
    if ordered or language_of(request.message) != ENGLISH:
        return ""
    words, label = _called_for(state)
    if label is None:
        return ""
    return f"{words}\n{whom_to_reach(context.resources.for_locale(request.locale), TOPICS[label], None, services=1)}"


def _called_for(state: ChatState) -> tuple[str, str | None]:
    """What to say, and the label of the danger that it is about, if any."""
    earlier = state.get("history", [])
    if earlier and earlier[-1]["decision"] == "escalate":
        # Nobody is left alone with the turn after.
        present = next((label for label in earlier[-1]["categories"] if label in _PRESENT), None)
        if present is not None:
            return _STILL, present
    if any(_IN_CASE in exchange["reply"] for exchange in earlier):
        return "", None  # said again and again, it would only be skipped
    return _IN_CASE, next((label for label in state["verdict"].doubts if label in TOPICS), None)
