"""What the address of the calendar says, and the calendar that it asks for: as a page, or as the part for htmx."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib import clock
from igny8_lib.models import Site
from igny8_lib.sites.access import Action
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.calendar.entries import Show
from igny8_web.pages.calendar.notes import Note
from igny8_web.pages.calendar.span import FIRST_DAY, LAST_DAY, Span, View
from igny8_web.pages.calendar.view import view_of
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.templating import render
from igny8_web.pages.website.missing import why_nothing_goes_live
from igny8_web.pages.words import local_day
from igny8_web.website_connections import WebsiteConnections

Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT))]


@dataclass(frozen=True)
class Asked:
    """What is to be shown; today's days where none is named. And where the site's connection to its website is."""

    connections: WebsiteConnections
    view: Annotated[View, Query()] = View.MONTH
    day: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)] = None
    show: Annotated[Show, Query()] = field(default=Show.ALL)

    def span(self, site: Site) -> Span:
        """The days, in the site's zone."""
        return Span(self.view, self.day or local_day(clock.now(), site.timezone))


AskedFor = Annotated[Asked, Depends()]


def show_calendar(
    request: Request, door: SiteDoor, asked: Asked, note: Note | None = None, *, status: int = 200
) -> HTMLResponse:
    """The page, or its calendar alone, with what was done."""
    with door.begin() as (session, site):
        view = view_of(session, site, door.caller.person, asked.span(site), asked.show)
        frame = frame_of_site(session, site, "Calendar")
    missing = why_nothing_goes_live(site, asked.connections)
    template = "calendar/body.html" if "hx-request" in request.headers else "calendar/page.html"
    title = f"Calendar, {view.name}"
    return render(request, template, status=status, title=title, frame=frame, view=view, note=note, missing=missing)
