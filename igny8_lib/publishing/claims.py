"""Taking the next work of a site: a short transaction that looks again whether it is still due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import (
    Content,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublicationWish,
    PublishingSettings,
    Site,
    SiteContentStatus,
)
from igny8_lib.publishing.due import CALENDAR, Due, find_due
from igny8_lib.publishing.outcomes import failed_for_good
from igny8_lib.publishing.records import find_record, record_of, wish_for

MOST_ATTEMPTS = 20
"""More than trouble that passes is tried: whatever was begun so often has killed its publisher most times."""
DIED = (
    f"The publisher died {MOST_ATTEMPTS} times while it was at this article, which held up all others of the site. "
    "Look into the logs of the DAG publish_due (a picture that needs too much memory?), then try again."
)


@dataclass(frozen=True)
class Claim:
    """Work that was taken: the rows as they were then, readable without a session."""

    publication_id: int
    site: Site
    settings: PublishingSettings
    content_id: int


def claim(session: Session, due: Due, now: datetime) -> Claim | None:
    """Take the site's next work where it still is what was found; None where it was moved, done or withdrawn meanwhile.

    The article's row is locked while that is looked up, so that what people move a moment earlier never goes out at
    its old time, and what they move a moment later is refused.
    """
    content = session.scalar(
        select(Content).where(Content.site_id == due.site_id, Content.id == due.content_id).with_for_update()
    )
    if content is None or due not in find_due(session, now, site_id=due.site_id):
        return None
    site = session.get_one(Site, due.site_id)
    settings = session.get_one(PublishingSettings, due.site_id)
    publication = taken(session, content, PublicationTarget(site.hosting_type), now)
    return None if publication is None else Claim(publication.id, site, settings, content.id)


def taken(session: Session, content: Content, target: PublicationTarget, now: datetime) -> Publication | None:
    """The article's record, marked as under way; None where it is not there, or has killed too many publishers."""
    slot = content.scheduled_publish_at
    if content.site_status is SiteContentStatus.SCHEDULED and slot is not None and slot <= now:
        publication = record_of(session, content, target)
        wish_for(publication, PublicationWish.LIVE, by=CALENDAR, due_at=slot)
        content.site_status = SiteContentStatus.PUBLISHING
    else:
        publication = session.scalar(find_record(content.site_id, content.id, target))
        if publication is None:
            return None
        if publication.attempts >= MOST_ATTEMPTS:
            failed_for_good(session, publication, "publisher_died", DIED)
            return None
    publication.status = PublicationStatus.UNDER_WAY
    publication.attempts += 1
    session.flush()
    return publication
