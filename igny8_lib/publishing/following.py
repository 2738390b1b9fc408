"""Posts that follow their articles: links that were put into a published article, or taken out, reach its post by
themselves. What people changed here and have not told the post waits for them, and what they changed there stays.
"""

from __future__ import annotations

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
}


def follow(session: Session, site: Site, content: Content, *, by: str) -> Follows:
    """Let the post of a locked article say what links made of it, as an update that people ask for, where nothing but
    links was changed since the post was written. Waits for no publisher."""
    try:
        target = open_target(session, site)
    except Conflict:
        return Follows.NO_POST
    known = adopted(session, content, target) or session.scalar(find_record(site.id, content.id, target))
    if known is None or known.external_id is None or known.wish is not PublicationWish.LIVE:
        return Follows.NO_POST
    if not says_only_more_links(session, content, known):
        return Follows.WITH_OTHERS
    if is_changed_there(session, content, known):
        return Follows.CHANGED_THERE
    if known.status is PublicationStatus.DONE:
        return ask(session, content, target, by)
    return Follows.FAILED if known.status is PublicationStatus.FAILED else Follows.UPDATED


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
    """Of a publication that has just ended, with the article locked: where links were put in meanwhile, once more."""
    if says_only_more_links(session, content, publication) and not is_changed_there(session, content, publication):
        mine = (ContentVersion.content_id == content.id, ContentVersion.number == content.version)
        query = select(ContentVersion.made_by).where(ContentVersion.site_id == content.site_id, *mine)
        wish_for(publication, PublicationWish.LIVE, by=session.scalars(query).one(), due_at=clock.now())


def says_only_more_links(session: Session, content: Content, publication: Publication) -> bool:
    """Whether the article was changed since its post was written, and by nothing but links."""
    original = session.get(WordPressOriginal, content.id)
    said = max(publication.content_version or 0, original.version if original else 0)
    since = (ContentVersion.content_id == content.id, ContentVersion.number > said)
    kinds = session.scalars(select(ContentVersion.kind).where(ContentVersion.site_id == content.site_id, *since)).all()
    return 0 < said < content.version and all(kind in FOLLOWED for kind in kinds)


def is_changed_there(session: Session, content: Content, publication: Publication) -> bool:
    """Whether people changed the post on the website, as far as that is known here."""
    original = session.get(WordPressOriginal, content.id)
    if publication.found in CHANGED_THERE or (original is not None and original.status in (TRASH, DELETED)):
        return True
    mine = (SyncConflict.site_id == content.site_id, SyncConflict.content_id == content.id)
    return bool(session.scalar(select(exists().where(*mine, SyncConflict.resolved_at.is_(None)))))
