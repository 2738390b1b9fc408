"""How a page becomes another: its marks of what people wrote, its state, and a revision of each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import (
    BlueprintStatus,
    PageChange,
    PageType,
    SiteBlueprint,
    SitePage,
    SitePageRevision,
    SitePageStatus,
)
from igny8_lib.site_builder.blueprints.given import PAGE_FIELDS
from igny8_lib.site_builder.documents import BadStructure

MARKED = ("title", "slug", "type", "description", "purpose")
ONCE = (PageType.HOME, PageType.BLOG)
"""A site has one page of each of these types."""
OF_BLOCK = "block:"


def fields_of(page: SitePage) -> dict[str, Any]:
    """All that people may say of a page, as it is."""
    return {name: getattr(page, name) for name in PAGE_FIELDS}


def marks_after(edited: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What people wrote once they made `after` of `before`: what it was, and what they changed.

    Of blocks only those whose type or data differ; `order` where blocks were moved or removed.
    """
    old = {block["id"]: block for block in before["blocks"]}
    new = {block["id"]: block for block in after["blocks"]}
    marks = {*edited, *(name for name in MARKED if before[name] != after[name])}
    marks |= {f"{OF_BLOCK}{one}" for one, block in new.items() if block != old.get(one)}
    if [one for one in old if one in new] != [one for one in new if one in old] or old.keys() - new.keys():
        marks.add("order")
    return in_order(marks, new)


def in_order(marks: Iterable[str], blocks: Iterable[str]) -> list[str]:
    """The marks in their one order, without those of blocks that are gone."""
    there = set(marks)
    order = ["page", *MARKED, "sections", "order", *(f"{OF_BLOCK}{block}" for block in blocks)]
    return [mark for mark in order if mark in there]


def put(session: Session, page: SitePage, values: Mapping[str, Any], change: PageChange, *, by: str) -> None:
    """Give the page these columns as its next revision; what it says decides how far it is."""
    for name, value in values.items():
        setattr(page, name, value)
    if page.status is not SitePageStatus.GENERATING or change is PageChange.WRITTEN:
        has_text = bool(page.blocks) or change is PageChange.WRITTEN  # a blog is there without blocks, too
        page.status = SitePageStatus.READY if has_text else SitePageStatus.DRAFT
    page.revision += 1
    keep_revision(session, page, change, by=by)


def keep_revision(session: Session, page: SitePage, change: PageChange, *, by: str) -> None:
    """Keep the page as it is now as what the change made of it."""
    session.flush()
    document = fields_of(page) | {"type": page.type.value, "edited": list(page.edited)}
    session.add(
        SitePageRevision(
            page_id=page.id, revision=page.revision, site_id=page.site_id, change=change, document=document, by=by
        )
    )
    session.flush()


def require_place(session: Session, page: Mapping[str, Any], blueprint: SiteBlueprint, besides: int = 0) -> None:
    """Raises BadStructure where another page of the locked blueprint has the slug, or is the only one of its type."""
    query = select(SitePage.slug, SitePage.type, SitePage.title).where(
        SitePage.site_id == blueprint.site_id, SitePage.blueprint_id == blueprint.id, SitePage.id != besides
    )
    for slug, kind, title in session.execute(query.order_by(SitePage.position, SitePage.id)):
        if slug == page["slug"]:
            raise BadStructure("slug", f'the page "{title}" has the slug "{slug}": choose another')
        if kind is page["type"] and kind in ONCE:
            raise BadStructure("type", f'a site has one page of type {kind.value}, and "{title}" is it')


def require_not_written(page: SitePage) -> None:
    """Raises Conflict while the AI writes the page."""
    if page.status is SitePageStatus.GENERATING:
        raise Conflict(f"The AI writes “{page.title}”: wait until it is there, or cancel the build.")


def settle(blueprint: SiteBlueprint, *, has_pages: bool) -> None:
    """A blueprint that nobody builds or sees is ready once it has pages."""
    if blueprint.status in {BlueprintStatus.DRAFT, BlueprintStatus.READY}:
        blueprint.status = BlueprintStatus.READY if has_pages else BlueprintStatus.DRAFT


def renumber(pages: Iterable[SitePage]) -> None:
    """Count the pages' places anew, in this order."""
    for position, page in enumerate(pages):
        page.position = position
