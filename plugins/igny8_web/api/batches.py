"""Batches of articles that are analysed, linked or optimized: how far they are, ending them, going on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy.orm import Session

from igny8_lib.batches import cancelling, listing
from igny8_lib.batches.listing import View
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.progress import progress_of
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, ContentBatch, Site
from igny8_lib.sites.access import Action
from igny8_web.api.batches_shapes import BatchArticle, BatchArticleList, BatchFacts, BatchList, facts_of
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.repeats import Named, Repeatable, do_once

router = APIRouter(prefix="/batches", tags=["batches"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS))]
BatchId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The batch's number.")]


@router.get("/")
def list_batches(
    door: Reading, paging: Paging, kind: BatchKind | None = None, status: BatchStatus | None = None
) -> BatchList:
    """The site's batches with their progress, the newest first."""
    with door.begin() as (session, site):
        found = listing.list_batches(session, site.id, View(kind, status), page=paging.page, page_size=paging.page_size)
        rows = [facts_of(row, site.slug) for row in found.rows]
    return BatchList(batches=rows, pagination=paging.among(found.total))


@router.get("/{batch_id}/")
def show_batch(door: Reading, batch_id: BatchId) -> BatchFacts:
    """One batch, and how far it is."""
    with door.begin() as (session, site):
        return facts_of(listing.show_batch(session, site.id, batch_id), site.slug)


@router.get("/{batch_id}/articles/")
def list_batch_articles(
    door: Reading, batch_id: BatchId, paging: Paging, status: BatchItemStatus | None = None
) -> BatchArticleList:
    """The articles of a batch, and what became of each."""
    with door.begin() as (session, site):
        found = listing.list_items(session, site.id, batch_id, status, page=paging.page, page_size=paging.page_size)
    rows = [BatchArticle.model_validate(vars(row) | {"credits": row.credits.as_number()}) for row in found.rows]
    return BatchArticleList(articles=rows, pagination=paging.among(found.total))


@router.post("/{batch_id}/cancel/")
def cancel_batch(door: Running, batch_id: BatchId, request: Named) -> BatchFacts:
    """Let no further article be begun: the one under way is ended, and what was done stays. May be sent twice."""

    def do(session: Session, site: Site) -> BatchFacts:
        return told(session, site, cancelling.cancel(session, site.id, batch_id, by=door.caller.name))

    return do_once(door, request, BatchFacts, do)


@router.post("/{batch_id}/continue/", status_code=202)
def continue_batch(door: Running, batch_id: BatchId, request: Named) -> BatchFacts:
    """Go on with what is left of a batch that failed or was cancelled; articles that failed are tried again."""

    def do(session: Session, site: Site) -> BatchFacts:
        return told(session, site, cancelling.go_on(session, site, batch_id))

    return do_once(door, request, BatchFacts, do)


def told(session: Session, site: Site, batch: ContentBatch) -> BatchFacts:
    """A batch that was just made or changed."""
    session.flush()
    (progress,) = progress_of(session, [batch])
    return facts_of(progress, site.slug)


def open_once(door: SiteDoor, request: Repeatable, kind: BatchKind, choice: Choice) -> BatchFacts:
    """Open a batch, one per key; a worker begins it within a minute or two."""

    def do(session: Session, site: Site) -> BatchFacts:
        return told(session, site, open_batch(session, site, kind, choice, by=door.caller.name))

    return do_once(door, request, BatchFacts, do)
