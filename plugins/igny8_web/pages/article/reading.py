"""Reading: the next article that waits, one article, its preview, and what differs between two of its versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import Image, ImageStatus
from igny8_lib.review.diff import diff
from igny8_lib.review.export import images_of
from igny8_lib.review.queue import Sort, View, list_articles
from igny8_lib.review.versions import find_article, find_version, list_versions, texts_of
from igny8_lib.sites.access import Action, may
from igny8_lib.text.figures import figure, place
from igny8_web.pages.article.comparison import rows_of
from igny8_web.pages.article.details import version_of
from igny8_web.pages.article.notes import Did, note_of
from igny8_web.pages.article.showing import HIGHEST_ID, ContentId, Order, show
from igny8_web.pages.content import Reading
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.templating import Base, render

router = APIRouter()

ArticleInQuery = Annotated[int | None, Query(ge=1, le=HIGHEST_ID)]
Number = Annotated[int, Query(ge=1, le=2**31 - 1)]

NOTHING_RUNS = "; ".join(
    [
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-same-origin",
    ]
)
"""The policy of a preview. Of its own origin it is only so that its pictures come with the reader's cookie, and that
the page around it can measure it: without scripts that lends it nothing."""


@router.get("/review", name="review")
def review(
    request: Request, door: Reading, did: Did | None = None, of: ArticleInQuery = None, order: Order = Sort.OLDEST
) -> Response:
    """To the article that has waited longest, or to the first one of another order."""
    with door.begin() as (session, site):
        first = list_articles(session, site.id, View(sort=order), page_size=1).articles
        note = note_of(session, site, did, of)
        frame = frame_of_site(session, site, "Content")
    if first:
        told = {"did": did.value, "of": of} if did and of else {}
        told |= {} if order is Sort.OLDEST else {"sort": order.value}
        return go(request, f"sites/{site.slug}/content/{first[0]['id']}", **told)
    values = {"name": site.name, "slug": site.slug, "note": note}
    values |= {"may_write": may(door.caller.person, Action.WRITE_CONTENT)}
    return render(request, "article/none.html", title="Review", frame=frame, **values)


@router.get("/content/{content_id}", name="article")
def show_article(  # noqa: PLR0917 - each is a part of the address
    request: Request,
    door: Reading,
    content_id: ContentId,
    did: Did | None = None,
    of: ArticleInQuery = None,
    order: Order = Sort.OLDEST,
) -> HTMLResponse:
    """The page."""
    return show(request, door, content_id, did=did, of=of, order=order)


@router.get("/content/{content_id}/preview", name="article_preview")
def preview(request: Request, door: Reading, content_id: ContentId) -> HTMLResponse:
    """The article on neutral paper, as a document of its own in which nothing can run."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        drawn = [image for image in images_of(session, content) if image.status is ImageStatus.GENERATED]
    figures = {image.position: figure_of(request, site.slug, image) for image in drawn}
    values = {"content": content, "featured": figures.pop(0, "")}
    values |= {"html": place(texts_of(content)["html"], list(figures.values()))}
    answer = render(request, "article/preview.html", language=site.language.replace("_", "-"), **values)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    return answer


def figure_of(request: Request, slug: str, image: Image) -> str:
    """A picture of the article with its address in this application."""
    src = Base(request.scope.get("root_path", "")).page(f"api/v1/images/{image.id}/file/?site={slug}")
    return figure(src, image.alt_text, image.width, image.height)


@router.get("/content/{content_id}/compare", name="article_compare")
def compare(request: Request, door: Reading, content_id: ContentId, before: Number, after: Number) -> HTMLResponse:
    """Two versions side by side."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        old, new = (find_version(session, site.id, content_id, number) for number in (before, after))
        known = [version_of(facts) for facts in list_versions(session, site.id, content_id)]
        frame = frame_of_site(session, site, "Content")
    found = diff(old, new)
    values = {"name": site.name, "slug": site.slug, "zone": site.timezone, "content": content, "versions": known}
    values |= {"before": before, "after": after, "found": found, "rows": rows_of(found)}
    values |= {"may_write": may(door.caller.person, Action.WRITE_CONTENT)}
    return render(request, "article/compare.html", title=f"Versions of {content.title}", frame=frame, **values)
