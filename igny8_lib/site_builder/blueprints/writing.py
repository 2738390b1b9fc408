"""Taking over a page that the AI wrote, around what people wrote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from igny8_lib.models import PageChange, SitePage
from igny8_lib.site_builder.asking.page import WrittenPage
from igny8_lib.site_builder.blueprints.blocks import free_id
from igny8_lib.site_builder.blueprints.finding import find_page
from igny8_lib.site_builder.blueprints.page_rows import OF_BLOCK, in_order, put
from igny8_lib.site_builder.blueprints.planning import WouldReplace
from igny8_lib.site_builder.documents import MOST_BLOCKS

WRITTEN = ("title", "description")
"""What the AI writes beside the blocks."""


def writing_would_replace(page: SitePage, *, replace: bool) -> WouldReplace:
    """Ids of the blocks that writing the page leaves alone, and of those that it replaces."""
    kept = [block["id"] for block in page.blocks if stays(page, block, replace=replace)]
    return WouldReplace(tuple(kept), tuple(block["id"] for block in page.blocks if block["id"] not in kept))


def stays(page: SitePage, block: dict[str, Any], *, replace: bool) -> bool:
    """Whether writing the page leaves the block alone: where people wrote it."""
    return not replace and f"{OF_BLOCK}{block['id']}" in page.edited


def apply_page(session: Session, page: SitePage, answer: WrittenPage, *, by: str, replace: bool) -> SitePage:
    """Take over the answer as the page's next revision: blocks that people wrote stay at their places, all others are
    replaced; title and description only where people wrote none. With `replace` all of it is the AI's.

    Raises NotFound where the page is gone.
    """
    row = find_page(session, page.site_id, page.id, lock=True)
    kept = [(place, block) for place, block in enumerate(row.blocks) if stays(row, block, replace=replace)]
    ids = {block["id"] for _, block in kept}
    blocks: list[dict[str, Any]] = []
    for block in answer.blocks[: MOST_BLOCKS - len(kept)]:
        own = block.model_dump(mode="json")
        if own["id"] in ids:
            own["id"] = free_id(own["type"], ids)
        ids.add(own["id"])
        blocks.append(own)
    for place, block in kept:
        blocks.insert(place, block)
    values: dict[str, Any] = {name: getattr(answer, name) for name in WRITTEN if replace or name not in row.edited}
    values |= {"blocks": blocks, "written_at": func.clock_timestamp()}
    put(
        session,
        row,
        values | {"edited": marks_left(row, blocks, [block["id"] for _, block in kept], replace=replace)},
        PageChange.WRITTEN,
        by=by,
    )
    session.refresh(row)
    return row


def marks_left(page: SitePage, blocks: list[dict[str, Any]], kept: list[str], *, replace: bool) -> list[str]:
    """What of the page is people's once it is written: the order of its blocks is the AI's again where none stayed."""
    gone = {*WRITTEN, "order"} if replace else (set() if kept else {"order"})
    own = [mark for mark in page.edited if mark not in gone and not mark.startswith(OF_BLOCK)]
    return in_order([*own, *(f"{OF_BLOCK}{one}" for one in kept)], [block["id"] for block in blocks])
