"""A site's dashboard: what is it doing, how long still, may I interfere?"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.pipeline import control
from igny8_lib.sites.access import Action
from igny8_web.as_caller import airflow_of
from igny8_web.caller import SignedIn
from igny8_web.doors import SLUG_LENGTH, SiteDoor
from igny8_web.pages.frame import Frame, frame_of_site
from igny8_web.pages.site.accepted import follow, look_for
from igny8_web.pages.site.view import SiteView, view_of
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}")
Slug = Annotated[str, Path(max_length=SLUG_LENGTH)]
NAME_LENGTH = 250
"""Of a DAG run's or a run's name."""
DagRun = Annotated[str, Query(max_length=NAME_LENGTH)]
CONTROLS = {"pause": control.pause, "resume": control.resume, "cancel": control.cancel}


def reader(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever sees the site."""
    return SiteDoor(caller, slug, Action.READ)


def runner(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever may start and end its runs."""
    return SiteDoor(caller, slug, Action.START_RUNS)


@router.get("", name="site")
def dashboard(request: Request, door: Annotated[SiteDoor, Depends(reader)], accepted: DagRun = "") -> HTMLResponse:
    """The whole page. Where no run is active Airflow is asked whether it has accepted one."""
    with door.begin() as (session, site):
        view = view_of(session, site, door.caller.person)
        frame = frame_of_site(session, site, "Dashboard")
    waiting = follow(door, view.run, accepted) if accepted else look_for(door, view.run)
    return show(request, replace(view, accepted=waiting), "site/page.html", frame)


@router.get("/live", name="site_live")
def live(request: Request, door: Annotated[SiteDoor, Depends(reader)], accepted: DagRun = "") -> HTMLResponse:
    """What changes while one looks."""
    return show_live(request, door, accepted)


@router.post("/run/{action}", name="site_control")
def act(
    request: Request,
    door: Annotated[SiteDoor, Depends(runner)],
    action: Literal["pause", "resume", "cancel"],
    run_id: DagRun = "",
) -> HTMLResponse:
    """Pause, resume or cancel the run that the page showed; without a run, withdraw a start that has not begun."""
    door.check()
    done = CONTROLS[action](
        door.caller.sessions, airflow_of(door.caller), door.slug, actor=door.caller.name, run_id=run_id
    )
    return say(show_live(request, door), done.sentence)


def show_live(request: Request, door: SiteDoor, accepted: str = "") -> HTMLResponse:
    """The live part as the site is now; Airflow is asked only about a start that the page waits for."""
    with door.begin() as (session, site):
        view = view_of(session, site, door.caller.person)
    waiting = follow(door, view.run, accepted) if accepted else None
    return show(request, replace(view, accepted=waiting), "site/live.html", Frame())


def show(request: Request, view: SiteView, template: str, frame: Frame) -> HTMLResponse:
    """The page, or its live part."""
    return render(request, template, title=f"Dashboard, {view.name}", frame=frame, view=view)


def say(answer: HTMLResponse, sentence: str) -> HTMLResponse:
    """The answer with what was done, for the page to tell."""
    answer.headers["X-Said"] = quote(sentence)
    return answer
