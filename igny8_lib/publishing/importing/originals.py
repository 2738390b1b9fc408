"""What WordPress last had of an article, and what of that the article's own row says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, Publication, PublicationStep, PublicationTarget, StepName, WordPressOriginal
from igny8_lib.publishing.importing.posts import WordPressPost

FIGURE = re.compile(r'<figure(?: [^>]*)?>\s*<img [^>]*?src="([^"]*)"[^>]*>\s*</figure>\s*')


def values_of_original(post: WordPressPost) -> dict[str, Any]:
    """The columns that say what WordPress has."""
    return {
        "external_id": post.external_id,
        "kind": post.kind,
        "raw": post.raw,
        "digest": post.digest,
        "status": post.status,
        "modified_at": post.modified_at,
        "facts": post.facts(),
    }


def keep_original(
    session: Session, content: Content, post: WordPressPost, *, version: int, seen_at: datetime | None = None
) -> WordPressOriginal:
    """Keep what WordPress has now; `version` of the article says the same."""
    original = session.get(WordPressOriginal, content.id)
    if original is None:
        original = WordPressOriginal(content_id=content.id, site_id=content.site_id, seen_at=clock.now())
        session.add(original)
    for name, value in (values_of_original(post) | {"version": version}).items():
        setattr(original, name, value)
    original.seen_at = seen_at or original.seen_at
    return original


def stand_as(content: Content, post: WordPressPost) -> None:
    """Let imported content stand where its post stands."""
    content.status, content.site_status = post.stands
    content.published_at = post.published_at


def tell(content: Content, post: WordPressPost) -> bool:
    """Let the article's row tell of its post; whether that changed anything."""
    told = content.sync_metadata | {"wordpress": post.told()}
    if (content.sync_metadata, content.external_url) == (told, post.url):
        return False
    content.sync_metadata, content.external_url = told, post.url
    return True


def tell_status(content: Content, status: str) -> None:
    """Let the article's row tell what became of its post."""
    told = content.sync_metadata.get("wordpress", {})
    content.sync_metadata = content.sync_metadata | {"wordpress": told | {"status": status}}


def slug_for(session: Session, content: Content, post: WordPressPost) -> str:
    """The address that the article has here with what its post says."""
    if content.sync_metadata.get("wordpress", {}).get("slug") == post.slug:
        return content.slug
    return free_slug(post, taken_slugs(session, content.site_id, [post], but=content.id))


def taken_slugs(session: Session, site_id: int, posts: Collection[WordPressPost], but: int | None = None) -> set[str]:
    """Which of the addresses that the posts could have are taken; one statement."""
    wished = [slug for post in posts for slug in slugs_of(post)]
    query = select(Content.slug).where(Content.site_id == site_id, Content.slug.in_(wished))
    return set(session.scalars(query if but is None else query.where(Content.id != but)))


def free_slug(post: WordPressPost, taken: Collection[str]) -> str:
    """The post's own address where it is free here, else with its number behind it."""
    return next(slug for slug in slugs_of(post) if slug not in taken)


def slugs_of(post: WordPressPost) -> list[str]:
    """The addresses that a post can have here, the best first; nobody has the last one by accident."""
    own = post.wanted_slug
    return [own, f"{own}-{post.id}", f"{own}-{post.kind.value}-{post.id}", f"wordpress-{post.id}-{post.digest[:12]}"]


def without_our_pictures(session: Session, content: Content, html: str) -> str:
    """The text of a post without the pictures that publishing put into it: they belong to the article already."""
    query = (
        select(PublicationStep.trace)
        .join(Publication, Publication.id == PublicationStep.publication_id)
        .where(
            Publication.site_id == content.site_id,
            Publication.content_id == content.id,
            Publication.target == PublicationTarget.WORDPRESS,
            PublicationStep.site_id == content.site_id,
            PublicationStep.name == StepName.MEDIA,
        )
    )
    ours = {text for trace in session.scalars(query) for text in texts_in(trace)}
    return FIGURE.sub(lambda figure: "" if unescape(figure[1]) in ours else figure[0], html).strip()


def texts_in(value: object) -> Iterator[str]:
    """All texts of a JSON document."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value
