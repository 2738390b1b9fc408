"""Ideas of a site: reading, editing, and what people decide about them before they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.planner import edit_ideas, idea_listing, ideas
from igny8_lib.planner.edit_ideas import IdeaChanges
from igny8_web.api.planner_keywords import Reading, RowId, Writing
from igny8_web.api.planner_shapes import Chosen, Decided, IdeaEdit, IdeaList, IdeaQuery, Queue, Skip, WholeIdea
from igny8_web.doors import SiteDoor
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/planner/ideas", tags=["planner"])


@router.get("/")
def list_ideas(door: Reading, asked: Annotated[IdeaQuery, Query()]) -> IdeaList:
    """The site's ideas, as runs take them where no other order is asked for."""
    wanted = asked.wanted()
    with door.begin() as (session, site):
        found = idea_listing.list_ideas(
            session,
            site.id,
            wanted,
            order=asked.sort,
            reverse=asked.reverse,
            limit=asked.page_size,
            offset=asked.offset,
        )
        total = idea_listing.count_ideas(session, site.id, wanted)
    return IdeaList.model_validate({"ideas": found, "pagination": asked.of(total)})


@router.post("/approve/")
def approve_ideas(door: Writing, chosen: Chosen, request: Named) -> Decided:
    """Approve ideas that no run has taken; skipped ones are put back."""
    return decide(door, request, lambda session, site: ideas.approve(session, site.id, these(chosen), door.caller.name))


@router.post("/skip/")
def skip_ideas(door: Writing, chosen: Skip, request: Named) -> Decided:
    """Let no run take these new ideas."""
    return decide(
        door,
        request,
        lambda session, site: ideas.skip(session, site.id, these(chosen), door.caller.name, chosen.reason),
    )


@router.post("/unskip/")
def unskip_ideas(door: Writing, chosen: Chosen, request: Named) -> Decided:
    """Let runs take skipped ideas again; the page for which one was skipped is no reason any more."""
    return decide(door, request, lambda session, site: ideas.restore(session, site.id, these(chosen), door.caller.name))


@router.post("/queue/")
def queue_ideas(door: Writing, chosen: Queue, request: Named) -> Decided:
    """Have runs take these ideas, and their queued tasks, first or last in this order, or by opportunity again."""

    def put(session: Session, site: Site) -> list[int]:
        if chosen.place == "default":
            return ideas.reset_order(session, site.id, these(chosen), door.caller.name)
        order = ideas.put_first if chosen.place == "first" else ideas.put_last
        return order(session, site.id, chosen.ids, door.caller.name)

    return decide(door, request, put)


def these(chosen: Chosen) -> ideas.Chosen:
    """The library's choice of ideas."""
    return ideas.Chosen(tuple(chosen.ids))


def decide(door: SiteDoor, request: Named, do: Callable[[Session, Site], list[int]]) -> Decided:
    """Do it to all of the ideas or to none, once."""
    return do_once(door, request, Decided, lambda session, site: Decided(ids=do(session, site)))


@router.get("/{idea_id}/")
def show_idea(door: Reading, idea_id: RowId) -> WholeIdea:
    """One idea with its sections."""
    with door.begin() as (session, site):
        return WholeIdea.model_validate(idea_listing.find_idea(session, site.id, idea_id))


@router.patch("/{idea_id}/")
def edit_idea(door: Writing, idea_id: RowId, change: IdeaEdit, request: Named) -> WholeIdea:
    """Change an idea that no run has taken. With another title or keywords it is held against the pages anew."""

    def save(session: Session, site: Site) -> WholeIdea:
        edit_ideas.edit(session, site.id, idea_id, IdeaChanges(**change.model_dump()), door.caller.name)
        return WholeIdea.model_validate(idea_listing.find_idea(session, site.id, idea_id))

    return do_once(door, request, WholeIdea, save)
