"""What a turn leaves in memory: the ledger, the journey, and what is owed to the person in this turn."""

from datetime import datetime

from service.flow.state import ChatState, plain, remembered, wishes
from service.guardrails.guardrail import Verdict
from service.memory.checkin import Arrival, CheckIn, check_in
from service.memory.commitments import announced, reported
from service.memory.corrections import put_right
from service.memory.facts import Fact, facts_told, latest
from service.memory.journey import step_given
from service.memory.ledger import noted


def remember(state: ChatState, verdict: Verdict, now: datetime) -> ChatState:
    """The memory after the message, and what to say first.

    Nothing of the story is read where no coaching follows, and no plan is kept that is not beyond doubt: a tactic that
    was turned down must not be asked after on Sunday.
    """
    ledger = noted(wishes(state), state["request"].message)
    memory: ChatState = {"ledger": [entry.model_dump() for entry in ledger], "checkin": None}
    if verdict.decision not in ("allow", "redirect"):
        return memory
    message, turn_id, history = state["request"].message, state["request"].turn_id, state.get("history", [])
    news = facts_told(message, turn_id, now.isoformat(timespec="seconds"))
    left, correction = put_right(remembered(state), news, message, history[-1]["turn_id"] if history else "")
    facts = (*reported(left, message, turn_id, now), *news)
    if verdict.clear:
        facts = (*facts, *announced(message, turn_id, now))
    facts = latest(facts)
    if verdict.decision == "allow":
        arrival = Arrival(
            message=message,
            at=now,
            earlier=tuple(exchange["message"] for exchange in history),
            last_at=_time(history[-1]["at"]) if history else None,
        )
        memory["checkin"] = check_in(facts, turn_id, correction, arrival, ledger)
        facts = _marked(facts, memory["checkin"])
    return {**memory, "journey": plain(facts)}


def advised(state: ChatState, reply: str, now: datetime) -> ChatState:
    """The memory after the reply: the step that it gave."""
    step = step_given(reply) if state["verdict"].decision == "allow" else ""
    if not step:
        return {}
    at, turn_id = now.isoformat(timespec="seconds"), state["request"].turn_id
    given = Fact(kind="advice", value="step", sentence=step, turn_id=turn_id, at=at)
    return {"journey": plain(latest((*remembered(state), given)))}


def _marked(facts: tuple[Fact, ...], checkin: CheckIn | None) -> tuple[Fact, ...]:
    """The facts, with what is now asked after marked: nobody is asked twice."""
    if checkin is None or not checkin.asks:
        return facts
    return tuple(fact.model_copy(update={"asked": True}) if fact == checkin.about else fact for fact in facts)


def _time(at: str) -> datetime | None:
    return datetime.fromisoformat(at) if at else None
