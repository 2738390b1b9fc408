"""Times as people give them: wall clocks of a site's zone, which may not exist or come twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from igny8_lib.errors import InvalidInput

LONGEST = 40
"""Characters of a time that is worth reading."""
EXAMPLE = "2026-12-01T09:00"


@dataclass(frozen=True)
class LocalTime:
    """An instant, and what is to be said about the wall clock that it was given as; empty where nothing is."""

    at: datetime
    remark: str = ""


def read_local_time(text: str, zone: str) -> LocalTime:
    """The instant (UTC, whole minute) of a wall clock `2026-12-01T09:00` in the zone; one with an offset says itself
    which instant it means.

    A time that comes twice, when clocks go back, is taken the first time, and the remark says so. Raises InvalidInput
    for what is no time, and for one that does not exist, because clocks go forward: it names the first that does.
    """
    given = parse(text)
    if given.tzinfo is not None:
        return LocalTime(in_utc(given))
    here = ZoneInfo(zone)
    first, second = in_utc(given.replace(tzinfo=here)), in_utc(given.replace(tzinfo=here, fold=1))
    if first.astimezone(here).replace(tzinfo=None) != given:
        there = next_that_exists(given, here)
        raise InvalidInput(
            f"There is no {given:%H:%M} on {day_of(given)} in {zone}: clocks go forward then. "
            f"The next time that exists is {there:%H:%M}."
        )
    if first != second:
        return LocalTime(
            min(first, second), f"{given:%H:%M} comes twice that day, when clocks go back: the first is meant."
        )
    return LocalTime(first)


def parse(text: str) -> datetime:
    """What was given, in whole minutes. Raises InvalidInput."""
    refusal = InvalidInput(f"{text[:LONGEST]!r} is no time: give day and time, for example {EXAMPLE}.")
    if len(text) > LONGEST:
        raise refusal
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refusal from None
    if not 1970 < given.year < 9000 or len(text.strip()) < len(EXAMPLE):
        raise refusal
    return given.replace(second=0, microsecond=0)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC."""
    return at.astimezone(UTC)


def next_that_exists(missing: datetime, zone: ZoneInfo) -> datetime:
    """The first wall clock after a gap that the missing one lies in."""
    later = missing
    while in_utc(later.replace(tzinfo=zone)).astimezone(zone).replace(tzinfo=None) != later:
        later += timedelta(minutes=1)
    return later


def day_of(at: datetime) -> str:
    """29 March 2026."""
    return f"{at.day} {at:%B %Y}"


def as_local(at: datetime, zone: str) -> str:
    """The wall clock of an instant in the zone, `2026-12-01T09:00`: what a form shows and sends."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def as_exact(at: datetime, zone: str) -> str:
    """The same with its offset: also of two times that look alike only one is meant."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
