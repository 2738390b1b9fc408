"""All articles of a site: which wait, which are out, and decisions about several at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ContentStatus, Module
from igny8_lib.review.queue import Named, Sort, View, name_articles
from igny8_lib.review.score_bands import Band
from igny8_lib.sites.access import Action, may
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.content.rows import COLUMNS, ORIGINS, SCORES, Origin, table_of
from igny8_web.pages.content.several import WORDS, Choosing, Deciding, decide, picked
from igny8_web.pages.content.states import ARTICLE_STATES, REASONS
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}")
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.WRITER))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.WRITER))]


@router.get("/content", name="content")
def list_content(  # noqa: PLR0917 - each is a part of the address
    request: Request,
    door: Reading,
    status: Annotated[ContentStatus | None, Query()] = None,
    text: Annotated[str, Query(max_length=200)] = "",
    origin: Origin = Origin.HERE,
    score: Annotated[Band | None, Query()] = None,
    sort: Sort = Sort.NEWEST,
    page: PageNumber = 1,
) -> HTMLResponse:
    """A page of the table; filters, search, order and page are in the address."""
    view = View((status,) if status else (), text, sort, imported=origin.imported, band=score)
    with door.begin() as (session, site):
        table = table_of(session, site, view, page)
        frame = frame_of_site(session, site, "Content")
        values = {"name": site.name, "slug": site.slug, "zone": site.timezone}
    chosen = {"status": status.value if status else "", "text": text, "sort": "" if sort is Sort.NEWEST else sort.value}
    chosen |= {"origin": "" if origin is Origin.HERE else origin.value, "score": score.value if score else ""}
    values |= {"table": table, "columns": COLUMNS, "sort": sort.value, "words": WORDS, "origins": ORIGINS}
    values["scored"] = SCORES
    values |= {"listing": Listing(f"sites/{site.slug}/content", chosen)}
    may_write = may(door.caller.person, Action.WRITE_CONTENT)
    return render(
        request,
        "content/page.html",
        title=f"Content, {site.name}",
        frame=frame,
        view=view,
        may_write=may_write,
        waiting=ARTICLE_STATES[ContentStatus.REVIEW].word,
        **values,
    )


@router.get("/content/decide", name="content_ask")
def ask(request: Request, door: Writing, wish: Annotated[Choosing, Query()]) -> HTMLResponse:
    """Name the titles of the chosen articles, and ask."""
    return ask_again(request, door, Deciding(what=wish.what, pick=wish.pick))


@router.post("/content/decide", name="content_decide")
def decide_several(request: Request, door: Writing, wish: Annotated[Deciding, Form()]) -> HTMLResponse:
    """Do it, and tell what came of it."""
    door.check()
    picked(wish.pick)
    try:
        with door.begin() as (session, site):
            outcome = decide(session, site, wish, by=door.caller.name)
            frame = frame_of_site(session, site, "Content")
    except InvalidInput as problem:
        return ask_again(request, door, wish, problem)
    values = {"what": wish.what.value, "words": WORDS[wish.what], "name": site.name, "slug": site.slug}
    values["zone"] = site.timezone
    return render(request, "content/decided.html", title="Decided", frame=frame, outcome=outcome, **values)


def ask_again(request: Request, door: SiteDoor, wish: Deciding, problem: InvalidInput | None = None) -> HTMLResponse:
    """The question, with what was filled in."""
    door.check()
    seen = picked(wish.pick)
    with door.begin() as (session, site):
        articles: list[Named] = name_articles(session, site.id, list(seen))
        frame = frame_of_site(session, site, "Content")
    shown = [(f"{article.id}:{seen[article.id]}", article, ARTICLE_STATES[article.status]) for article in articles]
    values = {"wish": wish, "words": WORDS[wish.what], "reasons": REASONS, "problem": problem}
    values |= {"name": site.name, "slug": site.slug}
    status = problem.http_status if problem else 200
    title = f"{WORDS[wish.what][0]} several"
    return render(request, "content/decide.html", status=status, title=title, frame=frame, articles=shown, **values)
