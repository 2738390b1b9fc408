"""Shapes of the publishing group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from igny8_lib.models import SiteContentStatus
from igny8_lib.pipeline.limits import HIGHEST_ID
from igny8_lib.publishing.agenda import Period
from igny8_lib.publishing.settings import Publishing
from igny8_lib.publishing.slots import SEARCHED_DAYS
from igny8_lib.review.decisions import MOST_AT_ONCE
from igny8_web.api.shapes import Answer, Asked

FIRST_YEAR, LAST_YEAR = 1970, 9000


def within_reach(at: datetime) -> datetime:
    """The instant. Raises ValueError for a year that no clock reaches in every zone."""
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise ValueError("the year is out of reach")
    return at


RowId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
Ids = Annotated[list[RowId], Field(min_length=1, max_length=MOST_AT_ONCE)]
Instant = Annotated[
    AwareDatetime, AfterValidator(within_reach), Field(description="A whole minute after now, with its offset.")
]


class PublishingConfig(Answer):
    """A site's publishing settings, and how full its calendar is."""

    site: str
    timezone: str = Field(description="All local times of the settings are this zone's.")
    version: int = Field(description="Send it back with a change: one made meanwhile is then not overwritten.")
    scheduled_count: int = Field(description="Articles with a date, at most as many as `queue_limit`.")
    settings: Publishing


class PublishingChange(Asked):
    """Settings to change; those that are left out stay."""

    version: int | None = Field(default=None, description="The version that the change was made from.")
    settings: dict[str, Any]


class Slots(Answer):
    """The next ten slots, earliest first; fewer where the next ten years have no more."""

    site: str
    timezone: str
    slots: list[datetime]


class CalendarItem(Answer):
    """An article on the calendar; `at` is its slot, or when it was published."""

    content_id: int
    title: str
    site_status: SiteContentStatus
    at: datetime
    overdue: bool
    error: str | None
    url: str | None


class WithoutDate(Answer):
    """An approved article without a date; no reason where people took it out of the calendar."""

    content_id: int
    title: str
    reason: str | None


class TargetProgress(Answer):
    """How much of a target a period has, published or with a date in it; a target of 0 is none."""

    period: Period
    starts: date
    count: int
    target: int


class CalendarPeriod(Answer):
    """A period of a site's calendar, in the days of its zone."""

    site: str
    timezone: str
    first: date
    last: date
    now: datetime
    items: list[CalendarItem]
    free: list[datetime] = Field(description="Free slots of the period; none where articles go out at once.")
    waiting: list[WithoutDate] = Field(description="Of the approved articles without a date the first hundred.")
    waiting_count: int
    progress: list[TargetProgress]
    scheduled_count: int
    overdue_count: int = Field(description="Of the scheduled ones those whose slot is past, also before the period.")
    overdue_since: datetime | None = Field(description="The earliest of their slots.")
    queue_limit: int
    publishes_by_itself: bool = Field(description="Whether what is due goes out without a person.")


class Schedule(Asked):
    """Approved articles that shall have a date."""

    ids: Ids
    at: Instant | None = Field(default=None, description="For a single article; the next free slots where absent.")


class ScheduledNow(Answer):
    """What came of it, by article."""

    given: dict[int, datetime] = Field(description="The slot that it has now.")
    without: dict[int, str] = Field(description="Why it waits for one.")
    refused: dict[int, str] = Field(description="Why it can have none.")


class Unschedule(Asked):
    """Articles that shall have no date."""

    ids: Ids


class UnscheduledNow(Answer):
    """Which articles have no date any more, and why not the others."""

    done: list[int]
    refused: dict[int, str]


class Shift(Asked):
    """All scheduled articles, by a number of days; their times of day stay."""

    shift_days: int = Field(ge=-SEARCHED_DAYS, le=SEARCHED_DAYS, description="Back below 0.")


class Move(Asked):
    """One scheduled article, to any free minute after now."""

    content_id: RowId
    at: Instant


class Spread(Asked):
    """All scheduled articles, to the slots that the settings of now give, in the order of their dates."""

    spread: Literal[True]
    dry_run: bool = Field(default=False, description="Says what would change, and changes nothing.")


Reschedule = Shift | Move | Spread


class DateChange(Answer):
    """An article's date before and after; no `after` where the next ten years have no slot for it."""

    content_id: int
    title: str
    before: datetime
    after: datetime | None


class Rescheduled(Answer):
    """Which dates have changed, or would."""

    dry_run: bool
    changes: list[DateChange]
