"""A published article as the website shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageKind
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.target import Article
from igny8_lib.publishing.target import Picture as Drawn
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.head import shortened
from igny8_lib.text.html import plain_text, sanitise

LONGEST_ALT = 200


def made(
    article: Article, pictures: Mapping[str, Mapping[str, Any]], slug: str, *, published: datetime, changed: datetime
) -> SiteArticle:
    """The article under this slug; `pictures` are its files by position. Raises PublishingFailed for a slug that no
    address can have."""
    shown = [(each, picture_of(each, pictures)) for each in article.pictures]
    featured = next((each for each, _ in shown if each.kind is ImageKind.FEATURED), None)
    try:
        return SiteArticle(
            slug=slug,
            title=" ".join(article.title.split()),
            summary=article.excerpt or shortened(plain_text(article.html)),
            published=published.astimezone(UTC),
            changed=changed.astimezone(UTC),
            categories=article.categories,
            tags=article.tags,
            image=picture_of(featured, pictures) if featured else None,
            html=sanitise(article.html),
            meta_title=article.meta_title,
            meta_description=article.meta_description,
            images=tuple(picture for each, picture in shown if each.kind is not ImageKind.FEATURED),
            primary_keyword=article.primary_keyword,
        )
    except InvalidInput as error:
        raise PublishingFailed("slug", f"{error}.", temporary=False) from error


def picture_of(drawn: Drawn, pictures: Mapping[str, Mapping[str, Any]]) -> Picture:
    """A picture of the article as its page names it."""
    alt = shortened(drawn.alt_text, LONGEST_ALT)
    return Picture(file=str(pictures[str(drawn.position)]["file"]), alt=alt)
