"""The overview: which of my sites needs me?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from igny8_web.caller import SignedIn
from igny8_web.pages.frame import Frame
from igny8_web.pages.overview.sites import rows_of_sites
from igny8_web.pages.templating import render

router = APIRouter()


@router.get("/", name="overview")
def overview(request: Request, caller: SignedIn) -> HTMLResponse:
    """All sites of the caller, those that need somebody first."""
    with caller.sessions() as session:
        rows = rows_of_sites(session)
    return render(request, "overview/page.html", title="Sites", frame=Frame(), rows=rows)
