"""Articles on the calendar of the house's site "blog", for tests of the API and the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentStatus,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublishingSettings,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing.agenda import preview
from tests.factories.articles import make_article
from tests.plugins.web.house import House


def set_settings(sessions: Sessions, site_id: int, **values: Any) -> None:
    """Change the site's settings past the door."""
    with sessions.begin() as session:
        session.execute(update(PublishingSettings).where(PublishingSettings.site_id == site_id).values(**values))


def set_zone(sessions: Sessions, site_id: int, zone: str) -> None:
    """Let the site be in a zone."""
    with sessions.begin() as session:
        session.get_one(Site, site_id).timezone = zone


def next_slots(sessions: Sessions, site_id: int, count: int = 10) -> list[datetime]:
    """The site's next free slots."""
    with sessions() as session:
        settings = session.get_one(PublishingSettings, site_id)
        return preview(session, session.get_one(Site, site_id), settings, count)


def add_approved(sessions: Sessions, house: House, at: datetime | None = None, **values: Any) -> int:
    """An approved article of "blog", with a date or without; its id."""
    status = SiteContentStatus.SCHEDULED if at else SiteContentStatus.NOT_SCHEDULED
    told = {"status": ContentStatus.APPROVED, "site_status": status, "scheduled_publish_at": at}
    with sessions.begin() as session:
        return make_article(session, session.get_one(Site, house.blog), **(told | values)).id


def add_failed(sessions: Sessions, house: House, at: datetime, error: str, **values: Any) -> int:
    """An article of "blog" that could not go live; its id."""
    content_id = add_approved(sessions, house, at, site_status=SiteContentStatus.FAILED, **values)
    with sessions.begin() as session:
        session.add(
            Publication(
                site_id=house.blog,
                content_id=content_id,
                target=PublicationTarget.WORDPRESS,
                mark=f"mark-{content_id}",
                status=PublicationStatus.FAILED,
                requested_by="the calendar",
                due_at=at,
                next_attempt_at=at,
                error=error,
                cause="refused",
            )
        )
    return content_id


def date_of(sessions: Sessions, content_id: int) -> datetime | None:
    """The article's slot."""
    with sessions() as session:
        return session.get_one(Content, content_id).scheduled_publish_at
