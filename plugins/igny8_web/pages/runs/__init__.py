"""The history of a site's runs: which were unusual?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from igny8_lib.models import RunStatus
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.runs.view import view_of
from igny8_web.pages.site import reader
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}")


@router.get("/runs", name="runs")
def list_runs(
    request: Request,
    door: Annotated[SiteDoor, Depends(reader)],
    page: PageNumber = 1,
    status: RunStatus | Literal[""] = "",
) -> HTMLResponse:
    """A page of the history; the filter and the page are in the address."""
    with door.begin() as (session, site):
        view = view_of(session, site, status or None, page)
        frame = frame_of_site(session, site, "Runs")
    return render(request, "runs/page.html", title=f"Runs, {view.name}", frame=frame, view=view)
