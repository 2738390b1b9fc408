"""What people ask of an article's post, on the article's page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from igny8_web.pages.article.notes import Did
from igny8_web.pages.article.showing import ContentId
from igny8_web.pages.content import Writing
from igny8_web.pages.planner.lists import leave
from igny8_web.pages.publications.actions import Action, ask_one
from igny8_web.rates import PUBLISHING

router = APIRouter(prefix="/content/{content_id}")


@router.post("/publication/{action}", name="article_publication", dependencies=[Depends(PUBLISHING)])
def ask(request: Request, door: Writing, content_id: ContentId, action: Action) -> Response:
    """Ask it and show the article again. Raises Conflict where that is not possible now."""
    with door.begin() as (session, site):
        ask_one(session, site, action, content_id, door.caller.name)
    return leave(request, f"sites/{door.slug}/content/{content_id}?did={Did.WEBSITE.value}&of={content_id}")
