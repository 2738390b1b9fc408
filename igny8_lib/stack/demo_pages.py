"""The demo's articles become pages at once: nobody who watches a first run wants to wait for a calendar."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, HostingType, Publication, PublicationStatus, SiteContentStatus
from igny8_lib.publishing.actions import publish_now
from igny8_lib.sites.sites import site_by_slug

PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 1.0
BY = "igny8 demo"


@dataclass(frozen=True)
class Published:
    """Addresses of the site's published articles, the newest first, and how many are still on their way."""

    addresses: tuple[str, ...] = ()
    to_come: int = 0


NOTHING = Published()


def ask_for_all(session: Session, slug: str) -> int:
    """Ask for each article that has a date; how many. None where the site's articles go elsewhere."""
    site = site_by_slug(session, slug)
    if site.hosting_type != HostingType.IGNY8:
        return 0
    dated = (Content.site_id == site.id, Content.site_status == SiteContentStatus.SCHEDULED)
    ids = session.scalars(select(Content.id).where(*dated).order_by(Content.scheduled_publish_at)).all()
    for content_id in ids:
        publish_now(session, site, content_id, by=BY)
    return len(ids)


def wait_for_pages(sessions: Sessions, slug: str, *, seconds: float = PATIENCE_SECONDS) -> Published:
    """Wait until nothing of the site is on its way, or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        with sessions() as session:
            published = pages(session, site_by_slug(session, slug).id)
        if not published.to_come or time.monotonic() >= deadline:
            return published
        time.sleep(LOOK_SECONDS)


def pages(session: Session, site_id: int) -> Published:
    """What is public, and what is on its way."""
    public = (Content.site_id == site_id, Content.status == ContentStatus.PUBLISHED)
    addresses = select(Content.external_url).where(*public).order_by(Content.published_at.desc())
    going = Publication.status.in_((PublicationStatus.WAITING, PublicationStatus.UNDER_WAY))
    to_come = session.scalar(select(func.count()).select_from(Publication).where(Publication.site_id == site_id, going))
    return Published(tuple(address for address in session.scalars(addresses) if address), to_come or 0)
