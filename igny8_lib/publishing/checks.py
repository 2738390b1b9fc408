"""Later looks at what was published: people put posts into the trash, delete and change them on the website itself.

A post that is no longer public is told like a failed publication (the article is approved again, and its publication
says who did what), so that "try again", with overwriting, brings it back. One that was changed stays as people made
it. Nothing is ever written here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Account,
    AccountStatus,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationWish,
    PublishingSettings,
    Site,
    SiteContentStatus,
    SiteStatus,
)
from igny8_lib.publishing.due import is_for
from igny8_lib.publishing.outcomes import article_of, be_published, fulfilled, give_up
from igny8_lib.publishing.publisher import TargetOf
from igny8_lib.publishing.records import RecordedSteps, hold
from igny8_lib.publishing.steps import FOUND_WORDS, HANDED_OVER

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
AT_ONCE = 20
"""Posts of one round."""
MISSING = (PostFound.UNPUBLISHED, PostFound.TRASHED, PostFound.DELETED)
CAUSES = [found.value for found in MISSING]


@dataclass(frozen=True)
class Checker:
    """What a check brings along."""

    sessions: Sessions
    target_of: TargetOf

    def check_posts(self, *, at_once: int = AT_ONCE) -> dict[str, int]:
        """Look at the posts that nobody looked at for a day, the longest ago first; how many were found how."""
        now = clock.now()
        with self.sessions.begin() as session:
            to_check = take_unchecked(session, now, at_once)
        counts: dict[str, int] = {}
        for publication in to_check:
            found = self.look(publication)
            if found is not None and self.write_down(publication, found):
                counts[found.value] = counts.get(found.value, 0) + 1
        return counts

    def look(self, publication: Publication) -> PostFound | None:
        """How the post is found; None where that cannot be told today."""
        post = RecordedSteps(self.sessions, publication).known_post()
        if post is None:
            return None
        try:
            with self.sessions() as session:
                site = session.get_one(Site, publication.site_id)
                settings = session.get_one(PublishingSettings, publication.site_id)
            with self.target_of(site, settings) as target:
                return target.check(post, publication.mark)
        except Exception:
            log.warning("Post %s of site %s", post.external_id, publication.site_id, exc_info=True)
            return None

    def write_down(self, seen: Publication, found: PostFound) -> bool:
        """Write down how it was found; False where a publisher has been at it meanwhile."""
        with self.sessions.begin() as session:
            publication = hold(session, seen.id)
            if publication is None or (publication.status, publication.wish) != (seen.status, seen.wish):
                return False
            note(session, publication, found)
        return True


def count_unchecked(session: Session, now: datetime) -> int:
    """How many posts nobody looked at for a day, as far as one round goes."""
    return len(session.scalars(unchecked(now).limit(AT_ONCE)).all())


def take_unchecked(session: Session, now: datetime, at_once: int) -> Sequence[Publication]:
    """The next posts to look at, marked as looked at: what cannot be told today is asked tomorrow."""
    query = unchecked(now).limit(at_once).with_for_update(of=Publication, key_share=True, skip_locked=True)
    marked = update(Publication).where(Publication.id.in_(query)).values(checked_at=now).returning(Publication)
    return session.scalars(marked).all()


def unchecked(now: datetime) -> Select[int]:
    """The numbers of these publications, the longest ago first. A site that was moved to another target is asked for no
    post of the one before: it would say that people deleted it."""
    return (
        select(Publication.id)
        .join(Site, Site.id == Publication.site_id)
        .join(Account, Account.id == Site.account_id)
        .where(
            Publication.wish == PublicationWish.LIVE,
            Publication.checked_at <= now - EVERY,
            or_(Publication.status == PublicationStatus.DONE, Publication.cause.in_(CAUSES)),
            Publication.status.in_((PublicationStatus.DONE, PublicationStatus.FAILED)),
            Site.status == SiteStatus.ACTIVE,
            Account.status == AccountStatus.ACTIVE,
            is_for(Publication.target),
        )
        .order_by(Publication.checked_at)
    )


def note(session: Session, publication: Publication, found: PostFound) -> None:
    """What was found, and what that means for the article."""
    publication.found = found
    if found in MISSING and not publication.report.get(HANDED_OVER):
        if publication.cause != found.value:
            sentence = f"{FOUND_WORDS[found]}. Try again with overwriting to publish it once more."
            give_up(publication, found.value, sentence)
        content = article_of(session, publication)
        content.status = ContentStatus.APPROVED
        content.site_status = SiteContentStatus.FAILED
        content.published_at = None
    elif found in (PostFound.AS_PUBLISHED, PostFound.CHANGED):
        fulfilled(publication)
        is_released = HANDED_OVER in publication.report
        publication.report = {key: value for key, value in publication.report.items() if key != HANDED_OVER}
        be_published(session, publication, article_of(session, publication), is_new=is_released)
