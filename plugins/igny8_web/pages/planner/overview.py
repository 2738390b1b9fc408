"""The planner's first page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from igny8_web.pages.planner.cluster_list import ClusterQuery, state_of
from igny8_web.pages.planner.doors import Reading
from igny8_web.pages.planner.overview_view import TO_APPROVE, view_of
from igny8_web.pages.planner.place import place_of
from igny8_web.pages.templating import render

router = APIRouter()


@router.get("", name="planner")
def planner(request: Request, door: Reading, asked: Annotated[ClusterQuery, Query()]) -> HTMLResponse:
    """What waits, clusters with their keywords, ideas to decide on."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Overview")
        view = view_of(session, site, asked)
    return render(
        request,
        "planner/overview.html",
        title=f"Planner, {place.name}",
        frame=place.frame,
        place=place,
        view=view,
        state_of=state_of,
        clusters=asked.listing(place.path),
        listing=TO_APPROVE.listing(f"{place.path}/ideas"),
        found=view.ideas,
    )
