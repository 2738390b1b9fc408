"""Posts that follow their articles: links that were put into a published article, or taken out, reach its post by
themselves, and so does an optimization that is taken back. A better text of the AI does where the site's articles need
nobody's approval, and else waits for people like what they changed here themselves. What they changed there stays.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    Content,
    ContentVersion,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationTarget,
    PublicationWish,
    PublishingSettings,
    Site,
    SyncConflict,
    VersionKind,
    WordPressOriginal,
)
from igny8_lib.publishing.actions import adopted, open_target
from igny8_lib.publishing.importing.posts import DELETED, TRASH
from igny8_lib.publishing.records import find_record, reopen_steps, wish_for

FOLLOWED = (VersionKind.LINKED,)
"""Versions that reach the post without being asked for."""
UNREAD = (VersionKind.OPTIMIZED,)
"""Those that do where the site approves by itself: texts that nobody may have read."""
CHANGED_THERE = (PostFound.CHANGED, PostFound.UNPUBLISHED, PostFound.TRASHED, PostFound.DELETED)


class Follows(StrEnum):
    """What becomes of the post of an article that was changed."""

    NO_POST = "no_post"
    """There is none, or none that the site's publisher could change."""
    UPDATED = "updated"
    """A publisher takes it within a minute, or is at it and does it once more."""
    WITH_OTHERS = "with_others"
    """The article was changed by people, too, since its post was written: it goes there with that, when they say so."""
    CHANGED_THERE = "changed_there"
    """People changed the post on the website: they decide."""
    FAILED = "failed"
    """The post could not be written before: trying that again tells it."""
    BUSY = "busy"
    """A publisher is at it, and may have read the article before."""

    @property
    def sentence(self) -> str:
        """What people are told; "" where there is nothing to tell."""
        return SENTENCES[self]


SENTENCES = {
    Follows.NO_POST: "",
    Follows.UPDATED: "Its post is updated within a minute.",
    Follows.WITH_OTHERS: "Its post says so once you update it: the article has changes that were not published yet.",
    Follows.CHANGED_THERE: "Its post was left as it is: people changed it on the website.",
    Follows.FAILED: "Its post says so once its publication, which failed, is tried again.",
    Follows.BUSY: "Its post is being written this very moment: update it in a minute.",
}


def follow(session: Session, site: Site, content: Content, *, by: str, wanted: Collection[int] = ()) -> Follows:
    """Let the post of a locked article say what it says now, as an update that people ask for, where nothing was
    changed since the post was written but what may follow. `wanted`: the numbers of versions that people asked for,
    which may, whatever their kind. Waits for no publisher."""
    try:
        target = open_target(session, site)
    except Conflict:
        return Follows.NO_POST
    known = adopted(session, content, target) or session.scalar(find_record(site.id, content.id, target))
    if known is None or known.external_id is None or known.wish is not PublicationWish.LIVE:
        return Follows.NO_POST
    if not may_follow(session, content, known, wanted):
        return Follows.WITH_OTHERS
    if is_changed_there(session, content, known):
        return Follows.CHANGED_THERE
    if known.status is PublicationStatus.DONE:
        return ask(session, content, target, by)
    stands = {PublicationStatus.FAILED: Follows.FAILED, PublicationStatus.UNDER_WAY: Follows.BUSY if wanted else None}
    return stands.get(known.status) or Follows.UPDATED


def ask(session: Session, content: Content, target: PublicationTarget, by: str) -> Follows:
    """Write the wish down. A publisher that has the record at this moment reads the article when it has ended
    (`follow_on`): it waits for the article's lock, which is ours."""
    query = find_record(content.site_id, content.id, target).with_for_update(key_share=True, skip_locked=True)
    publication: Publication | None = session.scalar(query)
    if publication is not None:
        reopen_steps(session, publication)
        wish_for(publication, PublicationWish.LIVE, by=by, due_at=clock.now())
        session.flush()
    return Follows.UPDATED


def follow_on(session: Session, publication: Publication, content: Content) -> None:
    """Of a publication that has just ended, with the article locked: where it was changed meanwhile by what follows,
    once more."""
    if may_follow(session, content, publication) and not is_changed_there(session, content, publication):
        mine = (ContentVersion.content_id == content.id, ContentVersion.number == content.version)
        query = select(ContentVersion.made_by).where(ContentVersion.site_id == content.site_id, *mine)
        wish_for(publication, PublicationWish.LIVE, by=session.scalars(query).one(), due_at=clock.now())


def may_follow(session: Session, content: Content, publication: Publication, wanted: Collection[int] = ()) -> bool:
    """Whether the article was changed since its post was written, and by nothing but what follows, or is `wanted`."""
    original = session.get(WordPressOriginal, content.id)
    said = max(publication.content_version or 0, original.version if original else 0)
    since = (ContentVersion.content_id == content.id, ContentVersion.number > said)
    query = select(ContentVersion.number, ContentVersion.kind).where(ContentVersion.site_id == content.site_id, *since)
    made = session.execute(query).all()
    others = {kind for number, kind in made if number not in wanted and kind not in FOLLOWED}
    return 0 < said < content.version and (not others or (others <= set(UNREAD) and approves(session, content.site_id)))


def approves(session: Session, site_id: int) -> bool:
    """Whether the site's articles need nobody's approval."""
    settings = session.get(PublishingSettings, site_id)
    return settings is not None and settings.auto_approval_enabled


def is_changed_there(session: Session, content: Content, publication: Publication) -> bool:
    """Whether people changed the post on the website, as far as that is known here."""
    original = session.get(WordPressOriginal, content.id)
    if publication.found in CHANGED_THERE or (original is not None and original.status in (TRASH, DELETED)):
        return True
    mine = (SyncConflict.site_id == content.site_id, SyncConflict.content_id == content.id)
    return bool(session.scalar(select(exists().where(*mine, SyncConflict.resolved_at.is_(None)))))
