"""The review queue: finished drafts, oldest first, until somebody (or auto approval) decides."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus


def waiting(session: Session, site_id: int) -> int:
    """How many articles of the site wait for a decision."""
    query = select(func.count()).where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
    return session.scalar(query) or 0


def approve(session: Session, site_id: int, content_ids: Sequence[int]) -> list[int]:
    """Approve articles that are in review; returns those that were."""
    return decide(session, site_id, content_ids, ContentStatus.APPROVED)


def reject(session: Session, site_id: int, content_ids: Sequence[int]) -> list[int]:
    """Reject articles that are in review; returns those that were."""
    return decide(session, site_id, content_ids, ContentStatus.REJECTED)


def decide(session: Session, site_id: int, content_ids: Sequence[int], verdict: ContentStatus) -> list[int]:
    """Move the site's articles out of review; what is not in review is left alone."""
    moved = (
        update(Content)
        .where(Content.site_id == site_id, Content.id.in_(content_ids), Content.status == ContentStatus.REVIEW)
        .values(status=verdict)
        .returning(Content.id)
    )
    return sorted(session.scalars(moved).all())
