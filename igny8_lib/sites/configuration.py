"""How a site's runs are configured: one model of all settings, with what each may be, and the two ways to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, Credits
from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import AutomationConfig, Frequency
from igny8_lib.sites.schedule import LONGEST_WINDOW

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_ITEMS = 2_147_483_647
"""The highest limit of items: what the column holds."""
MOST_CREDITS = int(HIGHEST.as_number())
"""The highest limit of credits: the highest amount there is."""
CREDITS_MEANING = f"credits or halves per run, up to {MOST_CREDITS:,}; 0 = unlimited"


def weekday_number(value: object) -> object:
    """A weekday's name as its number, 0 = Monday; numbers stay."""
    name = str(value).strip().lower()
    matching = [number for number, day in enumerate(WEEKDAYS) if len(name) >= 3 and day.startswith(name)]
    return matching[0] if matching else value


BatchSize = Annotated[
    int, Field(ge=1, le=100_000, description="items in one batch task; the default is fitted to the provider")
]
InFlight = Annotated[int, Field(ge=1, le=64, description="AI requests at the same time")]
Most = Annotated[int, Field(ge=0, le=MOST_ITEMS, description=f"per run, up to {MOST_ITEMS:,}; 0 = unlimited")]
Enabled = Annotated[bool, Field(description="whether runs do this stage")]
LocalTime = Annotated[
    time,
    Field(description="local time in the site's zone, such as 02:00"),
    PlainSerializer(lambda value: value.isoformat("minutes" if not value.second else "auto"), return_type=str),
]


class Configuration(BaseModel):
    """A site's automation settings; the fields are the columns of automation_configs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_enabled: bool = Field(default=False, description="whether the schedule starts runs")
    frequency: Frequency = Frequency.DAILY
    scheduled_time: LocalTime = time(2, 0)
    weekday: Annotated[int, BeforeValidator(weekday_number), Field(ge=0, le=6)] = Field(
        default=0, description="0 or monday … 6 or sunday; for the weekly frequency"
    )
    day_of_month: int = Field(default=1, ge=1, le=31, description="for the monthly frequency; short months: last day")
    schedule_window_minutes: int = Field(
        default=30,
        ge=0,
        le=LONGEST_WINDOW,
        description="starts come up to so many minutes later, always as many: sites do not start together; 0 = none",
    )

    stage_1_enabled: Enabled = True
    stage_2_enabled: Enabled = True
    stage_3_enabled: Enabled = True
    stage_4_enabled: Enabled = True
    stage_5_enabled: Enabled = True
    stage_6_enabled: Enabled = True
    stage_7_enabled: Enabled = True

    stage_1_batch_size: BatchSize = 160
    stage_2_batch_size: BatchSize = 40
    stage_3_batch_size: BatchSize = 500
    stage_4_batch_size: BatchSize = 16
    stage_5_batch_size: BatchSize = 32
    stage_6_batch_size: BatchSize = 32

    stage_1_in_flight: InFlight = 8
    stage_2_in_flight: InFlight = 8
    stage_4_in_flight: InFlight = 8
    stage_5_in_flight: InFlight = 8
    stage_6_in_flight: InFlight = 8

    max_keywords_per_run: Most = 0
    max_clusters_per_run: Most = 0
    max_ideas_per_run: Most = 0
    max_tasks_per_run: Most = 0
    max_content_per_run: Most = 0
    max_images_per_run: Most = 0
    max_approvals_per_run: Most = 0
    max_credits_per_run: Annotated[
        Decimal, PlainSerializer(lambda value: Credits.of(value).as_number(), return_type=float)
    ] = Field(
        default=Decimal(0),
        ge=0,
        le=MOST_CREDITS,
        multiple_of=0.5,
        description=f"credits or halves per run, up to {MOST_CREDITS:,}; 0 = unlimited",
    )

    second_look_enabled: bool = Field(
        default=True, description="whether clusters of one keyword are offered for merging before ideas are paid for"
    )
    ideas_per_cluster: int = Field(default=7, ge=1, le=50)
    images_per_content: int = Field(default=4, ge=1, le=20, description="one featured, the others in the article")
    image_quality: Literal["basic", "standard", "high", "premium"] = "basic"
    ideas_need_approval: bool = Field(default=False, description="whether stage 3 takes approved ideas only")
    competing_pages_enabled: bool = Field(
        default=True, description="whether stage 3 skips ideas that would compete with a page of the site"
    )
    competing_pages_threshold: Annotated[Decimal, PlainSerializer(float, return_type=float)] = Field(
        default=Decimal("0.85"),
        ge=Decimal("0.5"),
        le=1,
        decimal_places=3,
        description="likeness from which a page competes, 0.5 to 1; 1 = the same title or main keyword only",
    )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return self.model_dump(mode="json")


def configuration_of(config: AutomationConfig) -> Configuration:
    """The site's settings as they are stored."""
    stored = {name: getattr(config, name) for name in Configuration.model_fields}
    stored["max_credits_per_run"] = Decimal(str(config.max_credits_per_run))
    return Configuration.model_validate(stored)


def configure(
    session: Session, site_id: int, changes: Mapping[str, object], *, version: int | None = None
) -> Configuration:
    """Change some of the site's settings, all or none; they hold from its next run on.

    Raises InvalidInput that names every setting that is unknown or has an unusable value, and ChangedMeanwhile where
    the settings are no longer those of the version that the change was made from.
    """
    config = session.get_one(AutomationConfig, site_id, with_for_update=True)
    if version is not None and version != config.version:
        raise ChangedMeanwhile("the settings", yours=version, now=config.version)
    before = configuration_of(config)
    try:
        after = Configuration.model_validate(before.model_dump() | dict(changes))
    except ValidationError as error:
        raise InvalidInput(
            "; ".join(complaint(Configuration, item["loc"], item["msg"]) for item in error.errors())
        ) from None
    for name in Configuration.model_fields:
        value = getattr(after, name)
        if value != getattr(before, name):
            setattr(config, name, Credits.of(value) if name == "max_credits_per_run" else value)
    if after != before:
        config.version += 1
    session.flush()
    return after


def complaint(model: type[BaseModel], location: tuple[int | str, ...], message: str) -> str:
    """What is wrong with one of a model's settings, and what it may be."""
    told = message.removeprefix("Value error, ")
    if not location:
        return told
    name = str(location[0])
    if name not in model.model_fields:
        return f"There is no setting {name!r}; there are {', '.join(model.model_fields)}"
    meaning = model.model_fields[name].description
    return f"{name}: {told}" + (f" ({meaning})" if meaning else "")
