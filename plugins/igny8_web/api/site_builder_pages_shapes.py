"""Shapes of pages of a website: as people send them, as they are told, their blocks and their earlier revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from igny8_lib.models import PageChange, PageType, SitePage, SitePageStatus
from igny8_lib.site_builder.documents import MOST_BLOCKS, MOST_PAGES
from igny8_web.api.shapes import Answer, Asked, Pagination
from igny8_web.api.site_builder_doors import HIGHEST_NUMBER, Revision, address
from igny8_web.api.writer_doors import HIGHEST_ID

BLOCK = {
    "id": "text-1",
    "type": "text",
    "data": {"title": "Who we are", "text": "A family business in the old harbour since 1987."},
}
Slug = Annotated[str, Field(min_length=1, max_length=80, examples=["about"])]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=300, description="For search engines.")]
Purpose = Annotated[str, Field(max_length=1_000, description="What the page is to do for whom: the AI writes by it.")]
BlockName = Annotated[str, Field(max_length=40, examples=["text"], description="One of `block_types`.")]
BlockDocument = Annotated[dict[str, Any], Field(examples=[BLOCK["data"]], description="As the block's type says.")]
Position = Annotated[int, Field(ge=0, description="Its place, counted from 0.")]


class SectionWish(Asked):
    """A block that is planned."""

    type: BlockName
    purpose: Annotated[str, Field(max_length=500)] = ""


class BlockWish(Asked):
    """A block; its id is its anchor on the page."""

    model_config = ConfigDict(json_schema_extra={"examples": [BLOCK]})

    id: Annotated[str, Field(max_length=50, examples=["text-1"])]
    type: BlockName
    data: BlockDocument


class PageFields(Asked):
    """What people say of a page; what is left out stays as it is, or at its default."""

    slug: Slug | None = None
    title: Title | None = None
    type: PageType | None = None
    description: Description | None = None
    purpose: Purpose | None = None
    sections: Annotated[list[SectionWish], Field(max_length=MOST_BLOCKS)] | None = Field(
        default=None, description="The blocks that the AI is to write, in their order."
    )
    blocks: Annotated[list[BlockWish], Field(max_length=MOST_BLOCKS)] | None = Field(
        default=None, description="All blocks in their order: what is not among them is removed."
    )

    def given(self) -> dict[str, Any]:
        """What is said, for the library."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"revision", "blueprint_id"})


class PageWish(PageFields):
    """A page that is to be added at the end of the navigation."""

    blueprint_id: Annotated[int, Field(ge=1, le=HIGHEST_ID)]
    slug: Slug
    title: Title
    type: Annotated[PageType, Field(examples=["about"])]


class PageEdit(PageFields):
    """What is to be otherwise with a page."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "title": "Who we are"}]})

    revision: Revision


class PageMove(Asked):
    """Another place in the navigation."""

    position: Annotated[int, Field(ge=0, lt=MOST_PAGES, description="Counted from 0; the last place where it is more.")]


class PageRestore(Asked):
    """A revision that is taken back."""

    revision: Annotated[int, Field(ge=1, le=HIGHEST_NUMBER, description="As `revisions` tells it.")]


class BlockAdded(Asked):
    """A block that is to be added; without data as an example of its type."""

    revision: Revision
    type: BlockName
    position: Position
    data: BlockDocument | None = None


class BlockEdit(Asked):
    """What a block shall say, whole."""

    revision: Revision
    data: BlockDocument


class BlockMove(Asked):
    """Another place on the page."""

    revision: Revision
    position: Position


class PageFacts(Answer):
    """A page without its blocks."""

    id: int
    blueprint_id: int
    address: str = Field(
        description="Where it is told whole.", examples=["/igny8/api/v1/site-builder/pages/7/?site=harbour-blog"]
    )
    position: int
    slug: str
    title: str
    type: PageType
    status: SitePageStatus
    description: str
    purpose: str
    blocks_count: int
    edited: list[str] = Field(
        description="What people wrote, and generating again keeps.", examples=[["title", "block:text-1"]]
    )
    revision: int = Field(description="Send it back with a change.")
    edited_by: str | None
    edited_at: datetime | None
    written_at: datetime | None = Field(description="When the AI last wrote it.")
    created_at: datetime


class PageList(Answer):
    """All pages of a blueprint, in the order of the navigation."""

    pages: list[PageFacts]


class PageSection(Answer):
    """A block that is planned."""

    type: str
    purpose: str = ""


class PageBlock(Answer):
    """A block."""

    model_config = ConfigDict(json_schema_extra={"examples": [BLOCK]})

    id: str
    type: str
    data: dict[str, Any]


class PageWhole(PageFacts):
    """A page with what is planned on it, and what is there."""

    sections: list[PageSection]
    blocks: list[PageBlock]


class PageDeleted(Answer):
    """A page that is gone, with its revisions."""

    id: int
    title: str


class PageRevisionFacts(Answer):
    """A page as it was after a change."""

    revision: int
    change: PageChange
    by: str
    created_at: datetime
    title: str
    blocks_count: int


class PageRevisionList(Answer):
    """A page of a page's revisions, the newest first."""

    revisions: list[PageRevisionFacts]
    pagination: Pagination


def facts_of_page(page: SitePage, slug: str) -> PageFacts:
    """A page of the site as lists tell it."""
    return PageFacts.model_validate(told(page, slug))


def page_of(page: SitePage, slug: str) -> PageWhole:
    """The same, whole."""
    return PageWhole.model_validate(told(page, slug) | {"sections": page.sections, "blocks": page.blocks})


def told(page: SitePage, slug: str) -> dict[str, Any]:
    """The page's own fields, and what is made of them."""
    own = {name: getattr(page, name) for name in PageFacts.model_fields if hasattr(page, name)}
    return own | {"blocks_count": len(page.blocks), "address": address(f"pages/{page.id}", slug)}
