"""What providers may cost in a day."""

from datetime import UTC, date, datetime

from service.errors import ProviderError


class Spending:
    """Counts dollars since midnight UTC, in this process; beyond the budget no model is asked."""

    def __init__(self, budget: float | None) -> None:
        """`budget` in US dollars a day; None for no limit."""
        self._budget = budget
        self._day: date | None = None
        self._spent = 0.0

    @property
    def limited(self) -> bool:
        """Whether there is a budget at all."""
        return self._budget is not None

    def check(self) -> None:
        """Pass while there is money left.

        Raises:
            ProviderError: the day's budget is spent.
        """
        if self._budget is not None and self._today() >= self._budget:
            raise ProviderError("the day's budget for models is spent")

    def add(self, dollars: float) -> None:
        """Count what a call has cost."""
        self._spent = self._today() + dollars

    def _today(self) -> float:
        today = datetime.now(UTC).date()
        if today != self._day:
            self._day, self._spent = today, 0.0
        return self._spent
