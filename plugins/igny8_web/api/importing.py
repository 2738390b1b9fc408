"""Content that comes from WordPress: asking for it, how it stands, and who wins where both sides changed it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.publishing.importing import conflicts, state
from igny8_lib.publishing.importing.listing import SyncState, count_imported, list_imported
from igny8_lib.sites.access import Action
from igny8_web.api.importing_shapes import (
    ConflictFacts,
    ConflictList,
    ConflictSides,
    ImportedFacts,
    ImportedList,
    Resolve,
    Resolved,
    SyncStanding,
    Winner,
    standing,
)
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.api.writer_shapes import Diff
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import SYNCING
from igny8_web.repeats import Named, do_once
from igny8_web.website_connections import require_wordpress

router = APIRouter(prefix="/publishing", tags=["publishing"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT))]
ContentId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The article's id.")]
Before = Annotated[int | None, Query(ge=1, le=HIGHEST_ID, description="Older ones than this, by its id.")]
MOST = 100
"""Conflicts of one answer."""
DECISIONS = {Winner.OURS: conflicts.keep_ours, Winner.THEIRS: conflicts.take_theirs}


@router.get("/sync/")
def show_sync(door: Reading) -> SyncStanding:
    """How far the import of the site's WordPress is, and what its last pass found."""
    with door.begin() as (session, site):
        return standing(state.describe(session, site.id))


@router.post("/import/", status_code=202, dependencies=[Depends(SYNCING)])
def import_content(door: Writing, request: Named) -> SyncStanding:
    """Have everything in the site's WordPress read; it begins within five minutes and goes on by itself."""
    return do_once(door, request, SyncStanding, lambda session, site: ask(session, site, full=True))


@router.post("/sync/", status_code=202, dependencies=[Depends(SYNCING)])
def sync(door: Writing, request: Named) -> SyncStanding:
    """Have what changed in the site's WordPress read now, instead of within the hour."""
    return do_once(door, request, SyncStanding, lambda session, site: ask(session, site, full=False))


def ask(session: Session, site: Site, *, full: bool) -> SyncStanding:
    """Note the wish. Raises Conflict for a site that is not on WordPress."""
    require_wordpress(site)
    state.ask(session, site.id, full=full)
    session.flush()
    return standing(state.describe(session, site.id))


@router.get("/imported/")
def list_content(
    door: Reading, paging: Paging, sync_state: Annotated[SyncState | None, Query(alias="state")] = None
) -> ImportedList:
    """What the site's WordPress has, too: imported content, and posts of ours."""
    with door.begin() as (session, site):
        found = list_imported(session, site.id, sync_state, page=paging.page, page_size=paging.page_size)
        counts = count_imported(session, site.id)
    rows = [ImportedFacts.model_validate(row) for row in found.rows]
    return ImportedList(content=rows, counts=counts, pagination=paging.among(found.total))


@router.get("/conflicts/")
def list_conflicts(door: Reading, before: Before = None) -> ConflictList:
    """Articles that were changed in WordPress, and here, too: people decide, nothing is overwritten."""
    with door.begin() as (session, site):
        found = conflicts.list_conflicts(session, site.id, before=before, limit=MOST)
    rows = [ConflictFacts.model_validate(each) for each in found]
    return ConflictList(conflicts=rows, next_before=rows[-1].id if len(rows) == MOST else None)


@router.get("/conflicts/{content_id}/")
def show_conflict(door: Reading, content_id: ContentId) -> ConflictSides:
    """Both sides of one: what differs between what the article says and what WordPress says."""
    with door.begin() as (session, site):
        sides = conflicts.show_conflict(session, site.id, content_id)
        return ConflictSides(
            content_id=content_id,
            version=sides.ours.version,
            seen_at=sides.conflict.seen_at,
            difference=Diff.model_validate(sides.difference),
        )


@router.post("/conflicts/{content_id}/")
def resolve(door: Writing, content_id: ContentId, wish: Annotated[Resolve, Body()], request: Named) -> Resolved:
    """Decide which text wins; the other one is kept as a version of the article."""

    def decide(session: Session, site: Site) -> Resolved:
        content = DECISIONS[wish.resolution](session, site.id, content_id, version=wish.version, by=door.caller.name)
        return Resolved(content_id=content.id, title=content.title, version=content.version)

    return do_once(door, request, Resolved, decide)
