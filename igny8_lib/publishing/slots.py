"""Which instants a site publishes at: a pure function of its settings, its zone, what is taken, and now (SPEC §8).

A local day of the site has times of day; each becomes an instant by one rule: the first instant at which the clocks
there show that time or a later one. So a time inside a gap becomes the first that exists, and of a time that comes
twice the first counts. Two times that become one instant are one slot.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from igny8_lib.models import SchedulingMode

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SEARCHED_DAYS = 3_653
"""How far ahead slots are looked for: ten years."""


class Rhythm(Protocol):
    """What slots depend on of a site's settings: both the stored row and what somebody types have it."""

    @property
    def scheduling_mode(self) -> SchedulingMode:
        """How the articles are spread."""

    @property
    def publish_days(self) -> Sequence[int]:
        """0 = Monday … 6 = Sunday."""

    @property
    def publish_time_slots(self) -> Sequence[str]:
        """Local times HH:MM."""

    @property
    def stagger_start_time(self) -> time:
        """Local time of a day's first interval."""

    @property
    def stagger_end_time(self) -> time:
        """Local time after which no interval begins."""

    @property
    def stagger_interval_minutes(self) -> int:
        """Minutes from one interval to the next."""

    @property
    def daily_publish_target(self) -> int:
        """Articles a day; 0 = none is named."""


def find_slots(
    settings: Rhythm, zone: ZoneInfo, taken: Collection[datetime], now: datetime, count: int
) -> list[datetime]:
    """The next free slots, earliest first: instants in UTC, whole minutes, after now; asked for more, it begins with
    the same ones.

    `taken` are the site's slots since its day began: those of today count for a daily target. Fewer than `count` come
    back where the next ten years have no more.
    """
    return list(islice(free_slots(settings, zone, taken, now), max(count, 0)))


def free_slots(settings: Rhythm, zone: ZoneInfo, taken: Collection[datetime], now: datetime) -> Iterator[datetime]:
    """All free slots of the next ten years, earliest first."""
    if settings.scheduling_mode is SchedulingMode.IMMEDIATE:
        yield from minutes_from(now, taken)
        return
    busy, by_day, day_plan = set(taken), by_local_day(taken, zone), plan_day(settings)
    today = now.astimezone(zone).date()
    # from yesterday on: where the clocks skip a whole day, its slots are the first instant of the next one
    for day in (today + DAY * ahead for ahead in range(-1, SEARCHED_DAYS)):
        if day.weekday() in settings.publish_days:
            for times in day_plan.open_parts(by_day[day]):
                instants = (instant_of(day, each, zone) for each in times)
                slot = next((each for each in instants if each > now and each not in busy), None)
                if slot is not None:
                    busy.add(slot)
                    yield slot


def minutes_from(now: datetime, taken: Collection[datetime]) -> Iterator[datetime]:
    """Every free minute after now."""
    busy, first = set(taken), floor_minute(now) + MINUTE
    every = (first + MINUTE * number for number in range(SEARCHED_DAYS * 24 * 60))
    return (minute for minute in every if minute not in busy)


@dataclass(frozen=True)
class DayPlan:
    """How a day of the site is divided: each part takes one article, at the first of its times that is free."""

    parts: Sequence[Sequence[time]]
    """Local times, in order; none is in two parts."""
    most: int | None = None
    """Articles a day, where parts are to spread so many; None: each time stands for itself."""

    def open_parts(self, taken: Sequence[time]) -> Iterator[Sequence[time]]:
        """The parts that have room, given the local times that are taken on that day."""
        if self.most is None:
            yield from self.parts
            return
        starts = [part[0] for part in self.parts]
        full = {max(bisect_right(starts, each) - 1, 0) for each in taken}
        room = self.most - len(taken)
        yield from islice((part for number, part in enumerate(self.parts) if number not in full), max(room, 0))


def plan_day(settings: Rhythm) -> DayPlan:
    """The times of a day, and how many it takes.

    With a daily target the intervals are divided into as many parts, as even as they can be: three articles at every
    quarter from nine to six stand at 09:00, 12:00 and 15:00.
    """
    if settings.scheduling_mode is SchedulingMode.TIME_SLOTS:
        return DayPlan([[time.fromisoformat(each)] for each in settings.publish_time_slots])
    every, most = intervals(settings), settings.daily_publish_target
    if not most:
        return DayPlan([[each] for each in every])
    parts = min(most, len(every))
    edges = [len(every) * number // parts for number in range(parts + 1)]
    return DayPlan([every[start:end] for start, end in pairwise(edges)], most)


def intervals(settings: Rhythm) -> list[time]:
    """The local times of every interval between start and end, both among them."""
    start, end = (each.hour * 60 + each.minute for each in (settings.stagger_start_time, settings.stagger_end_time))
    minutes = range(start, end + 1, settings.stagger_interval_minutes)
    return [time(*divmod(minute, 60)) for minute in minutes]


def by_local_day(taken: Collection[datetime], zone: ZoneInfo) -> defaultdict[date, list[time]]:
    """The local times that are taken, by their local day."""
    days: defaultdict[date, list[time]] = defaultdict(list)
    for local in (slot.astimezone(zone) for slot in taken):
        days[local.date()].append(local.time())
    return days


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first whole minute, in UTC, at which the clocks of the zone show that local time or a later one.

    An ordinary time is itself. One that does not exist is the instant at which the clocks jump over it, wherever in the
    gap it lies; of one that comes twice it is the first.
    """
    wanted = datetime.combine(day, at)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)  # in a gap: as far behind it as the time lies in it
    if local_clock(found, zone) == wanted and not found.second:
        return found
    late = floor_minute(found) + MINUTE
    early = late - DAY - MINUTE  # no gap is longer than a day
    while late - early > MINUTE:
        middle = floor_minute(early + (late - early) / 2)
        early, late = (early, middle) if local_clock(middle, zone) >= wanted else (middle, late)
    return late


def local_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of the zone show, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def floor_minute(instant: datetime) -> datetime:
    """The whole minute that the instant lies in, in UTC."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0)
