"""How a batch goes on: what it has done, and what lets it start nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field

from igny8_lib.ai.metered_call import Failure
from igny8_lib.errors import Igny8Error, InsufficientCredits, ProviderUnavailable
from igny8_lib.pipeline.spending import BudgetUsedUp

FAILURES_IN_A_ROW = 5
"""So many temporary failures without a success between: the provider is down, not the item wrong."""

STOPS = (InsufficientCredits, BudgetUsedUp, ProviderUnavailable)
"""What ends a batch properly: requests under way are finished, no further one starts."""


class BatchStopped(Igny8Error):
    """The batch is ending; this request was not started and its items stay pending."""


@dataclass
class Course:
    """The state that a batch's requests share."""

    stop: Igny8Error | None = None
    failures_in_a_row: int = 0
    failed: list[Failure] = field(default_factory=list)

    def go_on(self) -> None:
        """Raise BatchStopped where no further request may start."""
        if self.stop is not None:
            raise BatchStopped(str(self.stop))

    def halt(self, reason: Igny8Error) -> None:
        """Start nothing more; the first reason stays."""
        self.stop = self.stop or reason

    def book(self, failure: Failure | None) -> None:
        """Count a request's end; too many temporary failures in a row stop the batch."""
        if failure is None:
            self.failures_in_a_row = 0
            return
        self.failed.append(failure)
        self.failures_in_a_row = self.failures_in_a_row + 1 if failure.temporary else 0
        if self.failures_in_a_row >= FAILURES_IN_A_ROW:
            told = f"The AI provider failed {self.failures_in_a_row} requests in a row; the last: {failure.reason}"
            self.halt(ProviderUnavailable(told))
