"""Fixed words where no model is asked: danger, misuse, and a guard that broke."""

from knowledge.languages import Language, language_of, load_languages
from knowledge.resources import INTERNATIONAL, Region, Resources
from knowledge.tactics import KINDS, Tactics
from service.guardrails.guardrail import GUARD_FAILURE, Verdict

TOPICS = {
    "crisis_self_harm": "self_harm",
    "crisis_violence": "violence",
    "abuse_victim": "abuse",
    "minor": "minor",
}
"""Topics of crisis services, by the label that calls for them."""
_REFUSED = ("prompt_injection", "prompt_leak", "off_topic")
_SERVICES_SHOWN = 3
_NO_WORDS = (
    "I have tried to answer this, and none of my answers met my own rules of honesty, so I won't send one. What you "
    "ask is still a fair thing to bring here. Could you tell me in other words what happened, and what you hope for?"
)
_BROKEN = (
    "I could not check this message properly just now, so I would rather not answer it half-blind. Please send it "
    "again in a moment, or in other words. If you or someone near you is in danger, please don't wait for me: call "
    "{emergency}."
)


def declined_reply(
    verdict: Verdict, message: str, locale: str, turn: int, tactics: Tactics, resources: Resources
) -> str:
    """The reply for an `escalate` or `refuse` verdict, or where no draft passed, in the language of `message`.

    `turn` varies the wording.
    """
    if verdict.decision == "allow":
        return _NO_WORDS
    language = load_languages().get(language_of(message))
    region = _region(locale, language, resources)
    label = _telling(verdict)
    if label == GUARD_FAILURE:
        broken = language.texts["failure"][0] if language else _BROKEN
        return broken.format(emergency=region.emergency)
    wordings = _wordings(label, language, tactics)
    body = wordings[turn % len(wordings)]
    topic = TOPICS.get(label)
    return body if topic is None else f"{body}\n\n{whom_to_reach(region, topic, language)}"


def _telling(verdict: Verdict) -> str:
    """The label that the reply answers: a danger to oneself before all, else the surest of the decision's kind."""
    if "crisis_self_harm" in verdict.categories:
        return "crisis_self_harm"
    kind = {"escalate": TOPICS.keys(), "refuse": _REFUSED}.get(verdict.decision, verdict.categories)
    return next((label for label in verdict.categories if label in kind), GUARD_FAILURE)


def _wordings(label: str, language: Language | None, tactics: Tactics) -> tuple[str, ...]:
    if language is None:
        return tactics[label].decline
    purpose = "refuse" if KINDS[label] == "security" else "redirect"
    return language.texts.get(label) or language.texts[purpose]


def _region(locale: str, language: Language | None, resources: Resources) -> Region:
    """The region of the locale; where that tells none, the one that the language tells."""
    region = resources.for_locale(locale)
    if region.country == INTERNATIONAL and language is not None:
        return resources.for_locale(language.code)
    return region


def whom_to_reach(region: Region, topic: str, language: Language | None, services: int = _SERVICES_SHOWN) -> str:
    """The emergency number and the first `services` services of a region for a topic, a line each."""
    danger = language.danger if language else "If there is danger right now: {emergency}."
    lines = [f"{service.line}." for service in region.services_for(topic)[:services]]
    return "\n".join((danger.format(emergency=region.emergency), *lines))
