"""Where a site's versions go, and how much of it is kept: one model of all settings, with what each may be."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile
from igny8_lib.models import SiteBuilderSettings
from igny8_lib.site_builder.addresses import BASE_URL
from igny8_lib.site_builder.deploying.target_urls import storage_url
from igny8_lib.site_builder.documents import BadStructure, reason

log = logging.getLogger(__name__)
LONGEST_URL = 500


def web_address(value: str) -> str:
    """A site's address with a slash at its end, or "". Raises ValueError."""
    text = value.strip()
    if text and not BASE_URL.fullmatch(text):
        raise ValueError('give an address such as "https://www.example.com/", or nothing for the platform\'s own')
    return f"{text.rstrip('/')}/" if text else ""


class WebsiteSettings(BaseModel):
    """A site's settings; the fields are columns of site_builder_settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target_url: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(storage_url)] = Field(
        default="", description="an fsspec URL of a folder, such as s3://bucket/site; empty: the platform's own folder"
    )
    public_url: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(web_address)] = Field(
        default="", description="where visitors find what is there; empty: where the platform shows its own"
    )
    versions_kept: int = Field(
        default=5, ge=1, le=50, description="versions that are kept, the live one among them, 1 to 50"
    )
    asset_quota_mb: int = Field(default=500, ge=1, le=100_000, description="megabytes of uploaded files, 1 to 100,000")

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return self.model_dump(mode="json")


def row_of(session: Session, site_id: int) -> SiteBuilderSettings | None:
    """The site's row as it is now; None for a site that chose nothing."""
    query = select(SiteBuilderSettings).where(SiteBuilderSettings.site_id == site_id)
    return session.scalar(query.execution_options(populate_existing=True))


def settings_of(session: Session, site_id: int) -> WebsiteSettings:
    """The site's settings, the defaults where it chose nothing; one statement."""
    return read(session, site_id)[0]


def read(session: Session, site_id: int) -> tuple[WebsiteSettings, int]:
    """The site's settings, and their revision, which a change has to name; one statement."""
    row = row_of(session, site_id)
    return (WebsiteSettings(), 1) if row is None else (stored(row), row.revision)


def change(
    session: Session, site_id: int, given: Mapping[str, object], *, revision: int | None, by: str
) -> WebsiteSettings:
    """Change some of the site's settings, all or none. The next deployment goes by them; what is live stays.

    Raises BadStructure that names the setting that is unknown or has an unusable value, and ChangedMeanwhile where the
    settings are no longer those of the revision that the change was made from.
    """
    session.execute(insert(SiteBuilderSettings).values(site_id=site_id).on_conflict_do_nothing())
    query = select(SiteBuilderSettings).where(SiteBuilderSettings.site_id == site_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if revision is not None and revision != row.revision:
        raise ChangedMeanwhile("the website's settings", yours=revision, now=row.revision)
    before = stored(row)
    after = changed(before, given)
    if after == before:
        return before
    for name in WebsiteSettings.model_fields:
        setattr(row, name, getattr(after, name))
    row.revision += 1
    session.flush()
    log.info("%s changed the website settings of site %s to %s", by, site_id, after.as_json())
    return after


def changed(before: WebsiteSettings, given: Mapping[str, object]) -> WebsiteSettings:
    """The settings with the changes, stored nowhere. Raises BadStructure as `change` does."""
    try:
        after = WebsiteSettings.model_validate(before.model_dump() | dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadStructure(str(first["loc"][0]), reason(first)) from None
    if after.target_url and not after.public_url:
        raise BadStructure("public_url", "say where visitors find what is in the object store of target_url")
    return after


def stored(row: SiteBuilderSettings) -> WebsiteSettings:
    """The settings of a row."""
    return WebsiteSettings.model_construct(**{name: getattr(row, name) for name in WebsiteSettings.model_fields})
