"""What a calendar shows of a period: articles and free slots, what has no date yet, and how far the targets are met.

A fixed number of statements, however many articles the site has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import InvalidInput
from igny8_lib.models import (
    Content,
    ContentStatus,
    Publication,
    PublicationStatus,
    PublishingSettings,
    SchedulingMode,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing.places import taken_slots
from igny8_lib.publishing.slots import DAY, Rhythm, find_slots, free_slots, instant_of

MOST_DAYS = 62
"""Of one view: two months."""
FIRST_YEAR, LAST_YEAR = 2000, 2200
MOST_ITEMS = 2_000
MOST_FREE = 2_000
MOST_WAITING = 100
"""Articles without a date that are named; their number counts all."""
PREVIEWED = 10
"""Slots that a preview of settings shows."""


JUST_BEFORE = timedelta(microseconds=1)


class Period(StrEnum):
    """What a target is for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Item:
    """An article on the calendar."""

    content_id: int
    title: str
    site_status: SiteContentStatus
    """Scheduled, publishing, published or failed."""
    at: datetime
    """Its slot; of what is published, when it was."""
    overdue: bool
    """Scheduled, and its slot is past."""
    error: str | None
    """Of what failed: why, and what to do."""
    cause: str | None
    """The same in one word."""
    url: str | None
    """Its public address, where it has one."""


@dataclass(frozen=True)
class Waiting:
    """An approved article without a date."""

    content_id: int
    title: str
    reason: str | None
    """Why it waits for one; None where people took it out of the calendar."""


@dataclass(frozen=True)
class Progress:
    """How much of a target a period has: published, or with a date in it."""

    period: Period
    starts: date
    count: int
    target: int
    """0 = none."""


@dataclass(frozen=True)
class Agenda:
    """A period of a site's calendar."""

    first: date
    last: date
    now: datetime
    items: Sequence[Item]
    """Earliest first."""
    free: Sequence[datetime]
    """Slots that the next articles would get in it, earliest first; none where articles go out at once."""
    waiting: Sequence[Waiting]
    waiting_count: int
    progress: Sequence[Progress]
    """Every day of the period, then each week (from Monday) and month that it touches."""
    scheduled_count: int
    overdue_count: int
    """Of the scheduled ones those whose slot is past, also before the period."""
    overdue_since: datetime | None
    """The earliest of their slots."""
    queue_limit: int
    publishes_by_itself: bool
    """Whether what is due goes out by itself."""


def agenda(session: Session, site: Site, first: date, last: date, *, now: datetime | None = None) -> Agenda:
    """The period from the first local day to the last one, both in it, as of now unless another instant is given.

    Raises InvalidInput for a period that is too long, or centuries away.
    """
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise InvalidInput(f"A calendar has the years {FIRST_YEAR} to {LAST_YEAR}; {first} to {last} is not in them.")
    if not first <= last <= first + DAY * (MOST_DAYS - 1):
        raise InvalidInput(f"A calendar shows 1 to {MOST_DAYS} days; {first} to {last} is not such a period.")
    now, zone = now or clock.now(), ZoneInfo(site.timezone)
    settings = session.get_one(PublishingSettings, site.id)
    start, end = bounds(zone, first, last)
    waiting = list_waiting(session, site)
    return Agenda(
        first,
        last,
        now,
        list_items(session, site, first, last, now),
        free_between(settings, zone, taken_slots(session, site, now), max(now, start - JUST_BEFORE), end),
        [Waiting(*row[:3]) for row in waiting],
        waiting[0][3] if waiting else 0,
        progress_of(settings, days_taken(session, site, *whole_periods(first, last)), first, last),
        *count_dated(session, site, now),
        settings.queue_limit,
        settings.auto_publish_enabled,
    )


def count_dated(session: Session, site: Site, now: datetime) -> tuple[int, int, datetime | None]:
    """How many articles have a date and are not on their way, how many of them are overdue, and since when; one
    statement."""
    past = Content.scheduled_publish_at <= now
    columns = (func.count(), func.count().filter(past), func.min(Content.scheduled_publish_at).filter(past))
    mine = (Content.site_id == site.id, Content.site_status == SiteContentStatus.SCHEDULED)
    scheduled, overdue, since = session.execute(select(*columns).where(*mine)).one()
    return scheduled, overdue, since


def preview(session: Session, site: Site, settings: Rhythm, count: int = PREVIEWED) -> list[datetime]:
    """The next slots that the site would have with these settings, stored or only typed."""
    now = clock.now()
    return find_slots(settings, ZoneInfo(site.timezone), taken_slots(session, site, now), now, count)


def free_between(
    settings: Rhythm, zone: ZoneInfo, taken: Sequence[datetime], start: datetime, end: datetime
) -> list[datetime]:
    """The free slots after an instant and before another, as many as are shown."""
    if settings.scheduling_mode is SchedulingMode.IMMEDIATE:
        return []
    return list(islice(takewhile(lambda slot: slot < end, free_slots(settings, zone, taken, start)), MOST_FREE))


FAILED = (Publication.content_id == Content.id, Publication.status == PublicationStatus.FAILED)
ERROR = select(func.min(Publication.error)).where(*FAILED).correlate(Content).scalar_subquery()
CAUSE = select(func.min(Publication.cause)).where(*FAILED).correlate(Content).scalar_subquery()
ASKED = select(func.max(Publication.due_at)).where(Publication.content_id == Content.id).correlate(Content)
SHOWN_AT: ColumnElement[Any] = case(
    (
        Content.site_status == SiteContentStatus.PUBLISHED,
        func.coalesce(Content.published_at, Content.scheduled_publish_at),
    ),
    else_=func.coalesce(Content.scheduled_publish_at, ASKED.scalar_subquery()),
)
"""Where an article stands on the calendar: what went out where it did, what was asked for at once where it was."""


def list_items(session: Session, site: Site, first: date, last: date, now: datetime) -> list[Item]:
    """The articles of the period; one statement."""
    columns = (Content.id, Content.title, Content.site_status, SHOWN_AT.label("at"), ERROR, CAUSE, Content.external_url)
    query = select(*columns).where(*shown(site, first, last)).order_by(SHOWN_AT, Content.id).limit(MOST_ITEMS)
    return [
        Item(number, title, status, at, status == SiteContentStatus.SCHEDULED and at <= now, error, cause, url)
        for number, title, status, at, error, cause, url in session.execute(query)
    ]


def shown(site: Site, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """Which articles of the site stand on these local days."""
    start, end = bounds(ZoneInfo(site.timezone), first, last)
    there = Content.site_status != SiteContentStatus.NOT_SCHEDULED
    return (Content.site_id == site.id, there, start <= SHOWN_AT, end > SHOWN_AT)


def bounds(zone: ZoneInfo, first: date, last: date) -> tuple[datetime, datetime]:
    """The instant at which the first local day begins, and the one at which the last is over."""
    return instant_of(first, time(), zone), instant_of(last + DAY, time(), zone)


def list_waiting(session: Session, site: Site) -> Sequence[Any]:
    """Approved articles without a date: id, title, reason, and the number of all; one statement."""
    mine = (Content.site_id == site.id, Content.status == ContentStatus.APPROVED)
    none = Content.site_status == SiteContentStatus.NOT_SCHEDULED
    columns = (Content.id, Content.title, Content.no_slot_reason, func.count().over())
    return session.execute(select(*columns).where(*mine, none).order_by(Content.id).limit(MOST_WAITING)).all()


def whole_periods(first: date, last: date) -> tuple[date, date]:
    """The first and last day of the weeks and months that the period touches."""
    return min(monday(first), first.replace(day=1)), max(monday(last) + 6 * DAY, next_month(last) - DAY)


def days_taken(session: Session, site: Site, first: date, last: date) -> Counter[date]:
    """How many articles are published or have a date, by local day; one statement."""
    counted = Content.site_status != SiteContentStatus.FAILED
    instants = session.scalars(select(SHOWN_AT).where(*shown(site, first, last), counted))
    return Counter(at.astimezone(ZoneInfo(site.timezone)).date() for at in instants)


def progress_of(settings: PublishingSettings, taken: Counter[date], first: date, last: date) -> list[Progress]:
    """How far the targets are met on each day, week and month of the period."""
    days = [first + DAY * number for number in range((last - first).days + 1)]
    weeks, months = Counter[date](), Counter[date]()
    for day, count in taken.items():
        weeks[monday(day)] += count
        months[day.replace(day=1)] += count
    return [
        *tell(Period.DAY, days, taken, settings.daily_publish_target),
        *tell(Period.WEEK, map(monday, days), weeks, settings.weekly_publish_target),
        *tell(Period.MONTH, (day.replace(day=1) for day in days), months, settings.monthly_publish_target),
    ]


def tell(period: Period, starts: Iterable[date], counts: Counter[date], target: int) -> list[Progress]:
    """The progress of each period that begins on one of these days."""
    return [Progress(period, start, counts[start], target) for start in dict.fromkeys(starts)]


def monday(day: date) -> date:
    """The first day of the day's week."""
    return day - DAY * day.weekday()


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1)
