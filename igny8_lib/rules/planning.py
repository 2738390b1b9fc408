"""When a rule's schedule is looked at next: schedules are looked at on the quarters of an hour (SPEC §10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from igny8_lib.rules.cron import CronLine

QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def next_due(line: CronLine, zone: str, after: datetime) -> datetime:
    """The first quarter of an hour at or after the line's next time strictly after `after`, in UTC.

    From the quarter at which a rule was due (`quarter_of(now)`) this is the next at which it is due: what its line
    names within one quarter of an hour is one time. Raises InvalidInput for an unknown zone.
    """
    fires = line.next_after(after, zone)
    return fires + (EPOCH - fires) % QUARTER


def quarter_of(instant: datetime) -> datetime:
    """The last quarter of an hour up to the instant, in UTC.

    Planning from it, and not from an instant some minutes later, loses nothing that a line names in between.
    """
    return instant.astimezone(UTC) - (instant - EPOCH) % QUARTER
