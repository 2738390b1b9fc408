"""When a site's runs start by themselves: daily, weekly or monthly at a local time (SPEC §4).

A wall-clock time is not an instant: on two days a year it is missing or there twice. The rule here: each local day
that the frequency names has exactly one start. A time inside a gap is shifted forward by the gap's length (02:30
becomes 03:30 where the clocks jump from 02:00 to 03:00); of a time that comes twice, the first counts. A month without
the configured day starts on its last one.

Sites that share a time do not all start in one instant: each starts some minutes later, always the same ones, within a
window that its settings name. They are minutes that pass, whatever the clocks do meanwhile.
"""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, Frequency, Site

GRACE = timedelta(minutes=5)
"""How late a start may still begin, so that one that fell into a restart of the scheduler is not lost."""

LONGEST_WINDOW = 720
"""Minutes within which a site's start may be spread at the most."""

SEARCH = 2
"""Periods to look back: a start leaves its own local day by its delay, half a day, and where a zone's clocks jump, by
a day at the most."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One site's schedule. Raises InvalidInput where it names no zone, weekday or day of the month."""

    frequency: Frequency
    at: time
    """Local time in `timezone`."""
    weekday: int
    """0 = Monday … 6 = Sunday; only the weekly frequency reads it."""
    day_of_month: int
    """1…31; only the monthly frequency reads it."""
    timezone: str
    """IANA name."""
    delay: int = 0
    """Minutes from the local time to the start, below LONGEST_WINDOW."""

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.at.tzinfo is not None:
            raise InvalidInput(f"The scheduled time {self.at} must be a local time without a zone of its own.")
        if not 0 <= self.weekday <= 6:
            raise InvalidInput(f"The weekday {self.weekday} is not one of 0 (Monday) to 6 (Sunday).")
        if not 1 <= self.day_of_month <= 31:
            raise InvalidInput(f"The day of the month {self.day_of_month} is not one of 1 to 31.")
        if not 0 <= self.delay < LONGEST_WINDOW:
            raise InvalidInput(f"A start {self.delay} minutes after its time is not within {LONGEST_WINDOW} minutes.")

    def next_after(self, instant: datetime) -> datetime:
        """The first start strictly after the instant, in UTC."""
        period = self._period_of(instant) - SEARCH
        while (start := self._start_of(period)) <= instant:
            period += 1
        return start

    def describe(self) -> str:
        """The schedule as people read it: "Weekly on Monday at 02:00 + 14 min Europe/Berlin"."""
        when = {
            Frequency.DAILY: "Daily",
            Frequency.WEEKLY: f"Weekly on {calendar.day_name[self.weekday]}",
            Frequency.MONTHLY: f"Monthly on day {self.day_of_month}",
        }[self.frequency]
        later = f" + {self.delay} min" if self.delay else ""
        return f"{when} at {self.at.isoformat('auto' if self.at.second else 'minutes')}{later} {self.timezone}"

    def as_json(self) -> dict[str, str | int]:
        """Plain values, for Airflow's serialised DAG and the roster file."""
        return {
            "frequency": self.frequency.value,
            "at": self.at.isoformat(),
            "weekday": self.weekday,
            "day_of_month": self.day_of_month,
            "timezone": self.timezone,
            "delay": self.delay,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str | int]) -> Schedule:
        """The inverse of `as_json`; what an earlier version wrote has no delay."""
        return cls(
            frequency=Frequency(str(data["frequency"])),
            at=time.fromisoformat(str(data["at"])),
            weekday=int(data["weekday"]),
            day_of_month=int(data["day_of_month"]),
            timezone=str(data["timezone"]),
            delay=int(data.get("delay", 0)),
        )

    def _period_of(self, instant: datetime) -> int:
        """Number of the local day, week or month that the instant lies in."""
        if instant.tzinfo is None:
            raise ValueError(f"{instant!r} has no zone: schedules count instants")
        day = instant.astimezone(zone(self.timezone)).date()
        if self.frequency is Frequency.MONTHLY:
            return day.year * 12 + day.month - 1
        return day.toordinal() if self.frequency is Frequency.DAILY else (day.toordinal() - 1) // 7

    def _start_of(self, period: int) -> datetime:
        """The one start of a period."""
        # fold=0 is both rules at once: in a gap it counts with the offset before it, of two it is the first.
        local = datetime.combine(self._day_of(period), self.at.replace(fold=0), tzinfo=zone(self.timezone))
        return local.astimezone(UTC) + timedelta(minutes=self.delay)

    def _day_of(self, period: int) -> date:
        if self.frequency is Frequency.DAILY:
            return date.fromordinal(period)
        if self.frequency is Frequency.WEEKLY:
            return date.fromordinal(period * 7 + 1 + self.weekday)
        year, month = divmod(period, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.day_of_month, last))


def zone(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises InvalidInput where there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(f"There is no time zone {name!r}; give an IANA name such as Europe/Berlin.") from None


def delay_of(slug: str, window: int) -> int:
    """The minutes by which a site starts later than its time, 0 … window - 1: the same ones on every day and machine.

    A window of 0 minutes: it starts at its time.
    """
    return zlib.crc32(slug.encode()) % window if window else 0


def schedule_of(config: AutomationConfig, site: Site) -> Schedule | None:
    """The schedule of a site's configuration in the site's zone; None while the configuration is not enabled."""
    if not config.is_enabled:
        return None
    when = (config.frequency, config.scheduled_time, config.weekday, config.day_of_month)
    return Schedule(*when, site.timezone, delay_of(site.slug, config.schedule_window_minutes))


def next_run_at(schedule: Schedule | None, now: datetime) -> datetime | None:
    """When the next run is planned, in UTC; None without a schedule."""
    return None if schedule is None else schedule.next_after(now)


def next_start(schedule: Schedule, *, now: datetime, since: datetime, last: datetime | None) -> datetime:
    """The start the scheduler should wait for, in UTC; already past where it was missed by GRACE or less.

    `since` is when this schedule came into force: starts up to it never happened, so that a site set to 02:00 at 02:03
    waits for tomorrow. `last` is the last start that became a run.
    """
    known = [now - GRACE, since] if last is None else [now - GRACE, since, last]
    return schedule.next_after(max(known))


def is_too_late(start: datetime, now: datetime) -> bool:
    """Whether a scheduled start was missed by more than GRACE: it is not made up for."""
    return now - start > GRACE
