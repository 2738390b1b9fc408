"""By which embedding model a site's articles are compared where nobody is asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import LinkReading


def stored_model(session: Session, site_id: int) -> str:
    """The model whose vectors of the site's articles are stored; "" where none are, and words alone compare them."""
    query = select(LinkReading.embedded_by).where(LinkReading.site_id == site_id, LinkReading.embedded_by > "")
    return session.scalar(query.limit(1)) or ""
