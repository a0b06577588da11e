"""Leaving a model alone that goes on failing."""

import time
from collections import defaultdict, deque
from collections.abc import Callable


class Cooldown:
    """After `failures` of a model within `seconds`, it rests for as long; then it gets another chance.

    LiteLLM's router has a cooldown of its own, but it leaves out connections that were refused, calls that we ended
    and replies without a word: just what a provider that is down looks like.
    """

    def __init__(self, failures: int = 3, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._failed: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=failures))

    def failed(self, model: str) -> None:
        """Count a failure that is the provider's."""
        self._failed[model].append(self._clock())

    def resting(self, model: str) -> bool:
        """Whether the model is left alone now."""
        times = self._failed[model]
        if len(times) < (times.maxlen or 0):
            return False
        return times[-1] - times[0] <= self._seconds and self._clock() - times[-1] < self._seconds
