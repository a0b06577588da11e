"""What the tests of the suite share."""

from collections.abc import Iterator

import pytest

from evals.target import Inside, under_test
from service.settings import Settings
from service.wiring import Workshop


@pytest.fixture
def inside(built: tuple[Settings, Workshop]) -> Iterator[Inside]:
    """A coach in this process on the index that was built once, as what every task evaluates."""
    coach = Inside(*built)
    with under_test(coach):
        yield coach
