"""Links between a site's articles: how far they are linked, what fits one of them, putting in and taking out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import Field
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import InvalidInput
from igny8_lib.linker.overview import overview
from igny8_lib.linker.process import link
from igny8_lib.linker.stored_model import stored_model
from igny8_lib.linker.undo import Undone, undo
from igny8_lib.models import BatchKind, ContentStatus, Module
from igny8_lib.review.queue import Sort, View
from igny8_lib.review.versions import find_article
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.batches.asking import Wanted, ask, open_it
from igny8_web.pages.batches.undoing import sentence
from igny8_web.pages.content.rows import Origin
from igny8_web.pages.improving import LINKING as PAGE
from igny8_web.pages.improving import place_of
from igny8_web.pages.linking.article import article_of
from igny8_web.pages.linking.rows import COLUMNS, broken_of, orphans_of, table_of, tiles_of
from igny8_web.pages.tables import Choice, Listing
from igny8_web.pages.templating import render
from igny8_web.rates import LINKING

router = APIRouter(prefix="/sites/{slug}/linking")
HIGHEST_ID, HIGHEST_VERSION = 2**63 - 1, 2**31 - 1
MOST_TARGETS = 100
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.LINKER))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.LINKER))]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.LINKER))]
ContentId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Targets = Annotated[list[Annotated[int, Field(ge=1, le=HIGHEST_ID)]] | None, Form(max_length=MOST_TARGETS)]
Version = Annotated[int, Form(ge=1, le=HIGHEST_VERSION)]
PlacingKey = Annotated[str, Form(max_length=200)]
WHENCE = (Choice("", "All"), Choice(Origin.HERE, "Written here"), Choice(Origin.WEBSITE, "From the website"))
UNKNOWN = (Choice("", "Articles only"), Choice("true", "Also other pages"))


@router.get("", name="linking")
def list_all(  # noqa: PLR0917 - each is a part of the address
    request: Request,
    door: Reading,
    status: Annotated[ContentStatus | None, Query()] = None,
    text: Annotated[str, Query(max_length=200)] = "",
    origin: Origin = Origin.ALL,
    sort: Sort = Sort.NEWEST,
    page: PageNumber = 1,
) -> HTMLResponse:
    """The figures, and a page of articles; filters, search, order and page are in the address."""
    view = View((status,) if status else (), text, sort, imported=origin.imported)
    with door.begin() as (session, site):
        found = overview(session, site.id)
        table = table_of(session, site, view, page)
        place = place_of(session, site, door.caller.person, PAGE, "Articles")
    chosen = {"status": status.value if status else "", "text": text, "sort": "" if sort is Sort.NEWEST else sort.value}
    chosen["origin"] = "" if origin is Origin.ALL else origin.value
    values = {"place": place, "found": found, "tiles": tiles_of(found), "table": table, "columns": COLUMNS}
    values |= {"listing": Listing(f"{place.path}/linking", chosen), "sort": sort.value, "view": view}
    values["origins"] = WHENCE
    title = f"Linking, {place.name}"
    return render(request, "linking/page.html", title=title, heading="Linking", frame=place.frame, **values)


@router.get("/orphans", name="linking_orphans")
def list_orphans(request: Request, door: Reading, page: PageNumber = 1) -> HTMLResponse:
    """Public articles that no other public article links to."""
    with door.begin() as (session, site):
        table = orphans_of(session, site, page)
        place = place_of(session, site, door.caller.person, PAGE, "Orphans")
    values = {"place": place, "table": table, "listing": Listing(f"{place.path}/linking/orphans")}
    return render(request, "linking/orphans.html", title="Orphans", heading="Orphans", frame=place.frame, **values)


@router.get("/broken", name="linking_broken")
def list_broken(request: Request, door: Reading, page: PageNumber = 1, *, unknown: bool = False) -> HTMLResponse:
    """Links that lead to no public article, or to an address that its article had before."""
    with door.begin() as (session, site):
        table = broken_of(session, site, page, with_unknown=unknown)
        place = place_of(session, site, door.caller.person, PAGE, "Broken links")
    listing = Listing(f"{place.path}/linking/broken", {"unknown": "true" if unknown else ""})
    values = {"place": place, "table": table, "listing": listing, "choices": UNKNOWN}
    heading = "Broken links"
    return render(request, "linking/broken.html", title=heading, heading=heading, frame=place.frame, **values)


@router.get("/batch", name="linking_ask")
def ask_for_batch(request: Request, door: Running, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
    """The chosen articles, and what linking them costs at most."""
    return ask(request, door, BatchKind.LINK, wanted)


@router.post("/batch", name="linking_batch", dependencies=[Depends(LINKING)])
def open_link_batch(request: Request, door: Running, wanted: Annotated[Wanted, Form()]) -> Response:
    """Link them, one after the other."""
    return open_it(request, door, BatchKind.LINK, wanted)


@router.get("/{content_id}", name="linking_article")
def show_article(request: Request, door: Reading, content_id: ContentId) -> HTMLResponse:
    """What could be linked from one article, what was, and who links to it."""
    return show(request, door, content_id)


@router.post("/{content_id}/process", name="linking_process", dependencies=[Depends(LINKING)])
def process(
    request: Request, door: Writing, content_id: ContentId, version: Version, targets: Targets = None
) -> Response:
    """Put the chosen links in. Raises InvalidInput for none, ChangedMeanwhile where the article was changed since."""
    door.check()
    if not targets:
        raise InvalidInput("Nothing is chosen, so nothing was changed: tick at least one link first.")
    with door.begin() as (session, site):
        model = stored_model(session, site.id)
        done = link(session, site.id, content_id, by=door.caller.name, only=targets, version=version, model=model)
    paid = f" {done.credits} credits were charged." if done.links else " Nothing was charged."
    return show(request, door, content_id, said=done.sentence + paid, good=done.links > 0)


@router.post("/{content_id}/undo", name="linking_undo", dependencies=[Depends(LINKING)])
def take_out(request: Request, door: Writing, content_id: ContentId, placing: PlacingKey = "") -> Response:
    """Take links of the Linker out of this article: those of a placing, or all of them."""
    with door.begin() as (session, site):
        content = find_article(session, site.id, content_id)
        which = {"placing": placing} if placing else {"content_id": content.id}
        done = undo(session, site.id, by=door.caller.name, **which)  # type: ignore[arg-type]
    return show(request, door, content_id, said=sentence(done), undone=done)


def show(
    request: Request,
    door: SiteDoor,
    content_id: int,
    *,
    said: str = "",
    good: bool = True,
    undone: Undone | None = None,
) -> HTMLResponse:
    """The page of an article, or the part that htmx asks for."""
    with door.begin() as (session, site):
        view = article_of(session, site, content_id)
        place = place_of(session, site, door.caller.person, PAGE, "Articles")
    left = undone.left if undone else []
    values = {"place": place, "view": view, "said": said, "left": left, "good": good and not left}
    template = "linking/links.html" if "hx-request" in request.headers else "linking/article.html"
    title = f"Links of “{view.content.title}”"
    return render(request, template, title=title, heading=title, frame=place.frame, **values)
