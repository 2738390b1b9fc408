"""Telling people of publications that failed: once for each site, cause and day, however many articles that meets.

The claim is committed before anything is sent, as for the ends of runs: a process that dies between tells nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, Publication, PublicationStatus, PublishingNotice, Site
from igny8_lib.notifications.publishing_failed import PublishingFailure

LOOK_BACK = timedelta(days=1)
Key = tuple[int, str, date]
Failed = Row[Publication, Site, str]


def claim_failures(session: Session, *, pages_url: str) -> list[PublishingFailure]:
    """What failed since yesterday and nobody was told of; whoever gets it is the one to tell it."""
    groups: dict[Key, list[Failed]] = {}
    for row in failed_lately(session):
        groups.setdefault(key_of(row), []).append(row)
    if not groups:
        return []
    rows = [{"site_id": site_id, "cause": cause, "day": day} for site_id, cause, day in groups]
    new = insert(PublishingNotice).values(rows).on_conflict_do_nothing()
    key = (PublishingNotice.site_id, PublishingNotice.cause, PublishingNotice.day)
    claimed = [tuple(row) for row in session.execute(new.returning(*key))]
    return [failure_of(groups[found], pages_url) for found in groups if found in claimed]


def failed_lately(session: Session) -> Sequence[Failed]:
    """The failed publications of a day, oldest first."""
    query = (
        select(Publication, Site, Content.title)
        .join(Site, Site.id == Publication.site_id)
        .join(Content, Content.id == Publication.content_id)
        .where(
            Publication.status == PublicationStatus.FAILED,
            Publication.next_attempt_at > clock.now() - LOOK_BACK,
        )
    )
    return session.execute(query.order_by(Publication.next_attempt_at, Publication.id)).all()


def key_of(row: Failed) -> Key:
    """Which notice tells of it: the site's, for its cause, on the day when it failed there."""
    publication, site, _ = row
    return site.id, publication.cause or "", publication.next_attempt_at.astimezone(ZoneInfo(site.timezone)).date()


def failure_of(rows: Sequence[Failed], pages_url: str) -> PublishingFailure:
    """What is told of failures of one site and cause."""
    publication, site, _ = rows[0]
    return PublishingFailure(
        account_id=site.account_id,
        site_slug=site.slug,
        site_name=site.name,
        domain=site.domain,
        cause=publication.cause or "",
        sentence=publication.error or "",
        titles=tuple(title for _, _, title in rows),
        link=f"{pages_url.rstrip('/')}/igny8/sites/{site.slug}",
    )
