"""When a publication that failed for now is tried again: over hours, in the record, so that nothing waits for it."""

from __future__ import annotations

from datetime import timedelta

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
"""After the first failed attempt, the second …: about 15 hours in all."""
LONGEST_WISH = timedelta(days=1)
"""A target that asks to wait longer than this is tried again then."""


def delay_after(attempts: int, retry_after: int | None) -> timedelta | None:
    """How long to wait after so many attempts; None where they were enough.

    `retry_after` is the number of seconds that the target asked for: it is not tried earlier.
    """
    if not 1 <= attempts <= len(DELAYS):
        return None
    asked = timedelta(seconds=max(0, min(retry_after or 0, LONGEST_WISH.total_seconds())))
    return max(DELAYS[attempts - 1], asked)
