"""Optimizing articles by the AI: asking for one or many, what was tried, taking it back.

Whoever asks for the AI opens a batch: its answer takes a minute, and no request waits so long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query
from sqlalchemy.orm import Session

from igny8_lib.batches.opening import Choice
from igny8_lib.models import BatchKind, Module, OptimizationSource, OptimizationStatus, Site
from igny8_lib.optimizer import taking_back, tasks
from igny8_lib.sites.access import Action
from igny8_web.api.batches import open_once
from igny8_web.api.batches_shapes import BatchFacts, BatchWish
from igny8_web.api.optimizer_shapes import (
    OptimizationFacts,
    OptimizationList,
    OptimizationWhole,
    Optimize,
    TakeBack,
    TakenBack,
)
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.api.writer_doors import Running as Analysing
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import OPTIMIZING
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/optimizer", tags=["optimizer"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.OPTIMIZER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.OPTIMIZER))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.OPTIMIZER))]
TaskId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The optimization's number.")]
RowId = Annotated[int | None, Query(ge=1, le=HIGHEST_ID)]
Statuses = Annotated[list[OptimizationStatus] | None, Query(description="All where absent.")]
Sources = Annotated[list[OptimizationSource] | None, Query(description="All where absent.")]


@dataclass(frozen=True)
class Wanted:
    """Which optimizations are listed."""

    content_id: RowId = None
    batch_id: RowId = None
    status: Statuses = None
    source: Sources = None

    def chosen(self) -> tasks.Chosen:
        """The same for the library."""
        return tasks.Chosen(self.content_id, self.batch_id, self.status or (), self.source or ())


@router.post("/optimize/", status_code=202, dependencies=[Depends(OPTIMIZING)])
def optimize(door: Running, wish: Annotated[Optimize, Body()], request: Named) -> BatchFacts:
    """Optimize one article: a batch of its own, told with its address; a worker begins it within a minute or two."""
    return open_once(door, request, BatchKind.OPTIMIZE, Choice([wish.content_id]))


@router.post("/batch_optimize/", status_code=202, dependencies=[Depends(OPTIMIZING)])
def batch_optimize(door: Running, wish: Annotated[BatchWish, Body()], request: Named) -> BatchFacts:
    """Optimize chosen articles, one after the other: 1 credit per 200 words of each whose result is taken."""
    return open_once(door, request, BatchKind.OPTIMIZE, wish.choice())


@router.post("/batch_analyze/", status_code=202, dependencies=[Depends(OPTIMIZING)])
def batch_analyze(door: Analysing, wish: Annotated[BatchWish, Body()], request: Named) -> BatchFacts:
    """Make the scores of chosen articles anew, for nothing."""
    return open_once(door, request, BatchKind.ANALYZE, wish.choice())


@router.get("/tasks/")
def list_optimizations(door: Reading, paging: Paging, wanted: Annotated[Wanted, Depends()]) -> OptimizationList:
    """What was tried, the newest first, with scores before and after."""
    with door.begin() as (session, site):
        found = tasks.list_tasks(session, site.id, wanted.chosen(), page=paging.page, page_size=paging.page_size)
    rows = [OptimizationFacts.model_validate(each) for each in found.tasks]
    return OptimizationList(tasks=rows, pagination=paging.among(found.total))


@router.get("/tasks/{task_id}/")
def show_optimization(door: Reading, task_id: TaskId) -> OptimizationWhole:
    """One of them, with both texts side by side, their scores, and what differs."""
    with door.begin() as (session, site):
        return OptimizationWhole.model_validate(tasks.compare(session, site.id, task_id))


@router.post("/tasks/{task_id}/take_back/", dependencies=[Depends(OPTIMIZING)])
def take_optimization_back(
    door: Writing, task_id: TaskId, wish: Annotated[TakeBack, Body()], request: Named
) -> TakenBack:
    """Let the article say again what it said before, at any time. Refused where its text was changed since, unless the
    newest version is named."""

    def do(session: Session, site: Site) -> TakenBack:
        content = taking_back.take_back(session, site.id, task_id, by=door.caller.name, version=wish.version)
        return TakenBack(content_id=content.id, title=content.title, version=content.version)

    return do_once(door, request, TakenBack, do)
