"""People add, change, move and remove one block of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import SitePage
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blueprints.finding import find_page
from igny8_lib.site_builder.blueprints.given import require_revision
from igny8_lib.site_builder.blueprints.pages import change_page
from igny8_lib.site_builder.documents import BadStructure


def add_block(
    session: Session,
    page: SitePage,
    kind: str,
    position: int,
    data: Mapping[str, Any] | None,
    *,
    revision: int | None,
    by: str,
) -> SitePage:
    """A block at a place, counted from 0; without data it says what the example of its type does.

    Raises what change_page does.
    """
    row = locked(session, page, revision)
    if kind not in BLOCKS:
        raise BadStructure("type", f'there is no block type "{kind}": choose one of {", ".join(sorted(BLOCKS))}')
    blocks = list(row.blocks)
    said = BLOCKS[kind].example if data is None else dict(data)
    blocks.insert(max(0, position), {"id": free_id(kind, (each["id"] for each in blocks)), "type": kind, "data": said})
    return change_page(session, row, {"blocks": blocks}, revision=revision, by=by)


def change_block(
    session: Session, page: SitePage, block_id: str, data: Mapping[str, Any], *, revision: int | None, by: str
) -> SitePage:
    """What a block says, whole. Raises NotFound, and what change_page does."""
    row = locked(session, page, revision)
    place = place_of(row, block_id)
    blocks = list(row.blocks)
    blocks[place] = blocks[place] | {"data": dict(data)}
    return change_page(session, row, {"blocks": blocks}, revision=revision, by=by)


def move_block(
    session: Session, page: SitePage, block_id: str, position: int, *, revision: int | None, by: str
) -> SitePage:
    """Another place on the page, counted from 0; the last where there are fewer. Raises as change_block does."""
    row = locked(session, page, revision)
    blocks = list(row.blocks)
    blocks.insert(max(0, position), blocks.pop(place_of(row, block_id)))
    return change_page(session, row, {"blocks": blocks}, revision=revision, by=by)


def remove_block(session: Session, page: SitePage, block_id: str, *, revision: int | None, by: str) -> SitePage:
    """Take a block off its page. Raises as change_block does."""
    row = locked(session, page, revision)
    place = place_of(row, block_id)
    blocks = [each for number, each in enumerate(row.blocks) if number != place]
    return change_page(session, row, {"blocks": blocks}, revision=revision, by=by)


def locked(session: Session, page: SitePage, revision: int | None) -> SitePage:
    """The page as it is now. Raises NotFound, ChangedMeanwhile."""
    row = find_page(session, page.site_id, page.id, lock=True)
    require_revision(row, revision, f"the page {row.id} {row.title!r}")
    return row


def place_of(page: SitePage, block_id: str) -> int:
    """Where the block stands. Raises NotFound."""
    for number, block in enumerate(page.blocks):
        if block["id"] == block_id:
            return number
    raise NotFound(f"The page “{page.title}” has no block “{block_id}”.")


def free_id(kind: str, taken: Iterable[str]) -> str:
    """An id that no block of the page has: the type's name and a number ("call-to-action-2")."""
    there, number = set(taken), 1
    while (block_id := f"{kind.replace('_', '-')}-{number}") in there:
        number += 1
    return block_id
