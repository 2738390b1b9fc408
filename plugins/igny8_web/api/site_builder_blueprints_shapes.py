"""Shapes of blueprints: what a website shall be, as people say it and as it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from igny8_lib.models import BlueprintHosting, BlueprintStatus, Layout, Template
from igny8_lib.site_builder.blueprints.listing import BlueprintRow
from igny8_lib.site_builder.documents import Theme
from igny8_web.api.shapes import Answer, Asked, Pagination
from igny8_web.api.site_builder_doors import Revision, address
from igny8_web.api.writer_doors import HIGHEST_ID

EXAMPLE = {
    "name": "Harbour Lane Homes",
    "hosting_type": "igny8_sites",
    "business_type": "Estate agency",
    "industry": "Real estate",
    "audience": "Families who look for a first home near the harbour",
    "brief": "We sell and let flats in the old harbour, and know every staircase there.",
    "objectives": ["Bring people to viewings", "Explain what buying costs"],
    "palette": "harbour",
    "typography": "editorial",
    "personality": "friendly",
    "language": "en",
}
LONGEST_LINE = 200
LONGEST_TEXT = 10_000
MOST_OBJECTIVES = 10
Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Objective = Annotated[str, Field(min_length=1, max_length=500)]


class BlueprintFields(Asked):
    """What people say of a website; what is left out keeps its value, or its default."""

    hosting_type: BlueprintHosting | None = Field(default=None, description="Where it is deployed to.")
    business_type: Line | None = Field(default=None, description="What kind of business it is.")
    industry: Line | None = None
    audience: Annotated[str, Field(max_length=2_000)] | None = Field(default=None, description="Whom it is made for.")
    brief: Text | None = Field(default=None, description="What the business is and does, in your own words.")
    objectives: Annotated[list[Objective], Field(max_length=MOST_OBJECTIVES)] | None = Field(
        default=None, description="What it is to achieve, a line each."
    )
    tagline: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="A line below the name; the AI leaves one alone that people chose."
    )
    language: Annotated[str, Field(max_length=35)] | None = Field(
        default=None, examples=["en"], description="Of its texts; the site's own where a new one says none."
    )
    layout: Layout | None = None
    template: Template | None = None
    palette: Annotated[str, Field(max_length=40)] | None = Field(
        default=None, examples=["harbour"], description="One of `themes`, as are the next two."
    )
    typography: Annotated[str, Field(max_length=40)] | None = Field(default=None, examples=["editorial"])
    personality: Annotated[str, Field(max_length=40)] | None = Field(default=None, examples=["friendly"])
    brand: Annotated[str, Field(max_length=7)] | None = Field(
        default=None, examples=["#0f5c7a"], description="A colour of its own in place of the palette's; null for none."
    )
    icon_asset_id: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = Field(
        default=None, description="The uploaded picture that the favicon is drawn from; null: the name's first letter."
    )

    def given(self) -> dict[str, Any]:
        """What is said, for the library: fields that are left out are none. Null stands for itself where nothing can be
        chosen, and is left out elsewhere."""
        said = self.model_dump(mode="json", exclude_unset=True, exclude={"revision"})
        return {name: value for name, value in said.items() if value is not None or name in {"brand", "icon_asset_id"}}


class BlueprintWish(BlueprintFields):
    """A website that is to be made: its pages are planned by the AI, or made by hand."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Annotated[str, Field(min_length=1, max_length=100, description="What it is called on its pages.")]


class BlueprintChange(BlueprintFields):
    """What is to be otherwise with it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "palette": "forest"}]})

    revision: Revision
    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class ThemeFacts(Answer):
    """How a site looks; what nobody chose is its default."""

    palette: str = Field(examples=["harbour"])
    typography: str = Field(examples=["editorial"])
    personality: str = Field(examples=["friendly"])
    brand: str | None = Field(examples=["#0f5c7a"], description="A colour of its own in place of the palette's.")


class Blueprint(Answer):
    """What a website shall be, and how far it is."""

    id: int
    address: str = Field(
        description="Where it is told whole.", examples=["/igny8/api/v1/site-builder/blueprints/3/?site=harbour-blog"]
    )
    name: str
    status: BlueprintStatus
    hosting_type: BlueprintHosting
    business_type: str
    industry: str
    audience: str
    brief: str
    objectives: list[str]
    tagline: str
    language: str
    layout: Layout
    template: Template
    theme: ThemeFacts
    icon_asset_id: int | None
    edited: list[str] = Field(description="What of tagline, layout, template and theme people chose themselves.")
    revision: int = Field(description="Send it back with a change.")
    pages_total: int
    pages_ready: int = Field(description="Pages that have a text.")
    version: int = Field(description="The newest version that was made of it; 0 before the first.")
    deployed_version: int | None = Field(description="What visitors see; null where nothing of this blueprint.")
    structured_at: datetime | None = Field(description="When the AI last planned its pages.")
    created_by: str
    created_at: datetime
    updated_at: datetime


class BlueprintList(Answer):
    """A page of a site's blueprints, the newest first."""

    blueprints: list[Blueprint]
    pagination: Pagination


class BlueprintWhole(Blueprint):
    """A blueprint with its structure: what the AI, the database and site.json share."""

    structure: dict[str, Any] = Field(
        description="pages with their blocks, layout, template, theme.",
        examples=[{"layout": "default", "template": "marketing", "theme": {"palette": "harbour"}, "pages": []}],
    )


class BlueprintDeleted(Answer):
    """A blueprint that is gone with its pages; versions that were made of it stay."""

    id: int
    name: str


def blueprint_facts(row: BlueprintRow, slug: str) -> dict[str, Any]:
    """A blueprint of the site as it is told."""
    own = {name: value for name, value in vars(row).items() if name in Blueprint.model_fields}
    return own | {"address": address(f"blueprints/{row.id}", slug), "theme": Theme.model_validate(row.theme)}
