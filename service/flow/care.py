"""What is added to a reply when a message might have meant danger, and might not."""

from collections.abc import Iterable

from knowledge.languages import ENGLISH, language_of
from knowledge.resources import Resources
from service.flow.decline import TOPICS, whom_to_reach
from service.guardrails.guardrail import Verdict

_IN_CASE = (
    "One more thing, in case it is part of this: if you are not safe, or part of you does not want to go on, that "
    "comes before all of the above, and there are people for it."
)


def in_case(verdict: Verdict, message: str, locale: str, resources: Resources, said: Iterable[str] = ()) -> str:
    """A quiet word and whom to reach, where danger is in doubt; nothing where it is not, or where it was `said` before.

    The reply itself stays: most who are asked meant no danger, and coaching withheld would punish plain sorrow. Said
    again and again, it would only be skipped.
    """
    topic = next((TOPICS[label] for label in verdict.doubts if label in TOPICS), None)
    if topic is None or language_of(message) != ENGLISH or any(_IN_CASE in reply for reply in said):
        return ""
    return f"{_IN_CASE}\n{whom_to_reach(resources.for_locale(locale), topic, None, services=1)}"
