"""Optimizing articles by the AI: choosing them, what was tried with them, both texts side by side, taking back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import Field
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import BatchKind, ContentSource, Module, OptimizationStatus, SyncStatus
from igny8_lib.optimizer.taking_back import EditedSince, take_back
from igny8_lib.optimizer.tasks import Chosen
from igny8_lib.review.queue import Sort, View
from igny8_lib.review.score_bands import Band
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.batches.asking import BLANK_IS_NONE, Wanted, ask, open_it
from igny8_web.pages.going import go
from igny8_web.pages.improving import OPTIMIZING as PAGE
from igny8_web.pages.improving import place_of
from igny8_web.pages.optimizing import rows
from igny8_web.pages.optimizing.comparing import view_of
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render
from igny8_web.rates import OPTIMIZING

router = APIRouter(prefix="/sites/{slug}/optimizing")
HIGHEST_ID, HIGHEST_VERSION = 2**63 - 1, 2**31 - 1
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.OPTIMIZER))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.OPTIMIZER))]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.OPTIMIZER))]
Analysing = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.WRITER))]
TaskId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Version = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_VERSION)] | None, BLANK_IS_NONE, Form()]


@router.get("", name="optimizing")
def list_all(  # noqa: PLR0917 - each is a part of the address
    request: Request,
    door: Reading,
    source: Annotated[ContentSource | None, Query()] = None,
    sync: Annotated[SyncStatus | None, Query()] = None,
    score: Annotated[Band | None, Query()] = None,
    text: Annotated[str, Query(max_length=200)] = "",
    sort: Sort = Sort.LOWEST,
    page: PageNumber = 1,
) -> HTMLResponse:
    """A page of articles, the poorest first; filters, search, order and page are in the address."""
    view = View((), text, sort, band=score, source=source, sync=sync)
    with door.begin() as (session, site):
        table = rows.candidates_of(session, site, view, page)
        place = place_of(session, site, door.caller.person, PAGE, "Articles")
    filters = {"source": source, "sync": sync, "score": score}
    chosen = {name: value.value if value else "" for name, value in filters.items()}
    chosen |= {"text": text, "sort": "" if sort is Sort.LOWEST else sort.value}
    values = {"place": place, "table": table, "columns": rows.COLUMNS, "sort": sort.value, "view": view}
    values |= {"sources": rows.SOURCES, "syncs": rows.SYNCS, "scored": rows.SCORED}
    values |= {"listing": Listing(f"{place.path}/optimizing", chosen), "is_filtered": any(filters.values()) or text}
    title = f"Optimizing, {place.name}"
    return render(request, "optimizing/page.html", title=title, heading="Optimizing", frame=place.frame, **values)


@router.get("/batch", name="optimizing_ask")
def ask_for_batch(request: Request, door: Running, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """The chosen articles, and what optimizing them costs at most."""
    return ask(request, door, BatchKind.OPTIMIZE, wanted)


@router.post("/batch", name="optimizing_batch", dependencies=[Depends(OPTIMIZING)])
def open_optimize_batch(request: Request, door: Running, wanted: Annotated[Wanted, Form()]) -> Response:
    """Optimize them, one after the other."""
    return open_it(request, door, BatchKind.OPTIMIZE, wanted)


@router.get("/analyze", name="analyzing_ask")
def ask_for_analysis(request: Request, door: Analysing, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """The chosen articles, whose scores are to be made anew."""
    return ask(request, door, BatchKind.ANALYZE, wanted)


@router.post("/analyze", name="analyzing_batch", dependencies=[Depends(OPTIMIZING)])
def open_analyze_batch(request: Request, door: Analysing, wanted: Annotated[Wanted, Form()]) -> Response:
    """Make their scores anew, for nothing."""
    return open_it(request, door, BatchKind.ANALYZE, wanted)


@router.get("/tasks", name="optimizations")
def list_tasks(
    request: Request,
    door: Reading,
    status: Annotated[OptimizationStatus | None, Query()] = None,
    page: PageNumber = 1,
) -> HTMLResponse:
    """What was tried, the newest first; the part that changes where htmx asks."""
    with door.begin() as (session, site):
        table = rows.tasks_of(session, site, Chosen(statuses=(status,) if status else ()), page)
        place = place_of(session, site, door.caller.person, PAGE, "Optimizations")
    chosen = {"status": status.value if status else "", "page": str(page) if page > 1 else ""}
    values = {"place": place, "table": table, "columns": rows.TASK_COLUMNS, "statuses": rows.STATUSES}
    values |= {"listing": Listing(f"{place.path}/optimizing/tasks", chosen)}
    template = "optimizing/list.html" if "hx-request" in request.headers else "optimizing/tasks.html"
    heading = "Optimizations"
    return render(request, template, title=heading, heading=heading, frame=place.frame, **values)


@router.get("/tasks/{task_id}", name="optimization")
def show_task(request: Request, door: Reading, task_id: TaskId) -> HTMLResponse:
    """One optimization, both texts side by side."""
    return show(request, door, task_id)


@router.post("/tasks/{task_id}/take_back", name="optimization_take_back", dependencies=[Depends(OPTIMIZING)])
def take_it_back(request: Request, door: Writing, task_id: TaskId, version: Version = None) -> Response:
    """Let the article say again what it said before. Where its text was changed since, that is told, and asked again.

    Raises Conflict for an optimization that changed nothing, ChangedMeanwhile for an older version than the newest.
    """
    try:
        with door.begin() as (session, site):
            content = take_back(session, site.id, task_id, by=door.caller.name, version=version)
            said = f"Taken back: the article is at version {content.version}, and says what it said before."
    except EditedSince as problem:
        return show(request, door, task_id, problem=problem)
    if "hx-request" in request.headers:
        return say(show(request, door, task_id), said)
    return go(request, f"sites/{door.slug}/optimizing/tasks/{task_id}")


def show(request: Request, door: SiteDoor, task_id: int, *, problem: EditedSince | None = None) -> HTMLResponse:
    """The page of an optimization, or the part that htmx asks for."""
    with door.begin() as (session, site):
        view = view_of(session, site, task_id)
        place = place_of(session, site, door.caller.person, PAGE, "Optimizations")
    values = {"place": place, "view": view, "problem": problem}
    template = "optimizing/compared.html" if "hx-request" in request.headers else "optimizing/task.html"
    status = problem.http_status if problem else 200
    heading = f"Optimization of “{view.row.facts['title']}”"
    return render(request, template, status=status, title=heading, heading=heading, frame=place.frame, **values)
