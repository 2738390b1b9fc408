"""An article as it is to be published, read once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import Content, ContentSource, Image, ImageStatus, Site, WordPressOriginal
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.importing.posts import DELETED, TRASH
from igny8_lib.publishing.importing.write_back import raw_of
from igny8_lib.publishing.target import Article, Imported, MediaStore, Picture

GONE = {
    TRASH: "The post lies in WordPress' trash: restore it there, let it be read anew, then write it back.",
    DELETED: "The post was deleted in WordPress: there is nothing to write back to.",
}
"""Why an imported article cannot be written back, by what became of its post."""


def read_article(session: Session, site: Site, content: Content) -> Article:
    """The article with its drawn pictures, whose digests are still empty.

    Raises PublishingFailed for an imported one that cannot be written back.
    """
    return Article(
        content_id=content.id,
        site_id=content.site_id,
        site_slug=site.slug,
        version=content.version,
        title=content.title,
        slug=content.slug,
        html=content.html,
        meta_title=content.meta_title,
        meta_description=content.meta_description,
        excerpt=content.meta_description,
        primary_keyword=content.primary_keyword,
        secondary_keywords=tuple(content.secondary_keywords),
        tags=tuple(content.tags),
        categories=tuple(content.categories),
        language=site.language,
        pictures=tuple(drawn_pictures(session, content)),
        published_at=content.published_at,
        created_at=content.created_at,
        imported=read_imported(session, content),
    )


def read_imported(session: Session, content: Content) -> Imported | None:
    """The post that the article was imported from; None where it was written here.

    Raises PublishingFailed where the post is gone, or people changed it there too and have not decided.
    """
    original = session.get(WordPressOriginal, content.id) if content.source is ContentSource.WORDPRESS else None
    if original is None:
        return None
    if original.status in GONE:
        raise PublishingFailed("gone_there", GONE[original.status], temporary=False)
    try:
        raw = raw_of(session, content) or ""
    except Conflict as error:
        raise PublishingFailed("conflict", str(error), temporary=False) from error
    modified = original.modified_at.isoformat() if original.modified_at else ""
    return Imported(original.external_id, original.kind.value, raw, original.raw, modified)


def drawn_pictures(session: Session, content: Content) -> Sequence[Picture]:
    """The pictures that have a file, in their order."""
    query = select(Image).where(
        Image.site_id == content.site_id,
        Image.content_id == content.id,
        Image.status == ImageStatus.GENERATED,
        Image.file.is_not(None),
    )
    return [
        Picture(
            image_id=image.id,
            position=image.position,
            kind=image.kind,
            file=image.file or "",
            alt_text=image.alt_text,
            width=image.width,
            height=image.height,
            digest="",
        )
        for image in session.scalars(query.order_by(Image.position))
    ]


def with_digests(article: Article, media: MediaStore) -> Article:
    """The article with the digest of each picture's stored file.

    Raises PublishingFailed for a file that is gone, and (temporary) for a store that cannot be read.
    """
    return replace(article, pictures=tuple(replace(it, digest=digest_of(it, media)) for it in article.pictures))


def digest_of(picture: Picture, media: MediaStore) -> str:
    """SHA-256 of the stored file."""
    try:
        return hashlib.sha256(media.read(picture.file)).hexdigest()
    except FileNotFoundError:
        sentence = f"The file of picture {picture.position} is gone: have the picture drawn anew, or replace it."
        raise PublishingFailed("picture_missing", sentence, temporary=False) from None
    except OSError as error:
        sentence = f"Picture {picture.position} could not be read ({error}): look whether the media store answers."
        raise PublishingFailed("media_store", sentence, temporary=True) from error


def fingerprint(article: Article) -> str:
    """Of what the article says now: its version, and its pictures with their alternative texts."""
    said = [(picture.position, picture.digest, picture.alt_text) for picture in article.pictures]
    return f"{article.version}:{hashlib.sha256(repr(said).encode()).hexdigest()[:16]}"
