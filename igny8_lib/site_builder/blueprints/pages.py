"""People make, change, move and delete pages."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import PageChange, SiteBlueprint, SitePage, SitePageStatus
from igny8_lib.site_builder.blueprints.finding import find_blueprint, find_page, pages_of
from igny8_lib.site_builder.blueprints.given import page_values, require_revision
from igny8_lib.site_builder.blueprints.page_rows import (
    fields_of,
    in_order,
    keep_revision,
    marks_after,
    put,
    renumber,
    require_not_written,
    require_place,
    settle,
)
from igny8_lib.site_builder.documents import MOST_PAGES

log = logging.getLogger(__name__)


def create_page(session: Session, blueprint: SiteBlueprint, given: Mapping[str, Any], *, by: str) -> SitePage:
    """A page at the end of the navigation. Raises BadStructure, and Conflict for one page too many."""
    row = find_blueprint(session, blueprint.site_id, blueprint.id, lock=True)
    values = page_values(given)
    require_place(session, values, row)
    there = pages_of(session, row)
    if len(there) >= MOST_PAGES:
        raise Conflict(f"“{row.name}” has {MOST_PAGES} pages, the most there can be: delete one of them first.")
    ids = [block["id"] for block in values["blocks"]]
    page = SitePage(
        site_id=row.site_id,
        blueprint_id=row.id,
        position=max((each.position for each in there), default=-1) + 1,
        edited=in_order(["page", *(f"block:{one}" for one in ids)], ids),
        status=SitePageStatus.READY if values["blocks"] else SitePageStatus.DRAFT,
        edited_by=by,
        edited_at=func.clock_timestamp(),
        **values,
    )
    session.add(page)
    settle(row, has_pages=True)
    keep_revision(session, page, PageChange.CREATED, by=by)
    session.refresh(page)
    return page


def change_page(
    session: Session, page: SitePage, given: Mapping[str, Any], *, revision: int | None, by: str
) -> SitePage:
    """Make of the page what is said; where it is so already, nothing is done and its revision stays.

    Raises BadStructure, NotFound where it is gone, ChangedMeanwhile for an older revision than the newest, Conflict
    while the AI writes it.
    """
    row = find_page(session, page.site_id, page.id, lock=True)
    require_revision(row, revision, f"the page {row.id} {row.title!r}")
    return make(session, row, fields_of(row) | dict(given), PageChange.EDITED, by=by)


def make(
    session: Session,
    row: SitePage,
    whole: Mapping[str, Any],
    change: PageChange,
    *,
    by: str,
    edited: tuple[str, ...] | None = None,
) -> SitePage:
    """Give a locked page all its fields anew, marking what differs; `edited` are its marks before (its own)."""
    before, after = fields_of(row), page_values(whole)
    if before == after and edited is None:
        return row
    require_not_written(row)
    if (before["slug"], before["type"]) != (after["slug"], after["type"]):
        blueprint = find_blueprint(session, row.site_id, row.blueprint_id, lock=True)
        require_place(session, after, blueprint, besides=row.id)
    marks = marks_after(row.edited if edited is None else edited, before, after)
    if before["sections"] != after["sections"] or "sections" in row.edited:
        marks = in_order([*marks, "sections"], [block["id"] for block in after["blocks"]])
    own = {"edited": marks, "edited_by": by, "edited_at": func.clock_timestamp()}
    put(session, row, after | own, change, by=by)
    session.refresh(row)
    return row


def move_page(session: Session, page: SitePage, position: int, *, by: str) -> SitePage:
    """Give the page another place in the navigation, counted from 0; the last where there are fewer."""
    row = find_page(session, page.site_id, page.id, lock=True)
    blueprint = find_blueprint(session, row.site_id, row.blueprint_id)
    others = [each for each in pages_of(session, blueprint) if each.id != row.id]
    others.insert(max(0, position), row)
    renumber(others)
    session.flush()
    log.info("%s moved page %d to place %d.", by, row.id, row.position)
    return row


def delete_page(session: Session, page: SitePage, *, by: str) -> None:
    """Delete a page with its revisions. Raises Conflict while the AI writes it."""
    row = find_page(session, page.site_id, page.id, lock=True)
    require_not_written(row)
    blueprint = find_blueprint(session, row.site_id, row.blueprint_id)
    session.delete(row)
    session.flush()
    rest = pages_of(session, blueprint)
    renumber(rest)
    settle(blueprint, has_pages=bool(rest))
    session.flush()
    log.info("%s deleted page %d %r.", by, page.id, row.title)
