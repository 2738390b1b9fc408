"""Taking over a page that the AI wrote, around what people wrote."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import PageChange, SitePage, SitePageRevision, SitePageStatus
from igny8_lib.site_builder.asking.page import WrittenPage


def apply_page(session: Session, page: SitePage, answer: WrittenPage, *, by: str, replace: bool) -> SitePage:
    """Take over the answer; blocks that people wrote stay."""
    kept = [block for block in page.blocks if f"block:{block['id']}" in page.edited and not replace]
    page.blocks = [*kept, *(block.model_dump(mode="json") for block in answer.blocks)]
    page.status, page.written_at = SitePageStatus.READY, clock.now()
    page.revision += 1
    document = {"slug": page.slug, "title": page.title, "blocks": page.blocks}
    session.add(
        SitePageRevision(
            page_id=page.id,
            revision=page.revision,
            site_id=page.site_id,
            change=PageChange.WRITTEN,
            document=document,
            by=by,
        )
    )
    session.flush()
    return page
