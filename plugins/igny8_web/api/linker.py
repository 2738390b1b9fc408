"""Links between a site's articles: what fits, putting in at once or in a batch, taking out, reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from sqlalchemy.orm import Session

from igny8_lib.linker import reports
from igny8_lib.linker.preview import preview
from igny8_lib.linker.process import link
from igny8_lib.linker.stored_model import stored_model
from igny8_lib.linker.undo import undo
from igny8_lib.models import BatchKind, Module, Site
from igny8_lib.sites.access import Action
from igny8_web.api.batches import open_once
from igny8_web.api.batches_shapes import BatchFacts, BatchWish
from igny8_web.api.linker_shapes import (
    BrokenList,
    CandidateList,
    LinkedFacts,
    LinkList,
    OrphanList,
    Process,
    Undo,
    UndoneFacts,
)
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import LINKING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/linker", tags=["linker"], dependencies=[Depends(LINKING)])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.LINKER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.LINKER))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.LINKER))]
ContentId = Annotated[int, Query(ge=1, le=HIGHEST_ID, description="The article's id.")]
WithUnknown = Annotated[bool, Query(description="Also links to addresses of the site that no article ever had.")]


@router.get("/candidates/")
def list_candidates(door: Reading, content_id: ContentId) -> CandidateList:
    """The links that could be put into an article, each with the sentence around it; nothing is asked of the AI."""
    with door.begin() as (session, site):
        found = preview(session, site.id, content_id, stored_model(session, site.id))
    told = vars(found) | {"candidates": found.rows()}
    return CandidateList.model_validate(told)


@router.post("/process/")
def process(door: Writing, wish: Annotated[Process, Body()], request: Named) -> LinkedFacts:
    """Put links into one article now: 8 credits where at least one was put in. Done again it changes nothing.

    Articles are compared by the embeddings that are stored already, else by their words.
    """

    def do(session: Session, site: Site) -> LinkedFacts:
        linked = link(
            session,
            site.id,
            wish.content_id,
            by=door.caller.name,
            only=wish.targets,
            version=wish.version,
            model=stored_model(session, site.id),
        )
        facts = vars(linked) | {"content_id": wish.content_id, "credits": linked.credits.as_number()}
        return LinkedFacts.model_validate(facts)

    return do_once(door, request, LinkedFacts, do)


@router.post("/batch_process/", status_code=202)
def batch_process(door: Running, wish: Annotated[BatchWish, Body()], request: Named) -> BatchFacts:
    """Link chosen articles, one after the other; a worker begins within a minute or two."""
    return open_once(door, request, BatchKind.LINK, wish.choice())


@router.post("/undo/")
def undo_links(door: Writing, wish: Annotated[Undo, Body()], request: Named) -> UndoneFacts:
    """Take the Linker's links out again, of up to 25 articles: those of a batch, of an article, or of one placing.
    Exactly they go, whatever was changed elsewhere in the texts; nothing is paid back."""

    def do(session: Session, site: Site) -> UndoneFacts:
        done = undo(session, site.id, by=door.caller.name, **wish.model_dump())
        return UndoneFacts.model_validate(vars(done) | {"next_after": done.after})

    return do_once(door, request, UndoneFacts, do)


@router.get("/reports/orphans/")
def list_orphans(door: Reading, paging: Paging) -> OrphanList:
    """Public articles to which no other public article links."""
    with door.begin() as (session, site):
        found = reports.orphans(session, site.id, paging.page, paging.page_size)
    return OrphanList.model_validate({"orphans": found.rows, "pagination": paging.among(found.total)})


@router.get("/reports/links_to/")
def list_links_to(door: Reading, content_id: ContentId, paging: Paging) -> LinkList:
    """The links to an article, whoever put them in."""
    with door.begin() as (session, site):
        found = reports.links_to(session, site.id, content_id, paging.page, paging.page_size)
    return LinkList.model_validate({"links": found.rows, "pagination": paging.among(found.total)})


@router.get("/reports/broken/")
def list_broken(door: Reading, paging: Paging, *, with_unknown: WithUnknown = False) -> BrokenList:
    """Links to articles that are no longer public, or have moved."""
    with door.begin() as (session, site):
        found = reports.broken(session, site.id, paging.page, paging.page_size, with_unknown=with_unknown)
    return BrokenList.model_validate({"links": found.rows, "pagination": paging.among(found.total)})
