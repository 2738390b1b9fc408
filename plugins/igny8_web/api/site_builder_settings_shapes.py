"""Shapes of a website's settings."""

from __future__ import annotations

from pydantic import Field

from igny8_lib.site_builder.deploying.settings import LONGEST_URL, WebsiteSettings
from igny8_web.api.shapes import Answer, Asked
from igny8_web.api.site_builder_doors import Revision


class SiteBuilderConfig(Answer):
    """Where a site's versions go, and how much of them is kept."""

    site: str
    revision: int = Field(description="Send it back with a change.")
    settings: WebsiteSettings
    live_version: int | None = Field(description="What visitors see; null before the first deployment.")


class SiteBuilderConfigChange(Asked):
    """Settings that shall be others; what is left out stays."""

    revision: Revision
    target_url: str | None = Field(
        default=None,
        max_length=LONGEST_URL,
        examples=[""],
        description="An fsspec URL of a folder, such as s3://bucket/site; empty: the platform's own folder.",
    )
    public_url: str | None = Field(
        default=None,
        max_length=LONGEST_URL,
        examples=["https://www.harbourlanehomes.example/"],
        description="Where visitors find what is there; empty: where the platform shows its own.",
    )
    versions_kept: int | None = Field(default=None, ge=1, le=50, description="With the live one.")
    asset_quota_mb: int | None = Field(default=None, ge=1, le=100_000, description="Megabytes of uploaded files.")

    def given(self) -> dict[str, object]:
        """The settings that are said."""
        return self.model_dump(exclude={"revision"}, exclude_none=True)
