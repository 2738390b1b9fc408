"""Ideas: decide on them before money is spent on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import ContentType
from igny8_lib.planner import edit_ideas
from igny8_lib.planner import ideas as decisions
from igny8_lib.planner.edit_ideas import IdeaChanges
from igny8_lib.planner.idea_listing import find_idea
from igny8_lib.planner.ideas import Chosen as Some
from igny8_web.doors import SiteDoor
from igny8_web.pages.planner.doors import ItemId, Reading, Writing
from igny8_web.pages.planner.idea_list import ORDERS, IdeaQuery, Prices, load, row_of
from igny8_web.pages.planner.lists import Chosen, after
from igny8_web.pages.planner.place import place_of
from igny8_web.pages.templating import render
from igny8_web.pages.words import plural

router = APIRouter(prefix="/ideas")
Asked = Annotated[IdeaQuery, Query()]
Picked = Annotated[Chosen, Form()]
TYPES = [(kind.value, kind.value.replace("_", "-").capitalize()) for kind in ContentType]
MOST_LINES = 20_000
"""Characters of an outline, or of keywords, as a form sends them; the library bounds each line."""


class Skipped(Chosen):
    """Ideas that nobody is to write, and why."""

    reason: str = Field(default="", max_length=2_000)


class IdeaForm(BaseModel):
    """An idea as it is to be; sections and keywords on lines of their own."""

    title: str = Field(max_length=2_000)
    outline: str = Field(max_length=MOST_LINES)
    target_keywords: str = Field(max_length=MOST_LINES)
    content_type: ContentType
    words: int = Field(ge=0, le=2**31)

    def changes(self) -> IdeaChanges:
        """As the library takes them."""
        return IdeaChanges(
            title=self.title,
            outline=lines_of(self.outline),
            target_keywords=lines_of(self.target_keywords),
            content_type=self.content_type,
            words=self.words,
        )


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line for line in text.splitlines() if line.strip()]


@router.get("", name="planner_ideas")
def ideas(request: Request, door: Reading, asked: Asked) -> HTMLResponse:
    """The list."""
    return show(request, door, asked, "planner/ideas.html")


@router.post("/approve", name="planner_approve")
def approve(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Approve the chosen ideas; skipped ones are wanted again."""
    return act(request, door, asked, chosen.through(door), "approved", decisions.approve)


@router.post("/skip", name="planner_skip")
def skip(request: Request, door: Writing, asked: Asked, skipped: Annotated[Skipped, Form()]) -> Response:
    """Let no run write them."""

    def do(session: Session, site_id: int, some: Some, actor: str) -> list[int]:
        return decisions.skip(session, site_id, some, actor, skipped.reason)

    return act(request, door, asked, skipped.through(door), "skipped", do)


@router.post("/restore", name="planner_restore")
def restore(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Let runs write skipped ones again, whatever page they compete with."""
    return act(request, door, asked, chosen.through(door), "restored", decisions.restore)


@router.post("/first", name="planner_first")
def first(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Have runs take them before all others, in the order in which they stand on the page."""

    def do(session: Session, site_id: int, some: Some, actor: str) -> list[int]:
        return decisions.put_first(session, site_id, some.ids, actor)

    return act(request, door, asked, chosen.through(door), "put first", do)


def act(  # noqa: PLR0917 - each is another thing
    request: Request,
    door: SiteDoor,
    asked: IdeaQuery,
    ids: Sequence[int],
    what: str,
    do: Callable[[Session, int, Some, str], list[int]],
) -> Response:
    """Do it to all of them or to none, and say to how many."""
    with door.begin() as (session, site):
        changed = do(session, site.id, Some(tuple(ids)), door.caller.name)
    back = asked.listing(f"sites/{door.slug}/planner/ideas").under("")
    said = f"{plural(len(changed), 'idea')} {what}."
    return after(request, back, said, lambda: show(request, door, asked, "planner/idea_list.html"))


@router.get("/{idea_id}", name="planner_idea")
def idea(request: Request, door: Reading, idea_id: ItemId, asked: Asked) -> HTMLResponse:
    """One idea: as a page of its own, or with script in its place of the list, to change."""
    in_place = "hx-request" in request.headers
    return show_one(request, door, idea_id, asked, "planner/idea_edit.html" if in_place else "planner/idea_page.html")


@router.get("/{idea_id}/row", name="planner_idea_row")
def row(request: Request, door: Reading, idea_id: ItemId, asked: Asked) -> HTMLResponse:
    """One idea as it stands in the list."""
    return show_one(request, door, idea_id, asked, "planner/idea_row.html")


@router.post("/{idea_id}", name="planner_idea_save")
def save(request: Request, door: Writing, idea_id: ItemId, asked: Asked, form: Annotated[IdeaForm, Form()]) -> Response:
    """Save an idea, and show it again."""
    with door.begin() as (session, site):
        find_idea(session, site.id, idea_id)  # what is not there is told before what is wrong with the form
        edit_ideas.edit(session, site.id, idea_id, form.changes(), door.caller.name)
    back = asked.listing(f"sites/{door.slug}/planner/ideas").under("")
    return after(request, back, "Saved.", lambda: show_one(request, door, idea_id, asked, "planner/idea_row.html"))


def show_one(request: Request, door: SiteDoor, idea_id: int, asked: IdeaQuery, template: str) -> HTMLResponse:
    """One idea by a template."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Ideas")
        facts = find_idea(session, site.id, idea_id)
        found = row_of(site, facts, facts["outline"], Prices.of(session, site))
    listing = asked.listing(f"{place.path}/ideas")
    values = {"place": place, "frame": place.frame, "idea": found, "listing": listing, "types": TYPES}
    return render(request, template, title=f"{facts['title']}, {place.name}", **values)


def show(request: Request, door: SiteDoor, asked: IdeaQuery, template: str) -> HTMLResponse:
    """The page or its list, as it is now."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Ideas")
        found = load(session, site, asked)
    listing = asked.listing(f"{place.path}/ideas")
    values = {"place": place, "frame": place.frame, "found": found, "listing": listing, "orders": ORDERS}
    return render(request, template, title=f"Ideas, {place.name}", asked=asked, **values)
