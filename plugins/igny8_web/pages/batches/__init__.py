"""Batches of articles that are analysed, linked or optimized: how far they are, what became of each article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.batches import cancelling
from igny8_lib.batches.listing import View, list_batches, list_items, show_batch
from igny8_lib.linker.undo import Left
from igny8_lib.models import BatchItemStatus, BatchKind, Module
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.batches.undoing import sentence, undo_batch
from igny8_web.pages.batches.view import COLUMNS, ITEM_COLUMNS, KINDS, BatchView, ItemRow
from igny8_web.pages.going import go
from igny8_web.pages.improving import page_of, place_of
from igny8_web.pages.site import say
from igny8_web.pages.tables import ON_A_PAGE, Choice, Listing, Table
from igny8_web.pages.templating import render
from igny8_web.rates import LINKING

router = APIRouter(prefix="/sites/{slug}/batches")
HIGHEST_ID = 2**63 - 1
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ))]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS))]
Undoing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.LINKER))]
BatchId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
KIND_CHOICES = (Choice("", "All"), *(Choice(kind.value, name) for kind, (name, _) in KINDS.items()))


@router.get("", name="batches")
def list_all(
    request: Request, door: Reading, kind: Annotated[BatchKind | None, Query()] = None, page: PageNumber = 1
) -> HTMLResponse:
    """The newest first; the part that changes where htmx asks."""
    with door.begin() as (session, site):
        found = list_batches(session, site.id, View(kind), page=page, page_size=ON_A_PAGE)
        place = place_of(session, site, door.caller.person, page_of(kind), "Batches")
    table = Table([BatchView(each) for each in found.rows], page, found.total)
    chosen = {"kind": kind.value if kind else "", "page": str(page) if page > 1 else ""}
    values = {"place": place, "table": table, "listing": Listing(f"{place.path}/batches", chosen)}
    values |= {"columns": COLUMNS, "kinds": KIND_CHOICES}
    template = "batches/list.html" if "hx-request" in request.headers else "batches/page.html"
    return render(request, template, title=f"Batches, {place.name}", heading="Batches", frame=place.frame, **values)


@router.get("/{batch_id}", name="batch")
def show_one(
    request: Request,
    door: Reading,
    batch_id: BatchId,
    status: Annotated[BatchItemStatus | None, Query()] = None,
    page: PageNumber = 1,
) -> HTMLResponse:
    """One batch with its articles, or the part of it that changes while one looks."""
    return show(request, door, batch_id, status, page)


@router.post("/{batch_id}/cancel", name="batch_cancel")
def cancel(request: Request, door: Running, batch_id: BatchId) -> Response:
    """Let no further article be begun. Raises Conflict where it has ended."""
    with door.begin() as (session, site):
        cancelling.cancel(session, site.id, batch_id, by=door.caller.name)
    return told(request, door, batch_id, "The batch is cancelled; what was done stays.")


@router.post("/{batch_id}/continue", name="batch_continue")
def go_on(request: Request, door: Running, batch_id: BatchId) -> Response:
    """Go on with what is left. Raises Conflict where nothing is."""
    with door.begin() as (session, site):
        cancelling.go_on(session, site, batch_id)
    return told(request, door, batch_id, "The batch goes on within a minute or two.")


@router.post("/{batch_id}/undo", name="batch_undo", dependencies=[Depends(LINKING)])
def take_out(request: Request, door: Undoing, batch_id: BatchId) -> Response:
    """Take its links out again; those that people changed are left, and told."""
    done = undo_batch(door, batch_id)
    return show(request, door, batch_id, said=sentence(done), left=done.left)


def told(request: Request, door: SiteDoor, batch_id: int, said: str) -> Response:
    """The batch as it is now, and what was done."""
    if "hx-request" in request.headers:
        return say(show(request, door, batch_id), said)
    return go(request, f"sites/{door.slug}/batches/{batch_id}")


def show(
    request: Request,
    door: SiteDoor,
    batch_id: int,
    status: BatchItemStatus | None = None,
    page: int = 1,
    *,
    said: str = "",
    left: Sequence[Left] = (),
) -> HTMLResponse:
    """The page of a batch, or the part that htmx asks for, with what was done before."""
    with door.begin() as (session, site):
        batch = BatchView(show_batch(session, site.id, batch_id))
        items = list_items(session, site.id, batch_id, status, page=page, page_size=ON_A_PAGE)
        place = place_of(session, site, door.caller.person, page_of(batch.facts.kind), "Batches")
    chosen = {"status": status.value if status else "", "page": str(page) if page > 1 else ""}
    values = {"place": place, "batch": batch, "columns": ITEM_COLUMNS, "said": said, "left": left}
    values |= {"table": Table([ItemRow(each) for each in items.rows], page, items.total)}
    values |= {"listing": Listing(f"{place.path}/batches/{batch_id}", chosen)}
    template = "batches/progress.html" if "hx-request" in request.headers else "batches/one.html"
    return render(request, template, title=batch.name, heading=batch.name, frame=place.frame, **values)
