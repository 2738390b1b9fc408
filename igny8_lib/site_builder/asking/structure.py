"""A website's structure as the AI plans it: how it looks, its pages, and what each is to consist of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from igny8_lib.ai.names import Line
from igny8_lib.models import Layout, PageType, Template
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import PaletteName, PersonalityName, TypographyName

BlockName = Annotated[str, Field(json_schema_extra={"enum": sorted(BLOCKS)})]


class PlannedSection(BaseModel):
    """A block that a page is to have: its type, and what it is to say."""

    type: BlockName
    purpose: Line


class PlannedPage(BaseModel):
    """A page that is not written yet."""

    slug: Line
    title: Line
    type: PageType
    description: Line
    """For search engines."""
    purpose: Line
    """What the page is to do for whom, in a sentence or two."""
    sections: list[PlannedSection]


class SiteStructure(BaseModel):
    """The answer: the pages stand in the order of the navigation."""

    tagline: Line
    layout: Layout
    template: Template
    palette: PaletteName
    typography: TypographyName
    personality: PersonalityName
    pages: list[PlannedPage]
