"""A page of posts becomes content: new ones are added, known ones compared; done twice it changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from igny8_lib.models import (
    ConflictResolution,
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    PublicationWish,
    SiteContentStatus,
    SyncStatus,
    VersionKind,
    WordPressOriginal,
)
from igny8_lib.publishing.importing.conflicts import WORDPRESS, close, raise_conflict
from igny8_lib.publishing.importing.known import Known, being_published, find_known
from igny8_lib.publishing.importing.meaning import says_the_same
from igny8_lib.publishing.importing.originals import (
    free_slug,
    keep_original,
    slug_for,
    stand_as,
    taken_slugs,
    tell,
    tell_status,
    values_of_original,
)
from igny8_lib.publishing.importing.posts import DELETED, PUBLIC, TRASH, WordPressPost
from igny8_lib.review.scores import score, score_each
from igny8_lib.review.versions import save
from igny8_lib.text.html import word_count

BY_WORDPRESS = (ContentStatus.DRAFT, ContentStatus.PUBLISHED)
"""Where imported content stands while nobody works on it here."""


NOT_PUBLIC = {TRASH: PostFound.TRASHED}


class Outcome(StrEnum):
    """What became of a post here; the counts of a pass have these names."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflicts"
    TRASHED = "trashed"
    DELETED = "deleted"
    SKIPPED = "skipped"
    """Left for a later pass: a publisher is at it; or never wanted: it was in the trash when it was first seen."""


def store(session: Session, site_id: int, posts: Sequence[WordPressPost], seen_at: datetime) -> Counter[str]:
    """Store a page of posts; how many became what. The statements are a fixed number, beside those for posts that
    changed. `seen_at` is when the pass began."""
    known = find_known(session, site_id, [post.external_id for post in posts])
    unknown = [post for post in posts if post.external_id not in known]
    new = wanted(session, site_id, unknown)
    add(session, site_id, new, seen_at)
    counts = Counter[str]({Outcome.NEW.value: len(new), Outcome.SKIPPED.value: len(unknown) - len(new)})
    for post in posts:
        if each := known.get(post.external_id):
            counts[meet(session, each, post, seen_at).value] += 1
    met = [each.content.id for each in known.values()]
    mine = (WordPressOriginal.site_id == site_id, WordPressOriginal.content_id.in_(met))
    session.execute(update(WordPressOriginal).where(*mine).values(seen_at=seen_at))
    return counts


def wanted(session: Session, site_id: int, posts: Sequence[WordPressPost]) -> list[WordPressPost]:
    """The unknown posts that become content: none out of the trash, none that a publisher of ours makes just now."""
    ours = being_published(session, site_id, posts) if posts else set()
    return [post for post in posts if post.status != TRASH and post.id not in ours]


def add(session: Session, site_id: int, posts: Sequence[WordPressPost], seen_at: datetime) -> None:
    """New content with its scores, and with what WordPress had to the letter beside it."""
    if not posts:
        return
    taken, slugs = taken_slugs(session, site_id, posts), dict[int, str]()
    for post in posts:
        slugs[post.id] = free_slug(post, taken)
        taken.add(slugs[post.id])
    rows = [new_content(site_id, post, slugs[post.id]) for post in posts]
    ids = {
        number: each
        for each, number in session.execute(insert(Content).returning(Content.id, Content.external_id), rows)
    }
    originals = [
        values_of_original(post)
        | {"content_id": ids[post.external_id], "site_id": site_id, "version": 1, "seen_at": seen_at}
        for post in posts
    ]
    session.execute(insert(WordPressOriginal), originals)
    score_each(session, site_id, list(ids.values()))


def new_content(site_id: int, post: WordPressPost, slug: str) -> dict[str, object]:
    """The row of imported content."""
    status, site_status = post.stands
    return post.texts() | {
        "site_id": site_id,
        "slug": slug,
        "word_count": word_count(post.html),
        "status": status,
        "site_status": site_status,
        "published_at": post.published_at,
        "source": ContentSource.WORDPRESS,
        "sync_status": SyncStatus.IMPORTED,
        "external_id": post.external_id,
        "external_url": post.url,
        "sync_metadata": {"wordpress": post.told()},
    }


def meet(session: Session, known: Known, post: WordPressPost, seen_at: datetime) -> Outcome:
    """Compare a post with what is known of it."""
    if known.is_in_work:
        return Outcome.SKIPPED
    return meet_ours(session, known, post, seen_at) if known.is_ours else meet_imported(session, known, post, seen_at)


def meet_imported(session: Session, known: Known, post: WordPressPost, seen_at: datetime) -> Outcome:
    """Changed there alone, it becomes a new version; changed on both sides, a conflict."""
    content, original = known.content, known.original
    if original is None:  # written back before it was ever imported: there is nothing to compare with
        keep_original(session, content, post, version=content.version, seen_at=seen_at)
        return Outcome.UNCHANGED
    if post.status != original.status and content.status in BY_WORDPRESS:
        stand_as(content, post)
    if post.status == TRASH:
        return meet_trashed(known, original)
    text = meet_text(session, known, original, post, seen_at)
    told = tell(content, post)
    shown = original.facts.get("featured")
    original.status, original.modified_at, original.facts = post.status, post.modified_at, post.facts()
    if original.facts["featured"] != shown:
        score(session, content.site_id, [content])  # it counts as a picture, and is no part of the text
    return Outcome.CHANGED if text == Outcome.UNCHANGED and told else text


def meet_trashed(known: Known, original: WordPressOriginal) -> Outcome:
    """A post in the trash: WordPress has given its address away, and its text stands as it was."""
    before, original.status = original.status, TRASH
    tell_status(known.content, TRASH)
    if known.publication:
        known.publication.found = PostFound.TRASHED
    return Outcome.UNCHANGED if before == TRASH else Outcome.TRASHED


def meet_text(
    session: Session, known: Known, original: WordPressOriginal, post: WordPressPost, seen_at: datetime
) -> Outcome:
    """What becomes of the text of imported content."""
    content = known.content
    if post.digest == original.digest:
        if known.conflict:
            close(known.conflict, ConflictResolution.OURS, WORDPRESS)  # they took their change back
        return Outcome.UNCHANGED
    if content.version == original.version:
        values = post.texts() | {"slug": slug_for(session, content, post)}
        save(session, content, values, kind=VersionKind.IMPORTED, by=WORDPRESS)
    elif not says_the_same(content.title, content.html, post):
        if known.conflict and known.conflict.theirs["digest"] == post.digest:
            return Outcome.UNCHANGED
        raise_conflict(session, content, post, known.conflict, seen_at)
        return Outcome.CONFLICT
    if known.conflict:
        close(known.conflict, ConflictResolution.MERGED, WORDPRESS)
    keep_original(session, content, post, version=content.version)
    return Outcome.CHANGED


def meet_ours(session: Session, known: Known, post: WordPressPost, seen_at: datetime) -> Outcome:
    """A published article: what people changed there is seen and marked, and theirs to decide; nothing is taken."""
    content, publication = known.content, known.publication
    if publication is None:
        return Outcome.SKIPPED
    if post.status == TRASH and known.original:
        return meet_trashed(known, known.original)
    tell(content, post)
    said = known.published or content
    known_text = known.original is not None and known.original.digest == post.digest
    if says_the_same(said.title, said.html, post):
        if not known_text:
            keep_original(session, content, post, version=said_version(known), seen_at=seen_at)
        publication.found, outcome = PostFound.AS_PUBLISHED, Outcome.UNCHANGED
        if known.conflict:
            close(known.conflict, ConflictResolution.OURS, WORDPRESS)
    elif known_text or (known.conflict and known.conflict.theirs["digest"] == post.digest):
        publication.found, outcome = PostFound.CHANGED, Outcome.UNCHANGED
    else:
        raise_conflict(session, content, post, known.conflict, seen_at)
        publication.found, outcome = PostFound.CHANGED, Outcome.CONFLICT
    if known.original:
        known.original.status = post.status
    publication.checked_at = seen_at
    if post.status != PUBLIC and publication.wish == PublicationWish.LIVE and publication.published_at:
        publication.found = NOT_PUBLIC.get(post.status, PostFound.UNPUBLISHED)
    return outcome


def said_version(known: Known) -> int:
    """The version of the article that its post says."""
    return (known.publication and known.publication.content_version) or known.content.version


def mark_deleted(session: Session, site_id: int, numbers: Sequence[str]) -> int:
    """Mark posts that are gone from WordPress; nothing is deleted here. How many were not known to be gone."""
    found = 0
    for known in find_known(session, site_id, numbers).values():
        if known.original is None or known.original.status == DELETED or known.is_in_work:
            continue
        known.original.status = DELETED
        tell_status(known.content, DELETED)
        if known.publication:
            known.publication.found = PostFound.DELETED
        if not known.is_ours and known.content.status in BY_WORDPRESS:
            known.content.status, known.content.site_status = ContentStatus.DRAFT, SiteContentStatus.NOT_SCHEDULED
            known.content.published_at = None
        found += 1
    return found
