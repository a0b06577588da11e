"""What a training run is."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """One run. `share` trains on part of the cases only, for a learning curve."""

    epochs: int = 6
    batch: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    seed: int = 1
    threads: int = 2
    share: float = 1.0

    def tell(self, line: str) -> None:
        """Report progress."""
        print(line, file=sys.stderr, flush=True)  # noqa: T201
