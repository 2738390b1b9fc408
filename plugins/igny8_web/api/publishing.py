"""When a site's articles go out: settings, the calendar, giving dates, moving and taking them away."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from pydantic import Field
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, PublishingSettings, SchedulingMode, Site
from igny8_lib.publishing import calendar
from igny8_lib.publishing.agenda import MOST_DAYS, agenda, preview
from igny8_lib.publishing.places import count_scheduled
from igny8_lib.publishing.rescheduling import Change, shift_all, spread_anew
from igny8_lib.publishing.settings import MOST_A_DAY, MOST_TIMES, change, changed, settings_of
from igny8_lib.publishing.several import Dated, schedule_several, unschedule_several
from igny8_lib.sites.access import Action
from igny8_web.api.publishing_shapes import (
    CalendarPeriod,
    Move,
    PublishingChange,
    PublishingConfig,
    Reschedule,
    Rescheduled,
    Schedule,
    ScheduledNow,
    Shift,
    Slots,
    Spread,
    Unschedule,
    UnscheduledNow,
)
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import RESCHEDULING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/publishing", tags=["publishing"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT))]
Managing = Annotated[SiteDoor, Depends(OnSite(Action.MANAGE))]
WeekDay = Annotated[int, Field(ge=0, le=6)]
TimeSlot = Annotated[str, Field(max_length=5, examples=["09:00"])]
Day = Annotated[date, Query(ge=date(1970, 1, 1), le=date(9000, 1, 1))]


def typed_settings(
    *,
    scheduling_mode: SchedulingMode | None = None,
    publish_days: Annotated[list[WeekDay] | None, Query(max_length=7, description="0 = Monday … 6 = Sunday.")] = None,
    publish_time_slots: Annotated[list[TimeSlot] | None, Query(max_length=MOST_TIMES)] = None,
    stagger_start_time: time | None = None,
    stagger_end_time: time | None = None,
    stagger_interval_minutes: Annotated[int | None, Query(ge=1, le=720)] = None,
    daily_publish_target: Annotated[int | None, Query(ge=0, le=MOST_A_DAY)] = None,
) -> dict[str, object]:
    """Settings that decide about slots, where they differ from the stored ones."""
    typed = locals()
    return {name: value for name, value in typed.items() if value is not None}


TypedSettings = Annotated[dict[str, object], Depends(typed_settings)]


@router.get("/settings/")
def publishing_settings(door: Reading) -> PublishingConfig:
    """When and how the site publishes, and how many articles have a date."""
    with door.begin() as (session, site):
        return config_of(session, site)


@router.put("/settings/")
def change_publishing_settings(
    door: Managing, wish: Annotated[PublishingChange, Body()], request: Named
) -> PublishingConfig:
    """Change settings, all or none. No article that has a date gets another: `reschedule` with `spread` does that."""

    def do(session: Session, site: Site) -> PublishingConfig:
        change(session, site.id, wish.settings, version=wish.version)
        return config_of(session, site)

    return do_once(door, request, PublishingConfig, do)


def config_of(session: Session, site: Site) -> PublishingConfig:
    """The stored settings."""
    stored = session.get_one(PublishingSettings, site.id, populate_existing=True)
    return PublishingConfig(
        site=site.slug,
        timezone=site.timezone,
        version=stored.version,
        scheduled_count=count_scheduled(session, site.id),
        settings=settings_of(stored),
    )


@router.get("/settings/preview/")
def preview_slots(door: Reading, typed: TypedSettings) -> Slots:
    """The next ten free slots that the site would have with these settings; nothing is stored."""
    with door.begin() as (session, site):
        stored = settings_of(session.get_one(PublishingSettings, site.id))
        settings = changed(stored, typed)
        return Slots(site=site.slug, timezone=site.timezone, slots=preview(session, site, settings))


@router.get("/calendar/")
def publishing_calendar(
    door: Reading,
    first: Annotated[Day, Query(alias="from", description="The first day, in the site's zone.")],
    last: Annotated[Day, Query(alias="to", description=f"The last day; at most {MOST_DAYS} days in all.")],
) -> CalendarPeriod:
    """What goes live when: articles, free slots, what has no date yet, and how far the targets are met."""
    with door.begin() as (session, site):
        found = agenda(session, site, first, last)
        return CalendarPeriod.model_validate(vars(found) | {"site": site.slug, "timezone": site.timezone})


@router.post("/schedule/")
def schedule(door: Writing, wish: Annotated[Schedule, Body()], request: Named) -> ScheduledNow:
    """Give approved articles the next free slots, in the order of the ids, or one article a time of its own."""

    def do(session: Session, site: Site) -> ScheduledNow:
        if wish.at is None:
            return ScheduledNow.model_validate(schedule_several(session, site, wish.ids))
        if len(wish.ids) > 1:
            raise InvalidInput("A time is for one article: name a single id, or leave `at` out.")
        given = calendar.schedule(session, site, wish.ids[0], wish.at)
        return ScheduledNow.model_validate(Dated(given.given, given.without))

    return do_once(door, request, ScheduledNow, do)


@router.post("/unschedule/")
def unschedule(door: Writing, wish: Annotated[Unschedule, Body()], request: Named) -> UnscheduledNow:
    """Take articles out of the calendar: they get no date by themselves again, and their places go to who waits."""
    return do_once(
        door,
        request,
        UnscheduledNow,
        lambda session, site: UnscheduledNow.model_validate(unschedule_several(session, site, wish.ids)),
    )


@router.post("/reschedule/", dependencies=[Depends(RESCHEDULING)])
def reschedule(door: Writing, wish: Annotated[Reschedule, Body()], request: Named) -> Rescheduled:
    """Move one article to a free time, all by a number of days, or all to the slots of the settings of now."""

    def do(session: Session, site: Site) -> Rescheduled:
        dry_run = isinstance(wish, Spread) and wish.dry_run
        return Rescheduled.model_validate({"dry_run": dry_run, "changes": changes_of(session, site, wish)})

    return do_once(door, request, Rescheduled, do)


def changes_of(session: Session, site: Site, wish: Reschedule) -> list[Change]:
    """Do what is wished; which dates have changed, or would."""
    match wish:
        case Shift():
            return shift_all(session, site, wish.shift_days)
        case Spread():
            return spread_anew(session, site, dry_run=wish.dry_run)
        case Move():
            before = calendar.move(session, site, wish.content_id, wish.at)
            return [Change(wish.content_id, session.get_one(Content, wish.content_id).title, before, wish.at)]
