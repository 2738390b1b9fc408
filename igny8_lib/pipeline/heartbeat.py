"""The heartbeat of a batch: while its requests are under way, the site's lease says that somebody works."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.exc import DBAPIError

from igny8_lib.pipeline import leases
from igny8_lib.pipeline.batch import Batch


async def beside_heartbeat(batch: Batch, work: Coroutine[Any, Any, None]) -> None:
    """The work, and the heartbeat beside it; losing the lease ends both at once."""
    working = asyncio.ensure_future(work)
    beating = asyncio.ensure_future(keep_alive(batch))
    both: set[asyncio.Future[None]] = {working, beating}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if beating.done():
            beating.result()
        await working
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def keep_alive(batch: Batch) -> None:
    """Beat until cancelled. Raises LeaseLost when the site is no longer this process's.

    A heartbeat that the database does not take is no end: paid answers are on their way, and the lease lives on for
    some heartbeats. Only when it would count as dead the error is raised.
    """
    alive_until = time.monotonic() + leases.DEAD_AFTER.total_seconds()
    while True:
        await asyncio.sleep(leases.HEARTBEAT_SECONDS)
        try:
            await asyncio.to_thread(beat, batch)
        except DBAPIError:
            if time.monotonic() + leases.HEARTBEAT_SECONDS > alive_until:
                raise
        else:
            alive_until = time.monotonic() + leases.DEAD_AFTER.total_seconds()


def beat(batch: Batch) -> None:
    """One heartbeat in a transaction of its own."""
    with batch.tools.sessions.begin() as session:
        leases.beat(session, batch.lease)
