"""The graph of a turn."""

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from service.flow.context import Context
from service.flow.finding import retrieve
from service.flow.nodes import (
    after_input,
    after_output,
    compose,
    decline,
    draft,
    guard_input,
    guard_output,
    respond,
)
from service.flow.state import ChatState

Graph = CompiledStateGraph[ChatState, Context, ChatState, ChatState]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """Wire the nodes; without a checkpointer nothing is remembered."""
    graph = StateGraph(ChatState, context_schema=Context)
    for node in (guard_input, retrieve, draft, guard_output, compose, respond, decline):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "guard_input")
    graph.add_conditional_edges("guard_input", after_input)
    graph.add_edge("retrieve", "draft")
    graph.add_edge("draft", "guard_output")
    graph.add_conditional_edges("guard_output", after_output)
    graph.add_edge("compose", "guard_output")
    graph.add_edge("respond", END)
    graph.add_edge("decline", END)
    return graph.compile(checkpointer=checkpointer)
