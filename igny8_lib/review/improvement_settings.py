"""How a site's articles are scored, linked and optimized: one model of all settings, with what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import ACTIVE_RUN, AutomationRun, ImprovementSettings
from igny8_lib.review.drafts import move_on
from igny8_lib.review.scores import weigh_anew
from igny8_lib.sites.configuration import complaint

MOST_LINKS = 20
"""Per 1,000 words: from there on every second sentence could have one."""
MOST_TO_ONE = 10_000
WEIGHTS = ("seo_weight", "readability_weight", "engagement_weight")
WEIGHED = "of the overall score, 0 to 100; what counts is the proportion of the three"

Weight = Annotated[int, Field(ge=0, le=100, description=WEIGHED)]


class Improvement(BaseModel):
    """A site's settings; the fields are columns of improvement_settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    link_in_runs: bool = Field(
        default=False, description="whether runs link what they wrote; 8 credits where a link was put"
    )
    optimize_in_runs: bool = Field(
        default=False, description="whether runs optimize what they wrote; 1 credit per 200 words where it got better"
    )
    links_per_1000_words: int = Field(
        default=3, ge=0, le=MOST_LINKS, description=f"links that the Linker puts at most, 0 to {MOST_LINKS}"
    )
    links_to_one_target: int = Field(
        default=20,
        ge=0,
        le=MOST_TO_ONE,
        description=f"articles that may lead to one, 0 to {MOST_TO_ONE:,}; 0 = no limit",
    )
    link_threshold: int = Field(
        default=50, ge=0, le=100, description="0 to 100: a candidate with a lower score is not linked"
    )
    seo_weight: Weight = 40
    readability_weight: Weight = 35
    engagement_weight: Weight = 25

    @model_validator(mode="after")
    def check_weights(self) -> Self:
        """Something has to count."""
        if not any(getattr(self, name) for name in WEIGHTS):
            raise ValueError(f"{', '.join(WEIGHTS)} are all 0: one of them has to count")
        return self

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return self.model_dump(mode="json")


def settings_of(row: ImprovementSettings) -> Improvement:
    """The site's settings as they are stored."""
    return Improvement.model_validate({name: getattr(row, name) for name in Improvement.model_fields})


def read(session: Session, site_id: int) -> tuple[Improvement, int]:
    """The site's settings as the database has them now, and their version; one statement."""
    row = session.get_one(ImprovementSettings, site_id, populate_existing=True)
    return settings_of(row), row.version


def change(session: Session, site_id: int, changes: Mapping[str, object], *, version: int | None = None) -> Improvement:
    """Change some of the site's settings, all or none. With other weights all stored scores of the site are weighed
    anew, so that lists of it never mix two ways of counting; no text is read for that. What waited for runs to link or
    optimize it, which they are to do no more, goes into review; while a run goes on, at its end.

    Raises InvalidInput that names every setting that is unknown or has an unusable value, and ChangedMeanwhile where
    the settings are no longer those of the version that the change was made from.
    """
    query = select(ImprovementSettings).where(ImprovementSettings.site_id == site_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if version is not None and version != row.version:
        raise ChangedMeanwhile("the settings for links and scores", yours=version, now=row.version)
    before = settings_of(row)
    after = changed(before, changes)
    if after == before:
        return before
    for name in Improvement.model_fields:
        setattr(row, name, getattr(after, name))
    row.version += 1
    session.flush()
    if any(getattr(after, name) != getattr(before, name) for name in WEIGHTS):
        weigh_anew(session, site_id)
    if (after.link_in_runs, after.optimize_in_runs) != (before.link_in_runs, before.optimize_in_runs):
        move_on_between_runs(session, site_id)
    return after


def move_on_between_runs(session: Session, site_id: int) -> None:
    """Let articles go on by the new switches; a run that goes on keeps to those that it began with."""
    active = (AutomationRun.site_id == site_id, AutomationRun.status.in_(ACTIVE_RUN))
    if session.scalar(select(AutomationRun.id).where(*active).limit(1)) is None:
        move_on(session, site_id)


def changed(before: Improvement, changes: Mapping[str, object]) -> Improvement:
    """The settings with the changes, stored nowhere. Raises InvalidInput as `change` does."""
    try:
        return Improvement.model_validate(before.model_dump() | dict(changes))
    except ValidationError as error:
        told = (complaint(Improvement, item["loc"], item["msg"]) for item in error.errors())
        raise InvalidInput("; ".join(dict.fromkeys(told))) from None
