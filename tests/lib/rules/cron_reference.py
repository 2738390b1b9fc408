"""When a cron line fires, worked out the slow way: by a clock on the wall that is looked at every minute.

It knows nothing of the library: a line fires in the minute in which the clock first shows, or has passed, a local time
that the line names. What the clock shows again has been shown; what it jumped over has been passed at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 24 * 60
WEEKDAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMES = {name: number for number, name in enumerate(WEEKDAY_NAMES)} | {
    name: number for number, name in enumerate(MONTH_NAMES, 1)
}
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


def fires(
    line: str, zone: str, first: int, last: int, *, after: datetime | None = None, most: int | None = None
) -> list[datetime]:
    """The times at which the line fires in the UTC years from `first` to `last`: all, or the first ones after then."""
    begin = minute_of(datetime(first, 1, 1, tzinfo=UTC))
    shown = passed(zone, begin, minute_of(datetime(last + 1, 1, 1, tzinfo=UTC)))
    low = int(shown[0]) // DAY
    so_far = np.concatenate([[0], np.cumsum(matches(line, low, int(shown[-1]) // DAY))])
    until = so_far[shown - low * DAY + 1]
    found = np.flatnonzero(np.diff(until) > 0) + begin
    if after is not None:
        found = found[found > minute_of(after)]
    return [EPOCH + int(minute) * MINUTE for minute in found[:most]]


def minute_of(instant: datetime) -> int:
    return (instant - EPOCH) // MINUTE


@lru_cache(maxsize=8)
def passed(zone: str, begin: int, end: int) -> Any:
    """The latest local time that the clock has shown, in minutes, at each minute; also at the one before them all."""
    clock = ZoneInfo(zone)
    offsets = np.empty(end - begin + 1, dtype=np.int64)
    for start in range(begin - 1, end, 60):
        stop = min(start + 60, end)
        ends = {offset_at(clock, start), offset_at(clock, stop)}
        within = ends.pop() if len(ends) == 1 else [offset_at(clock, each) for each in range(start, stop)]
        offsets[start - begin + 1 : stop - begin + 1] = within
    return np.maximum.accumulate(np.arange(begin - 1, end) + offsets)


def offset_at(clock: ZoneInfo, minute: int) -> int:
    """By how many minutes the clock is ahead of UTC."""
    offset = (EPOCH + minute * MINUTE).astimezone(clock).utcoffset()
    assert offset is not None
    minutes, rest = divmod(offset, MINUTE)
    assert not rest, "clocks go by whole minutes in the years that are looked at"
    return minutes


def matches(line: str, low: int, high: int) -> Any:
    """Whether the line names a local time, for each minute from the day `low` to the day `high`."""
    minute, hour, day, month, weekday = line.lower().split()
    days = np.arange(low, high + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    of_month = (days - months.astype("datetime64[D]")).astype(int) + 1
    lengths = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    is_day = of_month == lengths if day == "l" else np.isin(of_month, values(day, 2))
    is_weekday = np.isin((days.astype(int) + 4) % 7, values(weekday, 4))
    is_either = day == "l" or len(values(day, 2)) < 31, len(values(weekday, 4)) < 7
    on_day = is_day | is_weekday if all(is_either) else is_day & is_weekday
    on_day &= np.isin(months.astype(int) % 12 + 1, values(month, 3))
    at = np.arange(DAY)
    in_time = np.isin(at % 60, values(minute, 0)) & np.isin(at // 60, values(hour, 1))
    return np.outer(on_day, in_time).ravel()


def values(field: str, position: int) -> Sequence[int]:
    """The numbers that a field names."""
    low, high = BOUNDS[position]
    size = high - low + 1
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        start, *stop = (
            [low, high] if span == "*" else [int(NAMES.get(end, end)) for end in span.replace("-sun", "-7").split("-")]
        )
        length = (stop[0] - start) % size + 1 if stop and stop[0] - start != size else size if stop else 1
        found |= {(each - low) % size + low for each in range(start, start + length, int(step or 1))}
    return sorted(found)
