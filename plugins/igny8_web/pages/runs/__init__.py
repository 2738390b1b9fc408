"""The history of a site's runs: which were unusual?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from igny8_lib.insights.history import history
from igny8_lib.models import RunStatus
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.runs.rows import FILTERS, rows_of
from igny8_web.pages.site import reader
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}")
ON_A_PAGE = 25


@router.get("/runs", name="runs")
def list_runs(
    request: Request,
    door: Annotated[SiteDoor, Depends(reader)],
    page: PageNumber = 1,
    status: RunStatus | None = None,
) -> HTMLResponse:
    """A page of the history; the filter and the page are in the address."""
    with door.begin() as (session, site):
        found = history(session, site, page, ON_A_PAGE, status=status)
        frame = frame_of_site(session, site, "Runs")
        values = {"name": site.name, "slug": site.slug, "zone": site.timezone}
    chosen = status.value if status else ""
    listing = Listing(f"sites/{values['slug']}/runs", {"status": chosen})
    values |= {"rows": rows_of(found), "page": found.pagination, "filters": FILTERS, "chosen": chosen}
    return render(request, "runs/page.html", title=f"Runs, {values['name']}", frame=frame, listing=listing, **values)
