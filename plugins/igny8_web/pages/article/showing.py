"""The article's page, also as the answer to what could not be done, and the way on from what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from igny8_lib.errors import Conflict, Igny8Error, InsufficientCredits, InvalidInput
from igny8_lib.models import Site
from igny8_lib.review.queue import Sort, View, find_place
from igny8_web.doors import SiteDoor
from igny8_web.pages.article.notes import Did, note_of
from igny8_web.pages.article.view import view_of
from igny8_web.pages.content.states import REASONS
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.templating import render

HIGHEST_ID = 2**63 - 1
ContentId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Order = Annotated[Sort, Query(alias="sort", description="In which order the queue is gone through.")]
ToldInPlace = (InvalidInput, Conflict, InsufficientCredits)
"""What a person can put right on the page where he is."""


def show(
    request: Request,
    door: SiteDoor,
    content_id: int,
    *,
    did: Did | None = None,
    of: int | None = None,
    problem: Igny8Error | None = None,
    order: Sort = Sort.OLDEST,
) -> HTMLResponse:
    """The page of one article, with what was done before or what could not be done."""
    with door.begin() as (session, site):
        note = note_of(session, site, did, of)
        view = view_of(session, site, content_id, door.caller.person, note=note, problem=problem, order=order)
        frame = frame_of_site(session, site, "Content")
    status = problem.http_status if problem else 200
    values = {"view": view, "reasons": REASONS, "wish": None}
    return render(request, "article/page.html", status=status, title=view.content.title, frame=frame, **values)


def try_it(
    request: Request, door: SiteDoor, content_id: int, did: Did, act: Callable[[], object], *, at: str = ""
) -> Response:
    """Do it and show the article again; what a person can put right is told in place, with nothing done."""
    try:
        act()
    except ToldInPlace as problem:
        return show(request, door, content_id, problem=problem)
    answer = go(request, f"sites/{door.slug}/content/{content_id}", did=did.value, of=content_id)
    answer.headers["location"] += at
    return answer


def go_on(  # noqa: PLR0917 - where it goes on, and what is said there
    request: Request, slug: str, after: int | None, did: Did, content_id: int, order: Sort = Sort.OLDEST
) -> RedirectResponse:
    """To the next article that waits, or to what says that none does."""
    path = f"sites/{slug}/content/{after}" if after else f"sites/{slug}/review"
    ordered = {} if order is Sort.OLDEST else {"sort": order.value}
    return go(request, path, did=did.value, of=content_id, **ordered)


def next_after(session: Session, site: Site, content_id: int, order: Sort = Sort.OLDEST) -> int | None:
    """The article of the queue that comes after this one, at its end the one before; asked before a decision."""
    place = find_place(session, site.id, content_id, View(sort=order))
    return (place.next or place.previous) if place else None
