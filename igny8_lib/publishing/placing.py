"""Putting an article at a time, whether it has a date already or none yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.models import Content, Site, SiteContentStatus
from igny8_lib.publishing.calendar import find, hold, move, schedule, unschedule


@dataclass(frozen=True)
class Placed:
    """An article's date before and after; None for none."""

    content_id: int
    title: str
    before: datetime | None
    after: datetime | None


def put_at(session: Session, site: Site, content_id: int, at: datetime) -> Placed:
    """Give an approved article this instant. Raises what `calendar.move` and `calendar.schedule` raise."""
    content = held(session, site, content_id)
    if content.site_status == SiteContentStatus.NOT_SCHEDULED:
        schedule(session, site, content_id, at)
        return Placed(content_id, content.title, None, at)
    before = move(session, site, content_id, at)
    return Placed(content_id, content.title, before, at)


def take_away(session: Session, site: Site, content_id: int) -> Placed:
    """Take an article out of the calendar. Raises what `calendar.unschedule` raises."""
    content = held(session, site, content_id)
    return Placed(content_id, content.title, unschedule(session, site, content_id), None)


def held(session: Session, site: Site, content_id: int) -> Content:
    """The article as it is now, and nobody else changes the calendar until the transaction ends. Raises NotFound."""
    hold(session, site.id)
    return find(session, site.id, content_id)
