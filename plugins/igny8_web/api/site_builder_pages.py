"""Pages of a website: read, made, changed, moved, deleted, written by the AI, and taken back to an earlier revision."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import Site, SiteBlueprint
from igny8_lib.site_builder.blueprints import pages, revisions
from igny8_lib.site_builder.blueprints.finding import find_blueprint, find_page, pages_of
from igny8_lib.sites.repeats import Repeatable
from igny8_web.api.site_builder_builds import Start, Starting, open_once
from igny8_web.api.site_builder_builds_shapes import BuildAsked, RewritingWish, WritingWish
from igny8_web.api.site_builder_doors import PREFIX, TAG, OfBlueprint, PageId, Reading, Running, Writing
from igny8_web.api.site_builder_pages_shapes import (
    PageDeleted,
    PageEdit,
    PageList,
    PageMove,
    PageRestore,
    PageRevisionFacts,
    PageRevisionList,
    PageWhole,
    PageWish,
    facts_of_page,
    page_of,
)
from igny8_web.api.writer_doors import Paging
from igny8_web.doors import SiteDoor
from igny8_web.rates import BUILDING_SITES
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix=f"{PREFIX}/pages", tags=[TAG])
ESTIMATED: dict[int | str, dict[str, Any]] = {200: {"model": BuildAsked, "description": "What it would come to."}}


@router.get("/")
def list_pages(door: Reading, blueprint_id: OfBlueprint) -> PageList:
    """The pages of a blueprint, in the order of the navigation."""
    with door.begin() as (session, site):
        found = pages_of(session, find_blueprint(session, site.id, blueprint_id))
        return PageList(pages=[facts_of_page(page, site.slug) for page in found])


@router.post("/", status_code=201)
def create_page(door: Writing, wish: Annotated[PageWish, Body()], request: Named) -> PageWhole:
    """Add a page. One that people made is kept by every later planning."""

    def do(session: Session, site: Site) -> PageWhole:
        blueprint = find_blueprint(session, site.id, wish.blueprint_id, lock=True)
        made = pages.create_page(session, blueprint, wish.given(), by=door.caller.name)
        return told(session, site, made.id)

    return do_once(door, request, PageWhole, do)


@router.get("/{page_id}/")
def show_page(door: Reading, page_id: PageId) -> PageWhole:
    """One page with its blocks."""
    with door.begin() as (session, site):
        return told(session, site, page_id)


@router.patch("/{page_id}/")
def change_page(door: Writing, page_id: PageId, change: Annotated[PageEdit, Body()], request: Named) -> PageWhole:
    """Change a page. What really differs counts as written by people: generating again leaves it alone."""

    def do(session: Session, site: Site) -> PageWhole:
        page = find_page(session, site.id, page_id, lock=True)
        pages.change_page(session, page, change.given(), revision=change.revision, by=door.caller.name)
        return told(session, site, page_id)

    return do_once(door, request, PageWhole, do)


@router.delete("/{page_id}/")
def delete_page(door: Writing, page_id: PageId, request: Named) -> PageDeleted:
    """Delete a page with its revisions. Visitors see it until the next deployment."""

    def do(session: Session, site: Site) -> PageDeleted:
        page = find_page(session, site.id, page_id, lock=True)
        gone = PageDeleted(id=page.id, title=page.title)
        pages.delete_page(session, page, by=door.caller.name)
        return gone

    return do_once(door, request, PageDeleted, do)


@router.post("/{page_id}/move/")
def move_page(door: Writing, page_id: PageId, wish: Annotated[PageMove, Body()], request: Named) -> PageWhole:
    """Give a page another place in the navigation."""

    def do(session: Session, site: Site) -> PageWhole:
        page = find_page(session, site.id, page_id, lock=True)
        pages.move_page(session, page, wish.position, by=door.caller.name)
        return told(session, site, page_id)

    return do_once(door, request, PageWhole, do)


@router.post(
    "/{page_id}/generate_content/", status_code=202, responses=ESTIMATED, dependencies=[Depends(BUILDING_SITES)]
)
def generate_page_content(
    door: Running, page_id: PageId, wish: Annotated[WritingWish, Body()], request: Named, start: Starting
) -> BuildAsked:
    """Have the AI write a page that has no text yet (20 credits): a build, told with its address."""

    def of_empty(session: Session, site: Site) -> SiteBlueprint:
        page = find_page(session, site.id, page_id)
        if page.blocks:
            raise Conflict(
                f"The page “{page.title}” has a text: regenerate writes it anew, and a dry run of that says what it "
                "would replace."
            )
        return find_blueprint(session, site.id, page.blueprint_id)

    return open_once(door, request, start, of_empty, {"pages": (page_id,)}, dry_run=wish.dry_run)


@router.post("/{page_id}/regenerate/", status_code=202, responses=ESTIMATED, dependencies=[Depends(BUILDING_SITES)])
def regenerate_page(
    door: Running, page_id: PageId, wish: Annotated[RewritingWish, Body()], request: Named, start: Starting
) -> BuildAsked:
    """Have the AI write a page anew (20 credits). Blocks that people wrote stay, unless `replace`; a dry run says which
    stay and which go."""
    return rewrite(door, page_id, wish, request, start)


def rewrite(door: SiteDoor, page_id: int, wish: RewritingWish, request: Repeatable, start: Start) -> BuildAsked:
    """Open the build of one page, whatever it says now."""

    def of_page(session: Session, site: Site) -> SiteBlueprint:
        return find_blueprint(session, site.id, find_page(session, site.id, page_id).blueprint_id)

    wishes = {"pages": (page_id,), "replace": wish.replace}
    return open_once(door, request, start, of_page, wishes, dry_run=wish.dry_run, remark=wish.remark)


@router.get("/{page_id}/revisions/")
def list_page_revisions(door: Reading, page_id: PageId, paging: Paging) -> PageRevisionList:
    """A page as it was after each change, the newest first, with who changed it."""
    with door.begin() as (session, site):
        page = find_page(session, site.id, page_id)
        found = revisions.revisions_of(session, page, page=paging.page, page_size=paging.page_size)
        rows = [PageRevisionFacts.model_validate(row) for row in found.rows]
    return PageRevisionList(revisions=rows, pagination=paging.among(found.total))


@router.post("/{page_id}/restore/")
def restore_page(door: Writing, page_id: PageId, wish: Annotated[PageRestore, Body()], request: Named) -> PageWhole:
    """Let a page say again what it said in a revision: a new revision, so that this can be taken back, too."""

    def do(session: Session, site: Site) -> PageWhole:
        page = find_page(session, site.id, page_id, lock=True)
        revisions.restore(session, page, wish.revision, by=door.caller.name)
        return told(session, site, page_id)

    return do_once(door, request, PageWhole, do)


def told(session: Session, site: Site, page_id: int) -> PageWhole:
    """A page as it is now. Raises NotFound, also for another site's."""
    session.flush()
    return page_of(find_page(session, site.id, page_id), site.slug)
