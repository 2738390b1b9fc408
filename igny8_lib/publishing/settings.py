"""When and how a site publishes: one model of all settings, with what each may be, and the two ways to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import ImageFormat, Markup, PostStatus, PublishingSettings, SchedulingMode, Site
from igny8_lib.publishing import calendar
from igny8_lib.sites.configuration import WEEKDAYS, LocalTime, complaint, weekday_number

MOST_TIMES = 96
"""Time slots a day: one every quarter of an hour."""
MOST_QUEUED = 10_000
MOST_A_DAY = 1_440
AUTHOR_LENGTH = 60
"""Characters of the longest login that WordPress takes."""
DayOrTime = TypeVar("DayOrTime", int, str)
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def pieces(value: object) -> object:
    """A list, also of a text with commas, as the command line has it."""
    return (
        [piece for piece in (each.strip() for each in value.split(",")) if piece] if isinstance(value, str) else value
    )


def each_day(value: object) -> object:
    """Weekdays by their numbers."""
    listed = pieces(value)
    return [weekday_number(each) for each in listed] if isinstance(listed, list | tuple) else listed


def in_order(values: list[DayOrTime]) -> list[DayOrTime]:
    """Each once, in order."""
    return sorted(set(values))


def clock_time(value: str) -> str:
    """A time of day as HH:MM. Raises ValueError."""
    found = CLOCK.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value[:20]!r} is no local time such as 09:00")
    return f"{int(found[1]):02}:{found[2]}"


def whole_minute(value: time) -> time:
    """A local time without seconds and zone. Raises ValueError."""
    if value.second or value.microsecond or value.tzinfo:
        raise ValueError("give hours and minutes of the site's own clock, such as 09:00")
    return value


def unset(value: object) -> object:
    """What the command line writes for "as the website decides"."""
    return None if isinstance(value, str) and value.strip().lower() in {"", "null", "none", "website"} else value


Days = Annotated[
    list[Annotated[int, Field(ge=0, le=6)]],
    BeforeValidator(each_day),
    Field(min_length=1, max_length=100, description=f"one or more of 0 or {WEEKDAYS[0]} … 6 or {WEEKDAYS[6]}"),
    AfterValidator(in_order),
]
Times = Annotated[
    list[Annotated[str, AfterValidator(clock_time)]],
    BeforeValidator(pieces),
    Field(min_length=1, max_length=1000, description=f"1 to {MOST_TIMES} local times, such as 09:00"),
    AfterValidator(in_order),
    Field(max_length=MOST_TIMES),
]
ClockTime = Annotated[LocalTime, AfterValidator(whole_minute)]
TARGET = "for spreading and display, never a block; 0 = none"


class Publishing(BaseModel):
    """A site's publishing settings; the fields are columns of publishing_settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    auto_approval_enabled: bool = Field(default=False, description="whether stage 7 approves by itself")
    auto_publish_enabled: bool = Field(
        default=True, description="whether what is due goes out by itself; without it people publish by hand"
    )
    scheduling_mode: SchedulingMode = Field(
        default=SchedulingMode.TIME_SLOTS,
        description="time_slots: at the times of publish_time_slots; stagger: at every interval; immediate: at once",
    )
    publish_days: Days = [0, 1, 2, 3, 4]
    publish_time_slots: Times = ["09:00", "14:00", "18:00"]
    stagger_start_time: ClockTime = time(9, 0)
    stagger_end_time: ClockTime = time(18, 0)
    stagger_interval_minutes: int = Field(default=15, ge=1, le=720, description="minutes, 1 to 720")
    daily_publish_target: int = Field(default=3, ge=0, le=MOST_A_DAY, description=f"articles a day, {TARGET}")
    weekly_publish_target: int = Field(default=15, ge=0, le=7 * MOST_A_DAY, description=f"articles a week, {TARGET}")
    monthly_publish_target: int = Field(default=50, ge=0, le=31 * MOST_A_DAY, description=f"articles a month, {TARGET}")
    queue_limit: int = Field(
        default=100, ge=1, le=MOST_QUEUED, description=f"articles with a date at once, 1 to {MOST_QUEUED:,}"
    )
    image_format: ImageFormat = Field(default=ImageFormat.WEBP, description="what pictures are uploaded as")
    markup: Markup = Field(default=Markup.CLASSIC, description="classic HTML, or the block editor's")
    post_status: PostStatus = Field(
        default=PostStatus.PUBLISH, description="draft: people press the button in WordPress"
    )
    post_author: str = Field(
        default="",
        max_length=AUTHOR_LENGTH,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="login or number of a WordPress user; empty: the user of the connection",
    )
    comments_open: Annotated[bool | None, BeforeValidator(unset)] = Field(
        default=None, description="whether readers may comment; null: as the website decides"
    )

    @model_validator(mode="after")
    def check_stagger(self) -> Self:
        """The first interval comes before the last."""
        if self.stagger_start_time >= self.stagger_end_time:
            raise ValueError("stagger_start_time must be before stagger_end_time, on the same day")
        return self

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return self.model_dump(mode="json")


def settings_of(row: PublishingSettings) -> Publishing:
    """The site's settings as they are stored."""
    return Publishing.model_validate({name: getattr(row, name) for name in Publishing.model_fields})


def change(session: Session, site_id: int, changes: Mapping[str, object], *, version: int | None = None) -> Publishing:
    """Change some of the site's settings, all or none. No article that has a date gets another; one that had no room
    gets a date where there is room now.

    Raises InvalidInput that names every setting that is unknown or has an unusable value, and ChangedMeanwhile where
    the settings are no longer those of the version that the change was made from.
    """
    row = calendar.hold(session, site_id)
    if version is not None and version != row.version:
        raise ChangedMeanwhile("the publishing settings", yours=version, now=row.version)
    before = settings_of(row)
    after = changed(before, changes)
    for name in Publishing.model_fields:
        if getattr(after, name) != getattr(before, name):
            setattr(row, name, getattr(after, name))
    if after != before:
        row.version += 1
    session.flush()
    calendar.fill_room(session, session.get_one(Site, site_id))
    return after


def changed(before: Publishing, changes: Mapping[str, object]) -> Publishing:
    """The settings with the changes, stored nowhere: a page shows with them what would come of it.

    Raises InvalidInput as `change` does.
    """
    try:
        return Publishing.model_validate(before.model_dump() | dict(changes))
    except ValidationError as error:
        told = (complaint(Publishing, item["loc"], item["msg"]) for item in error.errors())
        raise InvalidInput("; ".join(dict.fromkeys(told))) from None
