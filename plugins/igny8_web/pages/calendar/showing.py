"""The calendar itself, and one article of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from igny8_lib.errors import Igny8Error
from igny8_web.doors import SiteDoor
from igny8_web.pages.calendar.article import view_of_article
from igny8_web.pages.calendar.asked import Asked, AskedFor, Reading, show_calendar
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/calendar")
ContentId = Annotated[int, Path(ge=1, le=2**63 - 1)]
INTO_DIALOG = {"HX-Retarget": "#entry", "HX-Reswap": "innerHTML"}
"""Where an article is shown again that could not be moved: in the dialog that is open."""


@router.get("", name="calendar")
def calendar(request: Request, door: Reading, asked: AskedFor) -> HTMLResponse:
    """A week, a month, or a list of its days."""
    return show_calendar(request, door, asked)


@router.get("/articles/{content_id}", name="calendar_article")
def article(request: Request, door: Reading, content_id: ContentId, asked: AskedFor) -> HTMLResponse:
    """One article: where it stands, and the form that moves it."""
    return show_article(request, door, content_id, asked)


def show_article(
    request: Request,
    door: SiteDoor,
    content_id: int,
    asked: Asked,
    *,
    problem: Igny8Error | None = None,
    typed: str = "",
) -> HTMLResponse:
    """The article as a page, or as the inside of the dialog, with what could not be done."""
    with door.begin() as (session, site):
        view = view_of_article(session, site, content_id, door.caller.person)
        frame = frame_of_site(session, site, "Calendar")
    chosen = {"view": asked.view.value, "day": asked.day.isoformat() if asked.day else "", "show": asked.show.value}
    part = "hx-request" in request.headers
    template = "calendar/article.html" if part else "calendar/article_page.html"
    values = {"listing": Listing(f"sites/{view.slug}/calendar", chosen), "typed": typed or view.local}
    status = problem.http_status if problem else 200
    answer = render(
        request, template, status=status, title=view.title, frame=frame, view=view, problem=problem, part=part, **values
    )
    answer.headers.update(INTO_DIALOG if part and problem else {})
    return answer
