"""Times as pages show and send them: what the clocks of the site's zone show. No browser computes with a zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from igny8_lib.publishing.local_times import parse_time
from igny8_lib.publishing.slots import local_clock


@dataclass(frozen=True)
class Read:
    """An instant, and what is to be said about the wall clock that it was given as; empty where nothing is."""

    at: datetime
    remark: str = ""


def read_wall_clock(text: str, zone: str) -> Read:
    """The instant of `2026-12-01T09:00` in the zone; a time with an offset says itself which one it means.

    A page's field takes no offset: of a time that comes twice, when clocks go back, the first is meant, as slots mean
    it, and the remark says so. Raises InvalidInput for what is no time and for one that does not exist.
    """
    first = first_of_two(text, zone)
    if first is None:
        return Read(parse_time(text, zone))
    return Read(first, f"{text.strip()[-5:]} comes twice that day, when clocks go back: the first is meant.")


def first_of_two(text: str, zone: str) -> datetime | None:
    """The first instant of a wall clock that comes twice in the zone; None for every other text."""
    try:
        wall, clocks = datetime.fromisoformat(text.strip()), ZoneInfo(zone)
        if wall.tzinfo is not None:
            return None
        first, second = (wall.replace(tzinfo=clocks, fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if first < second and local_clock(first, clocks) == wall else None
    except (ValueError, OverflowError):
        return None


def as_wall_clock(at: datetime, zone: str) -> str:
    """What the clocks of the zone show at an instant, `2026-12-01T09:00`: the value of a form's field."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def as_exact(at: datetime, zone: str) -> str:
    """The same with its offset: of two times that look alike only one is meant."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
