"""Counters and timings for Prometheus: decisions and labels, never text, never a session."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from service.flow.state import Reply

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What one process has done since it started. A year's referrals are `coach_turns_total{decision="escalate"}`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._turns = Counter("coach_turns", "Turns answered.", ["decision"], registry=self._registry)
        self._labels = Counter("coach_findings", "Labels found in messages.", ["label"], registry=self._registry)
        self._stopped = Counter("coach_drafts_stopped", "Reasons to stop a draft.", ["label"], registry=self._registry)
        self._composed = Counter("coach_composed", "Turns in which the composer stood in.", registry=self._registry)
        self._seconds = Histogram("coach_turn_seconds", "Time of a turn.", buckets=_BUCKETS, registry=self._registry)

    def turn(self, reply: Reply, seconds: float) -> None:
        """Count one answered turn."""
        self._turns.labels(reply.decision).inc()
        for label in reply.guardrails.input.categories:
            self._labels.labels(label).inc()
        for stopped in reply.guardrails.stopped:
            self._stopped.labels(stopped.label).inc()
        if reply.guardrails.composed:
            self._composed.inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)
