"""Changing an article's text: an editor where scripts run, a plain field where they do not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import ChangedMeanwhile, Igny8Error
from igny8_lib.models import ContentStatus, Site
from igny8_lib.publishing import approval
from igny8_lib.publishing.places import hold
from igny8_lib.review.edit import edit
from igny8_lib.review.versions import find_article
from igny8_lib.text import names
from igny8_web.doors import SiteDoor
from igny8_web.guards import CONTENT_SECURITY_POLICY
from igny8_web.pages.article.decisions import require_done
from igny8_web.pages.article.notes import Did
from igny8_web.pages.article.showing import ContentId, ToldInPlace, go_on, next_after
from igny8_web.pages.content import Writing
from igny8_web.pages.editor.typed import Typed, typed_of
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/content/{content_id}")

APPROVE = "approve"
EDITOR_POLICY = f"{CONTENT_SECURITY_POLICY}; style-src-attr 'unsafe-inline'"
"""Jodit builds its toolbar from HTML with style attributes. Only attributes are let through, on this page only: neither
<style> elements nor scripts, and the article has no style attribute, for the policy of articles allows none."""


@router.get("/edit", name="editor")
def show_editor(request: Request, door: Writing, content_id: ContentId) -> HTMLResponse:
    """The article in its form."""
    return show(request, door, content_id)


@router.post("/edit", name="editor_save")
def save(request: Request, door: Writing, content_id: ContentId, typed: Annotated[Typed, Form()]) -> Response:
    """Save it as the next version, and approve it in the same transaction where that was asked for; what cannot be
    saved is told above the form, which keeps what was typed."""
    try:
        with door.begin() as (session, site):
            after = next_after(session, site, content_id)
            store(session, site, content_id, typed, by=door.caller.name)
    except ToldInPlace as problem:
        return show(request, door, content_id, typed, problem)
    if typed.then == APPROVE:
        return go_on(request, door.slug, after, Did.APPROVED, content_id)
    return go(request, f"sites/{door.slug}/content/{content_id}", did=Did.SAVED.value, of=content_id)


def store(session: Session, site: Site, content_id: int, typed: Typed, *, by: str) -> None:
    """Save what was changed, and approve. Raises what `edit` does, and Conflict where it cannot be decided about."""
    if typed.then == APPROVE:
        hold(session, site.id)  # the calendar before the article, as everywhere: nobody waits for each other
    content = find_article(session, site.id, content_id)
    if changes := typed.changes_of(content):
        content = edit(session, site.id, content_id, changes, version=typed.seen, by=by)
    if typed.then == APPROVE:
        seen = {content_id: content.version if changes else typed.seen}
        require_done(approval.approve(session, site.id, [content_id], by=by, seen=seen).decided, content_id)


def show(
    request: Request,
    door: SiteDoor,
    content_id: int,
    typed: Typed | None = None,
    problem: Igny8Error | None = None,
) -> HTMLResponse:
    """The form, with what was typed before and why it could not be saved."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        frame = frame_of_site(session, site, "Content")
    values = {"name": site.name, "slug": site.slug, "content": content, "typed": typed or typed_of(content)}
    values |= {"problem": problem, "stale": isinstance(problem, ChangedMeanwhile), "longest": names}
    values |= {"can_decide": content.status == ContentStatus.REVIEW}
    status = problem.http_status if problem else 200
    answer = render(request, "editor/page.html", status=status, title=f"Edit {content.title}", frame=frame, **values)
    answer.headers["Content-Security-Policy"] = EDITOR_POLICY
    return answer
