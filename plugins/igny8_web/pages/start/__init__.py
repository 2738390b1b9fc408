"""Starting a run: what it would take, make and cost with these stages and limits, before it does."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from starlette.responses import HTMLResponse

from igny8_lib.models import Trigger
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.run_now import run_now
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.doors import SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.site import runner
from igny8_web.pages.start.form import StartForm
from igny8_web.pages.start.view import start_view
from igny8_web.pages.templating import Base, render
from igny8_web.rates import STARTING_RUNS

router = APIRouter(prefix="/sites/{slug}")
Running = Annotated[SiteDoor, Depends(runner)]


@router.get("/start", name="start")
def form(request: Request, door: Running) -> HTMLResponse:
    """The form with the site's own limits, and what a run would do by them."""
    with door.begin() as (session, site):
        view = start_view(session, site, RunOptions())
        frame = frame_of_site(session, site, "Dashboard")
    return render(request, "start/page.html", title=f"Run {view.name}", frame=frame, view=view)


@router.get("/start/estimate", name="start_estimate")
def estimate(request: Request, door: Running, filled: Annotated[StartForm, Query()]) -> HTMLResponse:
    """What a run would do as the form is filled in now."""
    with door.begin() as (session, site):
        view = start_view(session, site, RunOptions.parse(filled.conf()))
    return render(request, "start/estimate.html", view=view)


@router.post("/start", name="start_run", dependencies=[Depends(STARTING_RUNS)])
def start(request: Request, door: Running, filled: Annotated[StartForm, Form()]) -> Response:
    """Start the run and lead to the dashboard, which follows it."""
    door.check()
    launched = run_now(
        door.caller.sessions,
        airflow_of(door.caller),
        door.slug,
        filled.conf(),
        trigger=Trigger.MANUAL,
        patience=DAG_APPEARS_WITHIN,
        token=f"{door.caller.name}/form/{filled.ticket}" if filled.ticket else "",
    )
    base = Base(request.scope.get("root_path", ""))
    there = base.page(f"sites/{door.slug}?accepted={quote(launched.dag_run_id, safe='')}")
    return Response(status_code=204, headers={"HX-Redirect": there})
