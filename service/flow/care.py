"""What is added to a reply when a message might have meant danger, and might not."""

from knowledge.languages import ENGLISH, language_of
from knowledge.resources import Resources
from service.flow.decline import TOPICS, whom_to_reach
from service.guardrails.guardrail import Verdict

_IN_CASE = (
    "One more thing, in case it is part of this: if you are not safe, or part of you does not want to go on, that "
    "comes before all of the above, and there are people for it."
)


def in_case(verdict: Verdict, message: str, locale: str, resources: Resources) -> str:
    """A quiet word and whom to reach, where danger is in doubt; nothing where it is not.

    The reply itself stays: most who are asked meant no danger, and coaching withheld would punish plain sorrow.
    """
    topic = next((TOPICS[label] for label in verdict.doubts if label in TOPICS), None)
    if topic is None or language_of(message) != ENGLISH:
        return ""
    return f"{_IN_CASE}\n{whom_to_reach(resources.for_locale(locale), topic, None, services=1)}"
