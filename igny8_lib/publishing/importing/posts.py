"""A post or page as WordPress gives it to somebody who may edit it, and what it is here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from html import unescape
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict
from slugify import slugify

from igny8_lib.models import ContentStatus, PostKind, SiteContentStatus
from igny8_lib.publishing.importing.pieces import html_of
from igny8_lib.text.characters import storable
from igny8_lib.text.html import plain_text
from igny8_lib.text.names import clean_name
from igny8_lib.wordpress import documents
from igny8_lib.wordpress.errors import NotWordPress
from igny8_lib.wordpress.posts import Post

TRASH, DELETED, PUBLIC, FUTURE = "trash", "deleted", "publish", "future"
IMAGE = re.compile(r"<img\b(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*+>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\s(src|alt|class)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
MEDIA_ID = re.compile(r"\bwp-image-(\d+)\b")
"""The class by which WordPress ties a picture in a text to its media library."""


class MediaReference(BaseModel):
    """A picture that stays where it is: in WordPress."""

    model_config = ConfigDict(frozen=True)

    src: str
    id: int | None = None
    alt: str = ""


class WordPressPost(BaseModel):
    """What WordPress has, names of terms and the featured image looked up."""

    model_config = ConfigDict(frozen=True)

    kind: PostKind
    id: int
    status: str
    slug: str
    """As it stands in addresses, without percent signs; empty for a draft that was never published."""
    url: str
    raw_title: str
    raw: str
    excerpt: str
    modified_at: datetime | None
    date: datetime | None
    author: int
    categories: list[str]
    tags: list[str]
    featured: MediaReference | None

    @property
    def external_id(self) -> str:
        """Its number as a publication keeps it."""
        return str(self.id)

    @property
    def title(self) -> str:
        """The title as text; posts without one are told apart by their number."""
        return clean_name(plain_text(self.raw_title)) or f"Untitled {self.kind.value.removesuffix('s')} {self.id}"

    @cached_property
    def html(self) -> str:
        """The content as our HTML."""
        return html_of(self.raw)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the text is made of; the same for the same text."""
        text = [self.raw_title, self.raw, self.excerpt, self.slug, sorted(self.categories), sorted(self.tags)]
        return hashlib.sha256(json.dumps(text, ensure_ascii=False).encode()).hexdigest()

    @property
    def wanted_slug(self) -> str:
        """The address that it would have here if it were free."""
        return self.slug or slugify(self.title, max_length=80) or f"{self.kind.value}-{self.id}"

    @property
    def stands(self) -> tuple[ContentStatus, SiteContentStatus]:
        """Where it stands here: public, or a draft that is in nobody's calendar."""
        if self.status == PUBLIC:
            return ContentStatus.PUBLISHED, SiteContentStatus.PUBLISHED
        return ContentStatus.DRAFT, SiteContentStatus.NOT_SCHEDULED

    @property
    def published_at(self) -> datetime | None:
        """Since when it is public."""
        return self.date if self.status == PUBLIC else None

    def texts(self) -> dict[str, Any]:
        """The columns of an article that it fills, but for the slug."""
        return {"title": self.title, "html": self.html, "tags": self.tags, "categories": self.categories}

    def told(self) -> dict[str, Any]:
        """What the article's `sync_metadata` says under "wordpress"."""
        return {
            "kind": self.kind.value,
            "status": self.status,
            "slug": self.slug,
            "excerpt": plain_text(self.excerpt),
            "date": self.date and self.date.isoformat(),
        }

    def facts(self) -> dict[str, Any]:
        """Beside the text, what is kept of it."""
        return {
            "title": self.raw_title,
            "slug": self.slug,
            "excerpt": self.excerpt,
            "author": self.author,
            "date": self.date and self.date.isoformat(),
            "featured": self.featured and self.featured.model_dump(),
            "images": [image.model_dump() for image in images_in(self.raw)],
        }


def images_in(raw: str) -> list[MediaReference]:
    """The pictures in the raw content, in order."""
    found = []
    for tag in IMAGE.findall(raw):
        values = {name.lower(): unescape(double or single) for name, double, single in ATTRIBUTE.findall(tag)}
        media = MEDIA_ID.search(values.get("class", ""))
        if src := values.get("src"):
            found.append(MediaReference(src=src, id=int(media[1]) if media else None, alt=values.get("alt", "")))
    return found


def read_post(post: Post, terms: Mapping[str, Mapping[int, str]], media: Mapping[int, MediaReference]) -> WordPressPost:
    """A post as the client read it; terms by taxonomy and number, media by number.

    Raises NotWordPress where a text is missing: an empty one would be taken for a change.
    """
    if not all("raw" in documents.mapping(post.document.get(name)) for name in ("title", "content")):
        raise NotWordPress(
            f"The website does not give the text of its post {post.id} as it was written: a plug-in changes its REST "
            "API. Let it answer requests with context=edit as WordPress does."
        )
    return WordPressPost(
        kind=PostKind(post.kind),
        id=post.id,
        status=storable(post.status),
        slug=storable(unquote(post.slug)),
        url=web_address(storable(post.link)),
        raw_title=storable(post.title),
        raw=storable(post.content),
        excerpt=storable(post.excerpt),
        modified_at=post.modified,
        date=post.date,
        author=post.author,
        categories=names_of(post.categories, terms["categories"]),
        tags=names_of(post.tags, terms["tags"]),
        featured=media.get(post.featured_media),
    )


def web_address(link: str) -> str:
    """An address that pages may link to; empty for any other, as a plug-in may give a post."""
    return link if link.lower().startswith(("http://", "https://")) else ""


def names_of(numbers: Sequence[int], names: Mapping[int, str]) -> list[str]:
    """The names of terms, in the order of WordPress; one that was deleted meanwhile is missing."""
    return [names[number] for number in numbers if number in names]
