"""How many requests may be in flight at a provider: fewer after "too many requests", slowly more after success.

Additive increase, multiplicative decrease, as TCP does it (RFC 5681): the bound halves when the provider throttles and
grows by one for each full round of successes. A request holds its slot only while it is on the wire; a request that
waits for its retry holds none, so the free places are used by requests that can go now.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """The place of one request in flight. `cuts` is how often the bound had been cut when it started."""

    cuts: int


class Pace:
    """A bound on requests in flight, between 1 and its ceiling. Belongs to one event loop."""

    def __init__(self, ceiling: int, start: int | None = None) -> None:
        """Start at `start`, else at the ceiling. Raises ValueError for a ceiling below 1."""
        if ceiling < 1:
            raise ValueError(f"The ceiling must allow at least one request in flight, not {ceiling}.")
        self.ceiling = ceiling
        self._bound = max(1, min(ceiling, ceiling if start is None else start))
        self._in_flight = 0
        self._cuts = 0
        self._successes = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def bound(self) -> int:
        """Requests allowed in flight now: where the next batch starts from."""
        return self._bound

    @property
    def in_flight(self) -> int:
        """Slots held now. Above the bound only for as long as requests from before a cut are under way."""
        return self._in_flight

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """Wait for a free place, first come first served, and hold it for one HTTP request."""
        await self._enter()
        try:
            yield Slot(self._cuts)
        finally:
            self._in_flight -= 1
            self._wake()

    def slow_down(self, slot: Slot) -> None:
        """The provider answered 429: halve, unless the request started before the last cut (same burst)."""
        if slot.cuts < self._cuts:
            return
        self._cuts += 1
        self._successes = 0
        self._bound = max(1, self._bound // 2)

    def speed_up(self, slot: Slot) -> None:
        """One more success; a full round of them since the last change raises the bound by one.

        Called while the slot is held: those who wait are let in when it is left.
        """
        if slot.cuts < self._cuts:
            return
        self._successes += 1
        if self._successes >= self._bound:
            self._successes = 0
            self._bound = min(self.ceiling, self._bound + 1)

    async def _enter(self) -> None:
        if self._in_flight < self._bound and not self._waiting:
            self._in_flight += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            self._withdraw(place)
            raise

    def _withdraw(self, place: asyncio.Future[None]) -> None:
        """A waiting request was cancelled: leave the queue, or hand back a place that was just given to it."""
        if place.done() and not place.cancelled():
            self._in_flight -= 1
            self._wake()
        elif place in self._waiting:
            self._waiting.remove(place)

    def _wake(self) -> None:
        """Give free places to those who wait, oldest first. The place is counted here, so nobody can overtake."""
        while self._waiting and self._in_flight < self._bound:
            place = self._waiting.popleft()
            if not place.done():
                self._in_flight += 1
                place.set_result(None)
