"""Moving one article, by dragging or by a form, and taking it out of the calendar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.publishing.placing import put_at, take_away
from igny8_lib.publishing.wall_clocks import Read, read_wall_clock
from igny8_web.pages.calendar.asked import AskedFor, Writing, show_calendar
from igny8_web.pages.calendar.notes import note_of_place
from igny8_web.pages.calendar.showing import show_article

router = APIRouter(prefix="/sites/{slug}/calendar")
FormId = Annotated[int, Form(ge=1, le=2**63 - 1)]
FormTime = Annotated[str, Form(max_length=60)]


@router.post("/move", name="calendar_move")
def move(  # noqa: PLR0917 - each is a field of the form
    request: Request,
    door: Writing,
    asked: AskedFor,
    content_id: FormId,
    slot: FormTime = "",
    at: FormTime = "",
    was: FormTime = "",
    dialog: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Give an article a free slot, or another time of the site's zone; what cannot be is told where it was tried."""
    try:
        with door.begin() as (session, site):
            wanted = chosen_time(slot, "" if at == was else at, site.timezone)
            placed = put_at(session, site, content_id, wanted.at)
            note = note_of_place(placed, site.timezone, wanted.remark)
    except (InvalidInput, Conflict) as problem:
        if not dialog:
            raise
        return show_article(request, door, content_id, asked, problem=problem, typed=at)
    return show_calendar(request, door, asked, note)


def chosen_time(slot: str, at: str, zone: str) -> Read:
    """The time that was typed, else the slot that was chosen. Raises InvalidInput where neither was."""
    given = at.strip() or slot.strip()
    if not given:
        raise InvalidInput("Choose a free slot, or give a day and a time of your own.")
    return read_wall_clock(given, zone)


@router.post("/unschedule", name="calendar_unschedule")
def unschedule(request: Request, door: Writing, asked: AskedFor, content_id: FormId) -> Response:
    """Take an article out of the calendar: it gets no date by itself again."""
    with door.begin() as (session, site):
        note = note_of_place(take_away(session, site, content_id), site.timezone)
    return show_calendar(request, door, asked, note)
