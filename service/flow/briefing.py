"""What a writer is told of a turn."""

from knowledge.sides import Side
from knowledge.tactics import KINDS, Tactic
from service.flow.context import Context
from service.flow.decline import TOPICS
from service.flow.state import ChatState, journey, practice, turns, wishes
from service.guardrails.guardrail import GUARD_FAILURE
from service.writing.writer import Brief, Writer


def brief_for(state: ChatState, context: Context, writer: Writer) -> Brief:
    """The brief for `writer`, who may be the one that drafts or the one that stands in."""
    stands_in = writer is context.composer and writer is not context.writer
    return Brief(
        message=state["request"].message,
        passages=state.get("passages", ()),
        covered=state.get("covered", False),
        history=turns(state.get("history", [])),
        declined=declined_tactic(state, context),
        attempt=0 if stands_in else state.get("redrafts", 0),
        careful=any(KINDS.get(label) == "tactic" for label in state["verdict"].doubts),
        watchful=any(label in TOPICS for label in state["verdict"].doubts),
        wishes=tuple(entry.sentence for entry in wishes(state)),
        journey=journey(state),
        checkin=state.get("checkin"),
        begun=state.get("released", ""),
        practice=practice(state),
        side=side(state, context),
        stopped=tuple(
            context.tactics[label]
            for label in dict.fromkeys(stopped.label for stopped in state.get("stopped", ()))
            if label in context.tactics
        ),
    )


def declined_tactic(state: ChatState, context: Context) -> Tactic | None:
    """The tactic that the person asked for and that the reply must turn down."""
    verdict = state["verdict"]
    if verdict.decision != "redirect":
        return None
    return next((context.tactics[label] for label in verdict.categories if label != GUARD_FAILURE), None)


def side(state: ChatState, context: Context) -> Side | None:
    """The side that the person is on, by what they say now, or else by all that they told."""
    earlier = (exchange["message"] for exchange in state.get("history", []))
    return context.sides.in_talk(state["request"].message, journey(state).side, earlier)
