"""How a piece of work ended, written into the record and the article in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublicationTarget,
    PublicationWish,
    RuleTrigger,
    SiteContentStatus,
    SyncStatus,
)
from igny8_lib.outbox.writing import write_events
from igny8_lib.publishing.backoff import delay_after
from igny8_lib.publishing.due import was_missed
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.following import follow_on
from igny8_lib.publishing.records import reopen_steps
from igny8_lib.publishing.steps import DELAY, HANDED_OVER, Live
from igny8_lib.publishing.target import Article

ON_THE_TARGET = "post"
"""In an article's sync_metadata: what the target had when it was published."""


def article_of(session: Session, publication: Publication) -> Content:
    """The article's row, locked."""
    mine = Content.site_id == publication.site_id, Content.id == publication.content_id
    return session.scalars(
        select(Content).where(*mine).with_for_update().execution_options(populate_existing=True)
    ).one()


def fulfilled(publication: Publication) -> None:
    """The wish came true."""
    publication.status = PublicationStatus.DONE
    publication.error = None
    publication.cause = None


def went_live(session: Session, publication: Publication, article: Article, live: Live) -> None:
    """The post is public, or handed over to people who release it themselves."""
    now = clock.now()
    fulfilled(publication)
    publication.content_version = article.version
    publication.external_id, publication.external_url = live.post.external_id, live.post.url
    publication.checked_at = now
    publication.report = report_of(publication, live, now)
    content = article_of(session, publication)
    content.external_id, content.external_url = live.post.external_id, live.post.url
    content.sync_metadata = content.sync_metadata | {ON_THE_TARGET: live.post.facts}
    if publication.target is PublicationTarget.WORDPRESS:
        content.sync_status = SyncStatus.SYNCED
    if live.is_handed_over:
        publication.found = PostFound.UNPUBLISHED
        if content.source is not ContentSource.WORDPRESS:  # what was imported stands where its post stands
            take_out(content)
        return
    publication.found = PostFound.AS_PUBLISHED
    be_published(session, publication, content, is_new=content.status is not ContentStatus.PUBLISHED)
    follow_on(session, publication, content)


def report_of(publication: Publication, live: Live, now: datetime) -> dict[str, Any]:
    """What is to be told beside: what the target said, the delay of what was missed, and who has to release it."""
    late = {DELAY: round((now - publication.due_at).total_seconds())}
    is_late = publication.published_at is None and was_missed(publication.due_at, now)
    return {**live.report, **(late if is_late else {}), **({HANDED_OVER: True} if live.is_handed_over else {})}


def be_published(session: Session, publication: Publication, content: Content, *, is_new: bool) -> None:
    """The article is public: since now, or since it first was. `is_new`: that is written down for the rules, too."""
    if is_new:
        cause = content.rule_execution_id
        write_events(session, content.site_id, RuleTrigger.CONTENT_PUBLISHED, [content.id], cause_id=cause)
    publication.published_at = publication.published_at or clock.now()
    content.published_at = content.published_at or publication.published_at
    content.status = ContentStatus.PUBLISHED
    content.site_status = SiteContentStatus.PUBLISHED


def unpublished(session: Session, publication: Publication) -> None:
    """The post is kept where only its owner sees it; the article is approved, and has no date."""
    fulfilled(publication)
    publication.content_version = None
    publication.found = None
    publication.checked_at = None
    publication.report = {}
    reopen_steps(session, publication)
    take_out(article_of(session, publication))


def deleted(session: Session, publication: Publication) -> None:
    """Nothing is left of it on the target, and no trace here: published again, it is a new post."""
    unpublished(session, publication)
    publication.external_id, publication.external_url = None, None
    publication.published_at = None
    content = article_of(session, publication)
    content.external_id, content.external_url = None, None
    content.sync_status = SyncStatus.NATIVE
    content.sync_metadata = {key: value for key, value in content.sync_metadata.items() if key != ON_THE_TARGET}
    mine = PublicationStep.publication_id == publication.id, PublicationStep.site_id == publication.site_id
    session.execute(delete(PublicationStep).where(*mine))


def take_out(content: Content) -> None:
    """Approved, without a date, and not waiting for one."""
    content.status = ContentStatus.APPROVED
    content.site_status = SiteContentStatus.NOT_SCHEDULED
    content.scheduled_publish_at = None
    content.no_slot_reason = None
    content.published_at = None


def failed(session: Session, publication: Publication, failure: PublishingFailed) -> bool:
    """Put it off, or give it up until people have changed something; returns whether it will be tried again."""
    delay = delay_after(publication.attempts, failure.retry_after) if failure.temporary else None
    if delay is not None:
        publication.error, publication.cause = failure.sentence, failure.cause
        publication.status = PublicationStatus.WAITING
        publication.next_attempt_at = clock.now() + delay
        return True
    failed_for_good(session, publication, failure.cause, failure.sentence)
    return False


def failed_for_good(session: Session, publication: Publication, cause: str, sentence: str) -> None:
    """Give it up; an article of which there is no post yet could not be published."""
    give_up(publication, cause, sentence)
    if publication.wish is PublicationWish.LIVE and publication.content_version is None:
        article_of(session, publication).site_status = SiteContentStatus.FAILED


def give_up(publication: Publication, cause: str, sentence: str) -> None:
    """Failed, since now, until people have changed something."""
    publication.status = PublicationStatus.FAILED
    publication.error, publication.cause = sentence, cause
    publication.next_attempt_at = clock.now()
