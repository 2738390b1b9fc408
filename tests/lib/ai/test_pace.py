"""The bound on requests in flight: examples, and what holds for any sequence of events."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.pace import Pace, Slot


def test_a_burst_cuts_once_and_the_next_one_cuts_again() -> None:
    async def run() -> list[int]:
        pace = Pace(16)
        async with pace.slot() as first, pace.slot() as second:
            pace.slow_down(first)
            pace.slow_down(second)
            bounds = [pace.bound]
        async with pace.slot() as later:
            pace.slow_down(later)
        return [*bounds, pace.bound]

    assert asyncio.run(run()) == [8, 4]


def test_a_full_round_of_successes_raises_the_bound_by_one() -> None:
    async def run() -> list[int]:
        pace = Pace(4, start=2)
        bounds = []
        for _ in range(9):
            async with pace.slot() as slot:
                pace.speed_up(slot)
            bounds.append(pace.bound)
        return bounds

    assert asyncio.run(run()) == [2, 3, 3, 3, 4, 4, 4, 4, 4]


def test_the_next_batch_starts_from_the_bound_of_the_last() -> None:
    assert Pace(8, start=3).bound == 3
    assert Pace(4, start=9).bound == 4
    assert Pace(4, start=0).bound == 1
    with pytest.raises(ValueError, match="at least one"):
        Pace(0)


def test_a_request_that_is_cancelled_while_it_waits_leaves_no_hole() -> None:
    async def run() -> int:
        pace = Pace(1)
        async with pace.slot():
            waiting = [asyncio.create_task(occupy(pace)) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
        waiting[1].cancel()  # its place was given to it in this very turn of the loop
        await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(5), pace.slot():
            return pace.in_flight

    assert asyncio.run(run()) == 1


async def occupy(pace: Pace) -> None:
    async with pace.slot():
        await asyncio.sleep(0)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["start", "success", "throttle", "error"]), st.integers(0, 30)), max_size=80
)


@given(ceiling=st.integers(1, 20), start=st.none() | st.integers(-3, 40), events=EVENTS)
def test_the_bound_holds_whatever_happens(ceiling: int, start: int | None, events: list[tuple[str, int]]) -> None:
    """Never outside 1 to ceiling; nobody enters above the bound; a cut at most halves; growth is one at a time."""
    asyncio.run(Simulation(Pace(ceiling, start)).play(events))


class Simulation:
    """Requests as a test drives them: those inside hold a slot, those outside wait for one."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.inside: list[tuple[AbstractAsyncContextManager[Slot], Slot]] = []
        self.waiting: list[asyncio.Task[None]] = []

    async def play(self, events: list[tuple[str, int]]) -> None:
        for event, number in events:
            before = self.pace.bound
            if event == "start":
                self.waiting.append(asyncio.create_task(self.enter()))
            elif self.inside:
                await self.end(event, self.inside.pop(number % len(self.inside)))
            for _ in range(3):
                await asyncio.sleep(0)
            self.check(before)
        await self.drain()

    async def enter(self) -> None:
        place = self.pace.slot()
        slot = await place.__aenter__()
        assert self.pace.in_flight <= self.pace.bound
        self.inside.append((place, slot))

    async def end(self, event: str, request: tuple[AbstractAsyncContextManager[Slot], Slot]) -> None:
        place, slot = request
        if event == "success":
            self.pace.speed_up(slot)
        if event == "throttle":
            self.pace.slow_down(slot)
        await place.__aexit__(None, None, None)

    def check(self, before: int) -> None:
        pace = self.pace
        assert 1 <= pace.bound <= pace.ceiling
        assert before // 2 <= pace.bound <= before + 1
        assert pace.in_flight == len(self.inside)
        someone_waits = any(not task.done() for task in self.waiting)
        assert not (someone_waits and pace.in_flight < pace.bound), "a free place was not given away"

    async def drain(self) -> None:
        """Everybody who waited gets through in the end."""
        while any(not task.done() for task in self.waiting) or self.inside:
            if self.inside:
                await self.end("success", self.inside.pop())
            await asyncio.sleep(0)
        await asyncio.gather(*self.waiting)
        assert self.pace.in_flight == 0
