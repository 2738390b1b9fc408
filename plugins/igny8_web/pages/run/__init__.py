"""One run: why did it stop, and was it worth it?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse

from igny8_web.doors import SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.run.view import view_of
from igny8_web.pages.site import NAME_LENGTH, reader
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}")
RunName = Annotated[str, Path(max_length=NAME_LENGTH)]
Reading = Annotated[SiteDoor, Depends(reader)]


@router.get("/runs/{run_id}", name="run")
def show_run(request: Request, door: Reading, run_id: RunName) -> HTMLResponse:
    """The run by its name or number."""
    with door.begin() as (session, site):
        view = view_of(session, site, run_id, door.caller.person)
        frame = frame_of_site(session, site, "Runs")
    return render(request, "run/page.html", title=f"Run #{view.run.run_number}, {view.name}", frame=frame, view=view)


@router.get("/runs/{run_id}/live", name="run_live")
def live(request: Request, door: Reading, run_id: RunName) -> HTMLResponse:
    """The run as it is now, while it goes on."""
    with door.begin() as (session, site):
        view = view_of(session, site, run_id, door.caller.person)
    return render(request, "run/body.html", view=view)
