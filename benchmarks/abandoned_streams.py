"""What ten thousand streams that nobody read to their end leave behind: `python -m benchmarks.abandoned_streams`."""

import argparse
import os

from tests.protocols import DIALECTS
from tests.providers import in_one_loop, speaks, writes
from tests.service.test_cancellation import leave_many


def main() -> None:
    """Print tasks and open files before and after, for each protocol."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=10_000, help="in all, shared among the protocols")
    streams = parser.parse_args().streams // len(DIALECTS)
    for dialect in DIALECTS:
        os.environ[dialect.key] = "none"
        with speaks(dialect, writes(*["word "] * 1000, pause=0.05)) as provider:
            before, after = in_one_loop(leave_many(provider, streams), 3600.0)
            line = f"{type(dialect).__name__}: {streams} streams; tasks and files {before} before, {after} after"
            print(line, flush=True)


if __name__ == "__main__":
    main()
