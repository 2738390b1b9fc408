"""The websites of a site: how far each is, and which one visitors see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.site_builder.blueprints.listing import list_blueprints
from igny8_web.api.shapes import PageNumber
from igny8_web.pages.builder.doors import Reading
from igny8_web.pages.builder.states import WEBSITES
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.tables import ON_A_PAGE, Column, Listing, Table
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/website")
COLUMNS = (Column("Website"), Column("State"), Column("Pages", right=True), Column("Changed", right=True))


@router.get("", name="websites")
def list_all(
    request: Request,
    door: Reading,
    page: PageNumber = 1,
    gone: Annotated[str, Query(max_length=100, description="The name of a website that was just deleted.")] = "",
) -> HTMLResponse:
    """The newest first."""
    with door.begin() as (session, site):
        found = list_blueprints(session, site.id, page=page, page_size=ON_A_PAGE)
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
    chosen = {"page": str(page) if page > 1 else ""}
    values: dict[str, Any] = {
        "place": place,
        "table": Table(found.rows, page, found.total),
        "columns": COLUMNS,
        "states": WEBSITES,
    }
    values |= {"listing": Listing(f"{place.path}/website", chosen), "gone": gone}
    title = f"Website, {place.name}"
    return render(request, "builder/list.html", title=title, heading="Website", frame=place.frame, **values)
