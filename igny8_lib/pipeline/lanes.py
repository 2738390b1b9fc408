"""Requests go out in parallel, results are written in order.

Written in order, the rows of a batch get the same order (and so later stages the same groups) whatever the provider's
timing, and a retry after a crash ends with the rows of an undisturbed run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

AHEAD = 2
"""Requests that may be prepared beyond those in flight, so that reserving credits never leaves the provider idle."""


class Lanes:
    """The gate and the order of one batch's requests."""

    def __init__(self, numbers: Sequence[int], in_flight: int) -> None:
        self.gate = asyncio.Semaphore(in_flight + AHEAD)
        self._finished = {number: asyncio.Event() for number in numbers}
        self._before = dict(zip(numbers[1:], numbers, strict=False))

    @asynccontextmanager
    async def turn(self, number: int) -> AsyncIterator[None]:
        """Wait until every earlier request of the batch has finished."""
        if number in self._before:
            await self._finished[self._before[number]].wait()
        yield

    async def finish(self, number: int) -> None:
        """Let the next one write; whatever became of this one."""
        async with self.turn(number):
            self._finished[number].set()
