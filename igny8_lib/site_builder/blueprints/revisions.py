"""Earlier revisions of a page, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.paging import Listed, one_page
from igny8_lib.errors import NotFound
from igny8_lib.models import PageChange, SitePage, SitePageRevision
from igny8_lib.site_builder.blueprints.finding import find_page
from igny8_lib.site_builder.blueprints.given import PAGE_FIELDS
from igny8_lib.site_builder.blueprints.pages import make


@dataclass(frozen=True)
class RevisionRow:
    """A page as it was after a change."""

    revision: int
    change: PageChange
    by: str
    created_at: datetime
    title: str
    blocks_count: int


def revisions_of(session: Session, of: SitePage, /, *, page: int = 1, page_size: int = 50) -> Listed[RevisionRow]:
    """The page's revisions, the newest first; two statements."""
    row = SitePageRevision
    mine = (row.site_id == of.site_id, row.page_id == of.id)
    total = session.scalar(select(func.count()).select_from(row).where(*mine))
    query = (
        select(
            row.revision,
            row.change,
            row.by,
            row.created_at,
            row.document["title"].astext,
            func.jsonb_array_length(row.document["blocks"]),
        )
        .where(*mine)
        .order_by(row.revision.desc())
    )
    found = session.execute(one_page(query, page, page_size))
    return Listed([RevisionRow(*each) for each in found], total or 0)


def restore(session: Session, page: SitePage, revision: int, *, by: str) -> SitePage:
    """Let the page say again what it said in a revision, as a new one; what differs is people's.

    Raises NotFound, BadStructure where its slug or type is another page's now, Conflict while the AI writes it.
    """
    row = find_page(session, page.site_id, page.id, lock=True)
    query = select(SitePageRevision.document).where(
        SitePageRevision.site_id == row.site_id,
        SitePageRevision.page_id == row.id,
        SitePageRevision.revision == revision,
    )
    document = session.scalar(query)
    if document is None:
        raise NotFound(f"The page “{row.title}” has no revision {revision}.")
    if revision == row.revision:
        return row
    whole = {name: document[name] for name in PAGE_FIELDS}
    return make(session, row, whole, PageChange.RESTORED, by=by, edited=tuple(document["edited"]))
