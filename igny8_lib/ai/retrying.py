"""The one place that sends a request again. The SDK's own retries are off, and nothing above the client repeats HTTP.

(Asking again with a validation error is a new question; Airflow's retry of a task finds the answers in the journal.)
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from igny8_lib.ai.errors import AIFailure, TemporaryFailure

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retrying:
    """Exponential back-off with jitter, bounded in attempts and in time."""

    attempts: int = 6
    total_seconds: float = 300
    """Time on the wire and in back-off, all attempts together; waiting for a free slot is not counted."""
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 30
    """Of our own back-off. What the provider asks for by `retry-after` is honoured beyond it, up to the total."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self, send: Callable[[], Awaitable[T]]) -> tuple[T, int]:
        """The result of `send` and how many times it was called.

        Raises the last AIFailure, with its `attempts`, once it is permanent or a bound is reached.
        """
        spent = 0.0
        for attempt in range(1, self.attempts + 1):
            started = time.monotonic()
            try:
                return await send(), attempt
            except AIFailure as failure:
                spent += time.monotonic() - started
                failure.attempts = attempt
                wait = self.wait(attempt, failure)
                if wait is None or spent + wait > self.total_seconds:
                    raise
                log.info("AI request, attempt %d: %s Trying again in %.1f s.", attempt, failure, wait)
            await self.sleep(wait)
            spent += wait
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    def wait(self, attempt: int, failure: AIFailure) -> float | None:
        """Seconds until the next attempt; None where there is none.

        Equal jitter: half of the back-off is certain, half random, so that a burst of refused requests spreads.
        """
        if not isinstance(failure, TemporaryFailure) or attempt >= self.attempts:
            return None
        backoff = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (attempt - 1))
        if failure.retry_after_seconds is None:
            return backoff * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
        spread = self.first_wait_seconds * random.uniform(0, 0.5)  # noqa: S311 - as above
        return float(failure.retry_after_seconds) + spread
