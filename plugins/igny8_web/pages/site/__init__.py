"""A site's dashboard: what is it doing, how long still, may I interfere?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.models import Trigger
from igny8_lib.pipeline import control
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.sites.access import Action
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.caller import SignedIn
from igny8_web.doors import SLUG_LENGTH, SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.site.view import view_of
from igny8_web.pages.templating import render
from igny8_web.rates import STARTING_RUNS

router = APIRouter(prefix="/sites/{slug}")
Slug = Annotated[str, Path(max_length=SLUG_LENGTH)]

RunName = Annotated[str, Query(max_length=100)]


class Control(StrEnum):
    """What may be done with a run that goes on."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


CONTROLS = {Control.PAUSE: control.pause, Control.RESUME: control.resume, Control.CANCEL: control.cancel}


def reader(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever sees the site."""
    return SiteDoor(caller, slug, Action.READ)


def runner(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever may start and end its runs."""
    return SiteDoor(caller, slug, Action.START_RUNS)


@router.get("", name="site")
def dashboard(request: Request, door: Annotated[SiteDoor, Depends(reader)]) -> HTMLResponse:
    """The whole page."""
    return show(request, door, "site/page.html")


@router.get("/live", name="site_live")
def live(request: Request, door: Annotated[SiteDoor, Depends(reader)]) -> HTMLResponse:
    """What changes while one looks."""
    return show(request, door, "site/live.html")


@router.post("/run", name="site_run", dependencies=[Depends(STARTING_RUNS)])
def start(request: Request, door: Annotated[SiteDoor, Depends(runner)]) -> HTMLResponse:
    """Start a run with the site's settings."""
    door.check()
    run_now(
        door.caller.sessions,
        airflow_of(door.caller),
        door.slug,
        {},
        trigger=Trigger.MANUAL,
        patience=DAG_APPEARS_WITHIN,
    )
    return say(show(request, door, "site/live.html"), "The run starts within seconds.")


@router.post("/run/{action}", name="site_control")
def act(
    request: Request, door: Annotated[SiteDoor, Depends(runner)], action: Control, run_id: RunName = ""
) -> HTMLResponse:
    """Pause, resume or cancel the run that the page showed."""
    door.check()
    done = CONTROLS[action](
        door.caller.sessions, airflow_of(door.caller), door.slug, actor=door.caller.name, run_id=run_id
    )
    return say(show(request, door, "site/live.html"), done.sentence)


def show(request: Request, door: SiteDoor, template: str) -> HTMLResponse:
    """The page, or its live part, as the site is now."""
    with door.begin() as (session, site):
        view = view_of(session, site, door.caller.person)
        frame = frame_of_site(session, site, "Dashboard")
    return render(request, template, title=f"Dashboard, {view.name}", frame=frame, view=view)


def say(answer: HTMLResponse, sentence: str) -> HTMLResponse:
    """The answer with what was done, for the page to tell."""
    answer.headers["X-Said"] = quote(sentence)
    return answer
