"""Times as people type them: by the site's clocks, or with the offset that says which instant they mean."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.slots import instant_of, local_clock


def parse_time(text: str, zone: str) -> datetime:
    """The instant that "2026-12-01 09:00" is in the zone, or that a time with an offset is, in UTC.

    Raises InvalidInput for what is no time, for a day alone, for a local time that does not exist in the zone, and for
    one that comes twice.
    """
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f'{text[:40]!r} is no time: write it as "2026-12-01 09:00", or with an offset.') from None
    if is_day(text.strip()):
        raise InvalidInput(f'{text[:40]!r} is a day without a time: write it as "{given:%Y-%m-%d} 09:00".')
    try:
        return given.astimezone(UTC) if given.tzinfo else the_only_instant(given, zone)
    except OverflowError:
        raise InvalidInput(f"{text[:40]!r} is beyond all calendars.") from None


def is_day(text: str) -> bool:
    """Whether this is a day without a time."""
    with suppress(ValueError):
        date.fromisoformat(text)
        return True
    return False


def the_only_instant(wall: datetime, zone: str) -> datetime:
    """The one instant at which the clocks of the zone show this. Raises InvalidInput where there is none, or two."""
    clocks = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=clocks, fold=fold) for fold in (0, 1))
    instant = first.astimezone(UTC)
    if local_clock(instant, clocks) != wall:
        exists = local_clock(instant_of(wall.date(), wall.time(), clocks), clocks)
        raise InvalidInput(
            f"{wall:%Y-%m-%d %H:%M} does not exist in {zone}: the clocks jump over it. The first time after it is "
            f"{exists:%Y-%m-%d %H:%M}."
        )
    if first.utcoffset() != second.utcoffset():
        raise InvalidInput(
            f"{wall:%Y-%m-%d %H:%M} comes twice in {zone}: write {first.isoformat(timespec='minutes')} for the first, "
            f"{second.isoformat(timespec='minutes')} for the second."
        )
    return instant
