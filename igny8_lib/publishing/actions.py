"""What people ask of publications: now, again, no longer, never again.

Each of them writes a wish into the record; the publisher, which looks every minute, brings it about. An article that
is being published this very moment is left alone: who asks meanwhile is told to wait.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import (
    Account,
    AccountStatus,
    Content,
    ContentSource,
    ContentStatus,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublicationWish,
    Site,
    SiteContentStatus,
    SiteStatus,
    StepName,
    WordPressOriginal,
)
from igny8_lib.publishing import calendar
from igny8_lib.publishing.calendar import WORDS, named, titled
from igny8_lib.publishing.records import find_record, record_of, reopen_steps, wish_for
from igny8_lib.publishing.steps import OVERWRITE


def publish_now(session: Session, site: Site, content_id: int, *, by: str, overwrite: bool = False) -> Publication:
    """Let an approved article go out at once, whatever its slot was and whether or not the site publishes by itself;
    one that is published, too, where the site was moved to another target since.

    `overwrite`: the article wins over what people did to its post on the website. Raises NotFound, and Conflict where
    the article is not approved, is on its way or published, or where the site publishes nothing.
    """
    target = open_target(session, site)
    calendar.hold(session, site.id)
    content = find(session, site, content_id)
    require_publishable(content, is_elsewhere=is_elsewhere(session, content, target))
    publication = free(session, record_of(session, content, target), content)
    content.site_status = SiteContentStatus.PUBLISHING
    content.scheduled_publish_at = None
    content.no_slot_reason = None
    return wish(session, site, publication, PublicationWish.LIVE, by, overwrite=overwrite)


def is_elsewhere(session: Session, content: Content, target: PublicationTarget) -> bool:
    """Whether the article is published, or on its way, at a target that the site no longer has, and nothing of it is at
    this one."""
    mine = (Publication.site_id == content.site_id, Publication.content_id == content.id)
    query = select(Publication.target).where(*mine, Publication.wish == PublicationWish.LIVE)
    wished = set(session.scalars(query))
    return bool(wished) and target not in wished


def require_publishable(content: Content, *, is_elsewhere: bool) -> None:
    """Raises Conflict where the article is not approved, or is on its way or published where the site publishes now."""
    approved = (ContentStatus.APPROVED, ContentStatus.PUBLISHED) if is_elsewhere else (ContentStatus.APPROVED,)
    if content.status not in approved:
        remedy = "update it instead" if content.status is ContentStatus.PUBLISHED else "approve it first"
        raise Conflict(f"{named(content)} is {WORDS[content.status]}: {remedy}.")
    if content.site_status is SiteContentStatus.PUBLISHING and not is_elsewhere:
        raise Conflict(f"{named(content)} is on its way to the website already.")


def update(session: Session, site: Site, content_id: int, *, by: str, overwrite: bool = False) -> Publication:
    """Let the post of a published or imported article say what the article says now. `overwrite` and errors as for
    `publish_now`."""
    content, publication = published(session, site, content_id, "updated")
    if publication.wish is not PublicationWish.LIVE:
        raise Conflict(f"{named(content)} is not live: publish it.")
    reopen_steps(session, publication)
    return wish(session, site, publication, PublicationWish.LIVE, by, overwrite=overwrite)


def unpublish(session: Session, site: Site, content_id: int, *, by: str) -> Publication:
    """Take the post from the public and keep it as a draft; the article is approved then, without a date.

    Raises NotFound, and Conflict where there is no post, or a publisher is at it.
    """
    content, publication = published(session, site, content_id, "unpublished")
    require_written_here(content)
    return wish(session, site, publication, PublicationWish.DRAFT, by)


def delete_post(session: Session, site: Site, content_id: int, *, by: str) -> Publication:
    """Delete the post and its pictures from the website; the article stays, approved and without a date.

    Raises NotFound, and Conflict where there is no post, or a publisher is at it.
    """
    content, publication = published(session, site, content_id, "deleted from the website")
    require_written_here(content)
    return wish(session, site, publication, PublicationWish.GONE, by)


def retry(session: Session, site: Site, content_id: int, *, by: str, overwrite: bool = False) -> Publication:
    """Try a publication again that failed, or that waits for its next attempt: from the step that failed.

    Where the post was made and not seen live, it is looked after once more, too. `overwrite` as for `publish_now`.
    Raises NotFound, and Conflict where nothing has failed, or a publisher is at it.
    """
    target = open_target(session, site)
    calendar.hold(session, site.id)
    content = find(session, site, content_id)
    known = session.scalar(find_record(site.id, content.id, target))
    if known is None or known.status not in (PublicationStatus.FAILED, PublicationStatus.WAITING):
        raise Conflict(f"No publication of the {titled(content)} has failed: there is nothing to try again.")
    publication = free(session, known, content)
    reopen_steps(session, publication, StepName.POST, StepName.SEO, StepName.LIVE)
    if publication.wish is PublicationWish.LIVE and content.status is ContentStatus.APPROVED:
        content.site_status = SiteContentStatus.PUBLISHING
    return wish(session, site, publication, publication.wish, by, overwrite=overwrite)


def published(session: Session, site: Site, content_id: int, what: str) -> tuple[Content, Publication]:
    """The article and its record, both locked. Raises NotFound, and Conflict where it has no post to be `what`."""
    target = open_target(session, site)
    calendar.hold(session, site.id)
    content = find(session, site, content_id)
    known = adopted(session, content, target) or session.scalar(find_record(site.id, content.id, target))
    if known is None or known.external_id is None:
        raise Conflict(f"{named(content)} has no post on the website that could be {what}.")
    return content, free(session, known, content)


def adopted(session: Session, content: Content, target: PublicationTarget) -> Publication | None:
    """The record of an imported article, made of its post where there is none yet; None for what was written here."""
    if content.source is not ContentSource.WORDPRESS or target is not PublicationTarget.WORDPRESS:
        return None
    publication = record_of(session, content, target)
    if publication.external_id is None:
        publication.external_id, publication.external_url = content.external_id, content.external_url
        publication.wish, publication.published_at = PublicationWish.LIVE, content.published_at
        original = session.get(WordPressOriginal, content.id)
        publication.content_version = original.version if original else content.version
    return publication


def require_written_here(content: Content) -> None:
    """Raises Conflict for an imported article: its post was never ours to take away."""
    if content.source is ContentSource.WORDPRESS:
        raise Conflict(f"{named(content)} came from WordPress: take its post from the public there.")


def open_target(session: Session, site: Site) -> PublicationTarget:
    """Where the site's articles go. Raises Conflict where it publishes nothing."""
    if site.status != SiteStatus.ACTIVE:
        raise Conflict(f"Site {site.slug} is switched off: switch it on first.")
    if session.get_one(Account, site.account_id).status != AccountStatus.ACTIVE:
        raise Conflict(f"The account of site {site.slug} is suspended: nothing of it is published.")
    try:
        return PublicationTarget(site.hosting_type)
    except ValueError:
        known = " or ".join(target.value for target in PublicationTarget)
        raise Conflict(
            f"Site {site.slug} is hosted by {site.hosting_type}, where nothing can be published yet: "
            f"its hosting type has to be {known}."
        ) from None


def find(session: Session, site: Site, content_id: int) -> Content:
    """The article, locked. Raises NotFound."""
    query = select(Content).where(Content.site_id == site.id, Content.id == content_id).with_for_update()
    content = session.scalar(query.execution_options(populate_existing=True))
    if content is None:
        raise NotFound(f"The site has no article {content_id}.")
    return content


def free(session: Session, known: Publication, content: Content) -> Publication:
    """The record, locked. Raises Conflict while a publisher has it."""
    query = find_record(known.site_id, known.content_id, known.target)
    publication: Publication | None = session.scalar(query.with_for_update(key_share=True, skip_locked=True))
    if publication is None:
        raise Conflict(f"{named(content)} is being worked on by a publisher this very moment: wait a minute.")
    return publication


def wish(
    session: Session, site: Site, publication: Publication, wanted: PublicationWish, by: str, *, overwrite: bool = False
) -> Publication:
    """Write the wish down; a slot that became free goes to who waits for one."""
    wish_for(publication, wanted, by=by, due_at=clock.now())
    kept = {key: value for key, value in publication.report.items() if key != OVERWRITE}
    publication.report = kept | {OVERWRITE: True} if overwrite else kept
    session.flush()
    calendar.fill_room(session, site)
    return publication
