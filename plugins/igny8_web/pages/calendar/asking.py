"""Asking something of an article's post from the calendar: now, again, no longer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from igny8_lib.errors import Conflict
from igny8_lib.review.versions import find_article
from igny8_web.pages.calendar.asked import AskedFor, Writing, show_calendar
from igny8_web.pages.calendar.notes import Note
from igny8_web.pages.calendar.showing import ContentId, show_article
from igny8_web.pages.publications.actions import SAID, Action, ask_one
from igny8_web.rates import PUBLISHING

router = APIRouter(prefix="/sites/{slug}/calendar")


@router.post("/articles/{content_id}/{action}", name="calendar_ask", dependencies=[Depends(PUBLISHING)])
def ask(  # noqa: PLR0917 - each is a part of the address or of the form
    request: Request,
    door: Writing,
    asked: AskedFor,
    content_id: ContentId,
    action: Action,
    dialog: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Ask it and show the calendar again; what is not possible now is told where it was asked."""
    try:
        with door.begin() as (session, site):
            ask_one(session, site, action, content_id, door.caller.name)
            title = find_article(session, site.id, content_id).title
    except Conflict as problem:
        if not dialog:
            raise
        return show_article(request, door, content_id, asked, problem=problem)
    return show_calendar(request, door, asked, Note(f"“{title}” is {SAID[action]}."))
