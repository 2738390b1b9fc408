"""When today, this week and this month began, for people in a zone. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from igny8_lib.errors import InvalidInput
from igny8_lib.sites.schedule import zone

FALLBACK = "UTC"


@dataclass(frozen=True)
class Period:
    """From `since` (UTC) until now; `name` is today, week or month."""

    name: str
    since: datetime


def common_zone(names: Sequence[str]) -> str:
    """The zone that all have in common; UTC where they differ, and where there is none that can be used."""
    different = set(names)
    if len(different) != 1:
        return FALLBACK
    try:
        return zone(different.pop()).key
    except InvalidInput:
        return FALLBACK


def periods_at(now: datetime, zone_name: str) -> tuple[Period, ...]:
    """The periods that the instant lies in: from midnight, from Monday, from the first of the month on, local time.

    Raises InvalidInput for an unknown zone.
    """
    today = now.astimezone(zone(zone_name)).date()
    return (
        Period("today", beginning(today, zone_name)),
        Period("week", beginning(today - timedelta(days=today.weekday()), zone_name)),
        Period("month", beginning(today.replace(day=1), zone_name)),
    )


def beginning(day: date, zone_name: str) -> datetime:
    """The first instant of a local day. Where clocks jump over midnight, it is the instant at which they jump."""
    return datetime.combine(day, time(), tzinfo=zone(zone_name)).astimezone(UTC)
