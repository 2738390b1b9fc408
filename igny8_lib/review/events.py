"""What was done with articles beside changing their texts: written down as it is done, and read newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from igny8_lib.models import ContentEvent
from igny8_lib.review.versions import find_article


def history(session: Session, site_id: int, content_id: int) -> list[dict[str, Any]]:
    """All that was done with an article, newest first, as documents. Raises NotFound."""
    find_article(session, site_id, content_id)
    query = of_articles(site_id, [content_id]).order_by(ContentEvent.id.desc())
    return [document(event) for event in session.scalars(query)]


def latest(session: Session, site_id: int, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The last thing that was done with each of the articles, as a document; one statement, however many."""
    newest_first = of_articles(site_id, ids).order_by(ContentEvent.content_id, ContentEvent.id.desc())
    query = newest_first.ext(distinct_on(ContentEvent.content_id))
    return {event.content_id: document(event) for event in session.scalars(query)}


def of_articles(site_id: int, ids: Sequence[int]) -> Select[ContentEvent]:
    """What was done with these articles of the site."""
    return select(ContentEvent).where(ContentEvent.site_id == site_id, ContentEvent.content_id.in_(ids))


def document(event: ContentEvent) -> dict[str, Any]:
    """An event as a JSON document."""
    facts = {name: getattr(event, name) for name in ("version", "made_by", "reasons", "remark", "position")}
    return {"kind": event.kind.value, "made_at": event.made_at.isoformat()} | facts
