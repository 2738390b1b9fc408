"""How far what is old was removed, where rows stay and only something in them goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, SiteId


class RetentionMark(Base):
    """One row per site from which something was removed: the next removal begins where the last one ended."""

    __tablename__ = "retention_marks"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    answers_until: Mapped[datetime]
    """No AI request of the site that was made before it has a stored answer any more."""
