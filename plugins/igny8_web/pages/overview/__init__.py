"""The overview: which of my sites needs me?"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.insights.site_list import Chosen, Order
from igny8_lib.models import Module
from igny8_lib.pipeline import control
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber
from igny8_web.as_caller import airflow_of
from igny8_web.caller import SignedIn
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.overview.view import Wish, view_of
from igny8_web.pages.templating import render

router = APIRouter()
LONGEST_TEXT = 100


def wish(
    show: Chosen = Chosen.ALL,
    sort: Order = Order.LATEST,
    q: Annotated[str, Query(max_length=LONGEST_TEXT)] = "",
    page: PageNumber = 1,
) -> Wish:
    """What the address asks to see."""
    return Wish(show, sort, q.strip(), page)


Wished = Annotated[Wish, Depends(wish)]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.AUTOMATION))]


@router.get("/", name="overview")
def overview(request: Request, caller: SignedIn, wished: Wished) -> HTMLResponse:
    """All sites of the caller, those that need somebody first."""
    return show_sites(request, caller, wished, "overview/page.html")


@router.post("/resume/{slug}", name="overview_resume")
def resume(request: Request, door: Running, wished: Wished) -> HTMLResponse:
    """Let a site's paused run go on; the list as it is then."""
    door.check()
    caller = door.caller
    done = control.resume(caller.sessions, airflow_of(caller), door.slug, actor=caller.name)
    answer = show_sites(request, caller, wished, "overview/body.html")
    answer.headers["X-Said"] = quote(done.sentence)
    return answer


def show_sites(request: Request, caller: SignedIn, wished: Wish, template: str) -> HTMLResponse:
    """The page, or the part of it that changes."""
    with caller.sessions() as session:
        view = view_of(session, caller.person, wished)
    return render(request, template, title="Sites", frame=view.frame, view=view)
