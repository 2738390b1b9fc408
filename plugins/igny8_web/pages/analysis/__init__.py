"""Why an article has its score: each check with its sentence, and the places in the text that it speaks of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.analysis.results import Part
from igny8_lib.models import ImageStatus
from igny8_lib.review.export import images_of
from igny8_lib.review.scores import score
from igny8_lib.review.versions import find_article, texts_of
from igny8_lib.sites.access import Action, may
from igny8_lib.text.figures import place
from igny8_lib.text.marking import mark
from igny8_web.pages.article.reading import NOTHING_RUNS, figure_of
from igny8_web.pages.article.showing import ContentId
from igny8_web.pages.content import Reading, Writing
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.scoring import PART_NAMES, score_of
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/content/{content_id}/analysis")
CheckName = Annotated[str, Query(alias="check", max_length=60)]


@router.get("", name="analysis")
def show_analysis(request: Request, door: Reading, content_id: ContentId, check: CheckName = "") -> HTMLResponse:
    """All checks beside the text; the places of the chosen one are marked in it."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        found = score_of(session, content, texts_of(content)["html"])
        frame = frame_of_site(session, site, "Content")
        values = {"name": site.name, "slug": site.slug, "content": content, "found": found}
    chosen = found.finding(check) or next((each for each in found.mend if each.check.places), None)
    values |= {"chosen": chosen, "parts": [(PART_NAMES[part], found.of_part(part)) for part in Part]}
    may_write = may(door.caller.person, Action.WRITE_CONTENT)
    title = f"Analysis of {content.title}"
    return render(request, "analysis/page.html", title=title, frame=frame, may_write=may_write, **values)


@router.post("", name="analysis_keep")
def keep(request: Request, door: Writing, content_id: ContentId) -> Response:
    """Let the article keep the scores of now, so that lists show them."""
    with door.begin() as (session, site):
        score(session, site.id, [find_article(session, site.id, content_id, lock=True)])
    return go(request, f"sites/{door.slug}/content/{content_id}/analysis")


@router.get("/text", name="analysis_text")
def show_text(request: Request, door: Reading, content_id: ContentId, check: CheckName = "") -> HTMLResponse:
    """The text on neutral paper, the places of a check marked, as a document of its own in which nothing can run."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        html = texts_of(content)["html"]
        finding = score_of(session, content, html).finding(check)
        drawn = [image for image in images_of(session, content) if image.status is ImageStatus.GENERATED]
    figures = {image.position: figure_of(request, site.slug, image) for image in drawn}
    values = {"content": content, "featured": figures.pop(0, "")}
    places = [(each.start, each.end) for each in finding.check.places] if finding else []
    values |= {"html": place(mark(html, places), list(figures.values()))}
    answer = render(request, "article/preview.html", language=site.language.replace("_", "-"), **values)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    return answer
