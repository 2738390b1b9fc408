"""Text that was changed in WordPress beside a change here, or after it was published from here: people decide.

Neither side is lost whatever they decide: the text that does not win is kept as a version of the article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    ArticleText,
    ConflictResolution,
    Content,
    ContentSource,
    ContentVersion,
    PostFound,
    Publication,
    PublicationTarget,
    SyncConflict,
    VersionKind,
)
from igny8_lib.publishing.importing.originals import keep_original, slug_for, tell, without_our_pictures
from igny8_lib.publishing.importing.posts import WordPressPost
from igny8_lib.review.diff import ArticleDiff, diff
from igny8_lib.review.versions import FIELDS, find_article, lock_version, save, texts_of

WORDPRESS = "WordPress"
"""Who made a version that came from there."""


@dataclass(frozen=True)
class Sides:
    """An open conflict: what the article says, what WordPress says, and the way from the one to the other."""

    conflict: SyncConflict
    ours: Content
    theirs: ArticleText
    difference: ArticleDiff


def raise_conflict(
    session: Session, content: Content, post: WordPressPost, opened: SyncConflict | None, now: datetime
) -> None:
    """Write down what WordPress says; an open conflict of the article gets the newest text."""
    if opened is None:
        opened = SyncConflict(site_id=content.site_id, content_id=content.id)
        session.add(opened)
    opened.seen_at = now
    opened.theirs = {
        "title": post.title,
        "html": post.html,
        "excerpt": post.excerpt,
        "modified": post.modified_at and post.modified_at.isoformat(),
        "digest": post.digest,
        "post": post.model_dump(mode="json"),
    }


def close(conflict: SyncConflict, resolution: ConflictResolution, by: str) -> None:
    """Note how it ended."""
    conflict.resolved_at, conflict.resolved_by, conflict.resolution = clock.now(), by, resolution


def list_conflicts(
    session: Session, site_id: int, *, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """The site's open conflicts, newest first, as documents without texts; `before` is where the last page ended."""
    query = (
        select(SyncConflict.id, SyncConflict.content_id, SyncConflict.seen_at, Content.title, Content.version, THEIRS)
        .join(Content, (Content.id == SyncConflict.content_id) & (Content.site_id == SyncConflict.site_id))
        .where(SyncConflict.site_id == site_id, SyncConflict.resolved_at.is_(None))
    )
    if before is not None:
        query = query.where(SyncConflict.id < before)
    rows = session.execute(query.order_by(SyncConflict.id.desc()).limit(limit))
    return [
        {
            "id": row.id,
            "content_id": row.content_id,
            "title": row.title,
            "version": row.version,
            "their_title": row.their_title,
            "seen_at": row.seen_at.isoformat(),
        }
        for row in rows
    ]


THEIRS = SyncConflict.theirs["title"].astext.label("their_title")


def show_conflict(session: Session, site_id: int, content_id: int) -> Sides:
    """Both sides of the article's open conflict. Raises NotFound where it has none."""
    content = find_article(session, site_id, content_id)
    conflict = open_conflict(session, content)
    theirs = ContentVersion(**texts_of(content) | values_of(session, content, conflict))
    return Sides(conflict, content, theirs, diff(content, theirs))


def open_conflict(session: Session, content: Content, *, lock: bool = False) -> SyncConflict:
    """The open conflict of an article. Raises NotFound where it has none."""
    query = select(SyncConflict).where(
        SyncConflict.site_id == content.site_id,
        SyncConflict.content_id == content.id,
        SyncConflict.resolved_at.is_(None),
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"The article {content.id} has no open conflict with WordPress.")
    return found


def values_of(session: Session, content: Content, conflict: SyncConflict) -> dict[str, Any]:
    """What the article would say as WordPress has it. Of one that was written here: address and terms stay its own, and
    the pictures that publishing put into the post are no part of its text."""
    post = WordPressPost.model_validate(conflict.theirs["post"])
    if content.source == ContentSource.IGNY8:
        return {"title": post.title, "html": without_our_pictures(session, content, post.html)}
    return post.texts() | {"slug": slug_for(session, content, post)}


def take_theirs(session: Session, site_id: int, content_id: int, *, version: int, by: str) -> Content:
    """Let the article say what WordPress says, as its next version; `version` is the newest one that was seen.

    Raises NotFound where it has no open conflict, ChangedMeanwhile, InvalidInput.
    """
    content = lock_version(session, site_id, content_id, version)
    conflict = open_conflict(session, content, lock=True)
    values = values_of(session, content, conflict)
    save(session, content, values, kind=VersionKind.IMPORTED, by=by, note="taken from WordPress")
    return settle(session, content, conflict, ConflictResolution.THEIRS, by)


def keep_ours(session: Session, site_id: int, content_id: int, *, version: int, by: str) -> Content:
    """Let the article stand: the next update of its post overwrites what people changed there, which is kept as a
    version before the newest one. Raises NotFound where it has no open conflict, ChangedMeanwhile, InvalidInput."""
    content = lock_version(session, site_id, content_id, version)
    conflict = open_conflict(session, content, lock=True)
    ours = {name: getattr(content, name) for name in FIELDS}
    theirs = values_of(session, content, conflict)
    before = content.version
    save(session, content, theirs, kind=VersionKind.IMPORTED, by=by, note="WordPress, not taken")
    save(session, content, ours, kind=VersionKind.RESTORED, by=by, note=f"version {before}")
    return settle(session, content, conflict, ConflictResolution.OURS, by)


def merge(
    session: Session, site_id: int, content_id: int, values: Mapping[str, Any], *, version: int, by: str
) -> Content:
    """Let the article say what people made of both texts; `values` are checked columns (review.edit.checked).

    Raises NotFound where it has no open conflict, ChangedMeanwhile, InvalidInput, and Conflict for a taken address.
    """
    content = lock_version(session, site_id, content_id, version)
    conflict = open_conflict(session, content, lock=True)
    save(session, content, values, kind=VersionKind.EDITED, by=by, note="merged with WordPress")
    return settle(session, content, conflict, ConflictResolution.MERGED, by)


def settle(
    session: Session, content: Content, conflict: SyncConflict, resolution: ConflictResolution, by: str
) -> Content:
    """Close the conflict: what WordPress says is known from here on, and what the article says is compared with it."""
    post = WordPressPost.model_validate(conflict.theirs["post"])
    theirs = resolution == ConflictResolution.THEIRS
    keep_original(session, content, post, version=content.version if theirs else content.version - 1)
    tell(content, post)
    close(conflict, resolution, by)
    if theirs and content.source == ContentSource.IGNY8:
        mine = (Publication.site_id == content.site_id, Publication.content_id == content.id)
        said = {"content_version": content.version, "found": PostFound.AS_PUBLISHED}
        on = Publication.target == PublicationTarget.WORDPRESS
        session.execute(update(Publication).where(*mine, on).values(**said))
    return content
