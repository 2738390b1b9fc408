"""Changing all dates at once: by days, or anew over the settings of now, which is shown before it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.publishing.rescheduling import Change, shift_all, spread_anew
from igny8_web.pages.calendar.asked import AskedFor, Writing, show_calendar
from igny8_web.pages.calendar.notes import Note, note_of_shift
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.templating import render
from igny8_web.pages.words import plural
from igny8_web.rates import RESCHEDULING

router = APIRouter(prefix="/sites/{slug}/calendar")
MOST_SHOWN = 300
DIGEST = 64


@router.post("/shift", name="calendar_shift", dependencies=[Depends(RESCHEDULING)])
def shift(request: Request, door: Writing, asked: AskedFor, days: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Move all scheduled articles by so many days, all of them or none."""
    with door.begin() as (session, site):
        number = whole(days)
        changes = shift_all(session, site, number)
    return show_calendar(request, door, asked, note_of_shift(len(changes), number))


def whole(text: str) -> int:
    """The number of days. Raises InvalidInput."""
    digits = text.strip().removeprefix("+").replace("−", "-")
    if not digits.removeprefix("-").isdecimal() or not digits.isascii():
        raise InvalidInput("Give a whole number of days, for example 2, or -2 for two days earlier.")
    return int(digits)


@router.get("/spread", name="calendar_spread")
def show_spread(request: Request, door: Writing) -> HTMLResponse:
    """Which dates all scheduled articles would get now, beside those that they have."""
    with door.begin() as (session, site):
        changes = spread_anew(session, site, dry_run=True)
        frame = frame_of_site(session, site, "Calendar")
        values = {"slug": site.slug, "name": site.name, "zone": site.timezone}
    differing = [change for change in changes if change.after != change.before]
    values |= {"total": len(changes), "differing": len(differing), "shown": differing[:MOST_SHOWN]}
    title = f"Spread anew, {values['name']}"
    return render(request, "calendar/spread.html", title=title, frame=frame, seen=digest_of(changes), **values)


@router.post("/spread", name="calendar_spread_do", dependencies=[Depends(RESCHEDULING)])
def spread(
    request: Request, door: Writing, asked: AskedFor, seen: Annotated[str, Form(max_length=DIGEST)] = ""
) -> Response:
    """Do what was shown; where it would be something else meanwhile nothing is done."""
    with door.begin() as (session, site):
        changes = spread_anew(session, site, dry_run=False)
        if digest_of(changes) != seen:
            raise Conflict(
                "Nothing was changed: the calendar, its settings or the time went on since the dates were shown. "
                "Look at what would change now, then say so again."
            )
    count = sum(change.after != change.before for change in changes)
    return show_calendar(request, door, asked, Note(f"{plural(count, 'article')} got another date."))


def digest_of(changes: Sequence[Change]) -> str:
    """What was shown, as a short text: the same changes have the same."""
    told = [f"{change.content_id} {change.before} {change.after}" for change in changes]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
