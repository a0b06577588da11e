"""A practice talk within the flow: what is kept of it from turn to turn, and who writes its lines."""

from collections.abc import Iterable
from typing import Any

from service.flow.context import Context
from service.flow.state import ChatState, practice
from service.guardrails.guardrail import Verdict
from service.memory.ledger import LedgerEntry
from service.writing.practice import stepped
from service.writing.writer import Writer


def practised(state: ChatState, verdict: Verdict, ledger: Iterable[LedgerEntry]) -> dict[str, Any] | None:
    """The practice as it stands after this turn's message, in plain values; nothing where none is on."""
    found = {label for exchange in state.get("history", []) for label in exchange["categories"]}
    step = stepped(practice(state), state["request"].message, verdict.decision, ledger, found)
    return None if step is None else step.model_dump()


def drafting(state: ChatState, context: Context) -> Writer:
    """Who drafts: in a practice a model speaks the role alone; what frames the role are written words."""
    step = practice(state)
    in_the_role = step is None or (step.step == "speaks" and state["verdict"].decision == "allow")
    return context.writer if in_the_role else context.composer
