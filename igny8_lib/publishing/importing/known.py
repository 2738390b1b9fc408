"""What is known here of the posts of a page: read and locked by a fixed number of statements, however many they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, defer

from igny8_lib.models import (
    ArticleText,
    Content,
    ContentSource,
    ContentVersion,
    Publication,
    PublicationStatus,
    PublicationTarget,
    SyncConflict,
    WordPressOriginal,
)
from igny8_lib.publishing.importing.posts import WordPressPost

MARK = re.compile(r"<!-- igny8:([0-9A-Za-z-]{1,64}) -->")
"""The mark of a publication, as it stands in its post."""
IN_WORK = (PublicationStatus.WAITING, PublicationStatus.UNDER_WAY)


@dataclass
class Known:
    """A post that is content here: imported, or one of our publications."""

    content: Content
    original: WordPressOriginal | None
    """None for a published article that was not met before."""
    publication: Publication | None
    conflict: SyncConflict | None
    """The open one."""
    published: ArticleText | None = None
    """What the publication says, where the article says something else by now."""

    @property
    def is_ours(self) -> bool:
        """Whether it was written here."""
        return self.content.source == ContentSource.IGNY8

    @property
    def is_in_work(self) -> bool:
        """Whether a publisher changes the post now, or will: what it says there is nobody's last word."""
        return self.publication is not None and self.publication.status in IN_WORK


def find_known(session: Session, site_id: int, numbers: Collection[str]) -> dict[str, Known]:
    """The posts with these numbers that are content of the site, by number; their content is locked."""
    if not numbers:
        return {}
    publications = {
        publication.external_id: publication
        for publication in session.scalars(
            select(Publication).where(
                Publication.site_id == site_id,
                Publication.target == PublicationTarget.WORDPRESS,
                Publication.external_id.in_(numbers),
            )
        )
    }
    originals = {
        original.external_id: original
        for original in session.scalars(
            select(WordPressOriginal)
            .where(WordPressOriginal.site_id == site_id, WordPressOriginal.external_id.in_(numbers))
            .options(defer(WordPressOriginal.raw))
        )
    }
    ids = {number: row.content_id for rows in (publications, originals) for number, row in rows.items() if number}
    content = lock_content(session, site_id, ids.values())
    conflicts = {
        conflict.content_id: conflict
        for conflict in session.scalars(
            select(SyncConflict).where(
                SyncConflict.site_id == site_id,
                SyncConflict.content_id.in_(ids.values()),
                SyncConflict.resolved_at.is_(None),
            )
        )
    }
    known = {
        number: Known(content[each], originals.get(number), publications.get(number), conflicts.get(each))
        for number, each in ids.items()
        if each in content
    }
    add_published(session, site_id, list(known.values()))
    return known


def lock_content(session: Session, site_id: int, ids: Collection[int]) -> dict[int, Content]:
    """The articles as they are now, in the order of their numbers so that two who lock never wait for each other."""
    query = select(Content).where(Content.site_id == site_id, Content.id.in_(ids)).order_by(Content.id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {content.id: content for content in session.scalars(locked.options(defer(Content.html)))}


def add_published(session: Session, site_id: int, known: Sequence[Known]) -> None:
    """Give each the text that its publication says, where that is an older version."""
    older = {
        (each.content.id, each.publication.content_version): each
        for each in known
        if each.publication and each.publication.content_version not in {None, each.content.version}
    }
    if not older:
        return
    number = tuple_(ContentVersion.content_id, ContentVersion.number)
    query = select(ContentVersion).where(ContentVersion.site_id == site_id, number.in_(older))
    for version in session.scalars(query):
        older[version.content_id, version.number].published = version


def being_published(session: Session, site_id: int, posts: Sequence[WordPressPost]) -> set[int]:
    """Those of the posts that a publisher has just made, or made before it died: they carry the mark of a publication
    that does not know its post yet."""
    marks = {post.id: set(MARK.findall(post.raw)) for post in posts}
    met = set().union(*marks.values())
    if not met:
        return set()
    mine = (Publication.site_id == site_id, Publication.external_id.is_(None), Publication.mark.in_(met))
    ours = set(session.scalars(select(Publication.mark).where(*mine)))
    return {number for number, own in marks.items() if own & ours}
