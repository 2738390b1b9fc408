"""What a site's runs tell: the overview, the history, one run in detail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from igny8_lib.insights.history import history
from igny8_lib.insights.overview import overview_stats
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.models import RunStatus
from igny8_web.api.automation import Reading
from igny8_web.api.insight_shapes import History, Overview, RunDetail
from igny8_web.api.shapes import PageNumber, PageSize

router = APIRouter(prefix="/automation", tags=["automation"])
RunName = Annotated[str, Query(min_length=1, max_length=100, description="The run's name, or its number.")]


@router.get("/overview_stats/")
def overview(door: Reading) -> Overview:
    """The site at a glance: what its runs did, what the next one would, what waits for people, what is usual."""
    with door.begin() as (session, site):
        return Overview.model_validate(overview_stats(session, site).as_json())


@router.get("/history/")
def list_runs(
    door: Reading,
    page: PageNumber = 1,
    page_size: PageSize = 20,
    status: Annotated[RunStatus | None, Query(description="Only runs that stand there.")] = None,
) -> History:
    """The site's runs, newest first."""
    with door.begin() as (session, site):
        return History.model_validate(history(session, site, page, page_size, status=status).as_json())


@router.get("/run_detail/")
def show_run(door: Reading, run_id: RunName) -> RunDetail:
    """One run: its stages against the averages, what it gave, and what is worth saying of it."""
    with door.begin() as (session, site):
        return RunDetail.model_validate(run_detail(session, site, run_id).as_json())
