"""The fields of a post, as the REST API takes them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from igny8_lib.models import ImageFormat, Markup, PostStatus, PublishingSettings
from igny8_lib.publishing.target import Article
from igny8_lib.publishing.wordpress.content import Uploaded, content_of
from igny8_lib.text.html import plain_text

EXCERPT = 300
"""Characters of an excerpt made of the article's first sentences; themes show some 55 words."""
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？]")


@dataclass(frozen=True)
class PostSettings:
    """What a site says of its posts."""

    image_format: ImageFormat = ImageFormat.WEBP
    markup: Markup = Markup.CLASSIC
    post_status: PostStatus = PostStatus.PUBLISH
    post_author: str = ""
    comments_open: bool | None = None

    @classmethod
    def of(cls, row: PublishingSettings) -> PostSettings:
        """From the site's publishing settings."""
        return cls(row.image_format, row.markup, row.post_status, row.post_author, row.comments_open)


def fields_of(
    article: Article,
    settings: PostSettings,
    mark: str,
    uploaded: Mapping[int, Uploaded],
    *,
    categories: Collection[int],
    tags: Collection[int],
    author: int | None,
) -> dict[str, Any]:
    """The post. Without categories the site's own default is left to it; 0 as `featured_media` means none.

    The date is said only where the article was published before: a new post takes WordPress' own clock, for one that
    was said to be published in the future, by a minute of difference, would only be planned. `date` is never sent: it
    is the site's local time, and would win over `date_gmt`.
    """
    featured = uploaded.get(0)
    fields: dict[str, Any] = {
        "title": escape(article.title, quote=False),
        "slug": article.slug,
        "content": content_of(article, uploaded, settings.markup, mark),
        "excerpt": excerpt_of(article),
        "status": settings.post_status.value,
        "featured_media": featured.media_id if featured else 0,
        "tags": sorted(tags),
    }
    if categories:
        fields["categories"] = sorted(categories)
    if settings.comments_open is not None:
        fields["comment_status"] = "open" if settings.comments_open else "closed"
    if author is not None:
        fields["author"] = author
    if article.published_at:
        fields["date_gmt"] = gmt(article.published_at)
    return fields


def gmt(moment: datetime) -> str:
    """A moment as WordPress writes it: UTC to the second, without a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def excerpt_of(article: Article) -> str:
    """The excerpt: the article's own, else its description, else its first sentences."""
    text = article.excerpt or article.meta_description or first_sentences(plain_text(article.html))
    return escape(text, quote=False)


def first_sentences(text: str, most: int = EXCERPT) -> str:
    """As many whole sentences as fit, else as many whole words with an ellipsis."""
    if len(text) <= most:
        return text
    ends = [found.end() for found in SENTENCE_END.finditer(text, 0, most + 1) if found.end() <= most]
    if ends:
        return text[: ends[-1]]
    return text[: most - 1].rsplit(" ", 1)[0] + "…"
