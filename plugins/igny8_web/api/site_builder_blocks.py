"""Blocks of a page, one by one: added, changed, moved, removed. Each change is a revision of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body
from sqlalchemy.orm import Session

from igny8_lib.models import Site, SitePage
from igny8_lib.site_builder.blueprints import blocks
from igny8_lib.site_builder.blueprints.finding import find_page
from igny8_lib.sites.repeats import Repeatable
from igny8_web.api.site_builder_doors import PREFIX, TAG, BlockId, OfRevision, PageId, Writing
from igny8_web.api.site_builder_pages import told
from igny8_web.api.site_builder_pages_shapes import BlockAdded, BlockEdit, BlockMove, PageWhole
from igny8_web.doors import SiteDoor
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix=f"{PREFIX}/pages/{{page_id}}/blocks", tags=[TAG])


@router.post("/", status_code=201)
def add_block(door: Writing, page_id: PageId, wish: Annotated[BlockAdded, Body()], request: Named) -> PageWhole:
    """Add a block at a place; without data it begins as an example of its type. It is given an id of its own."""

    def do(session: Session, page: SitePage) -> None:
        blocks.add_block(
            session, page, wish.type, wish.position, wish.data, revision=wish.revision, by=door.caller.name
        )

    return change(door, page_id, request, do)


@router.put("/{block_id}/")
def change_block(
    door: Writing, page_id: PageId, block_id: BlockId, wish: Annotated[BlockEdit, Body()], request: Named
) -> PageWhole:
    """Change what a block says. `field` names what does not fit its type."""

    def do(session: Session, page: SitePage) -> None:
        blocks.change_block(session, page, block_id, wish.data, revision=wish.revision, by=door.caller.name)

    return change(door, page_id, request, do)


@router.post("/{block_id}/move/")
def move_block(
    door: Writing, page_id: PageId, block_id: BlockId, wish: Annotated[BlockMove, Body()], request: Named
) -> PageWhole:
    """Give a block another place on its page."""

    def do(session: Session, page: SitePage) -> None:
        blocks.move_block(session, page, block_id, wish.position, revision=wish.revision, by=door.caller.name)

    return change(door, page_id, request, do)


@router.delete("/{block_id}/")
def remove_block(door: Writing, page_id: PageId, block_id: BlockId, revision: OfRevision, request: Named) -> PageWhole:
    """Take a block off its page; an earlier revision of the page still has it."""

    def do(session: Session, page: SitePage) -> None:
        blocks.remove_block(session, page, block_id, revision=revision, by=door.caller.name)

    return change(door, page_id, request, do)


def change(door: SiteDoor, page_id: int, request: Repeatable, action: Callable[[Session, SitePage], None]) -> PageWhole:
    """Do it to the page, once, and tell how it is then."""

    def do(session: Session, site: Site) -> PageWhole:
        action(session, find_page(session, site.id, page_id, lock=True))
        return told(session, site, page_id)

    return do_once(door, request, PageWhole, do)
