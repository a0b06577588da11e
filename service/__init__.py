"""The coach: guardrails, writers, the flow of a turn, and its faces."""
