"""The articles that a site shows, as its later versions are rendered from them: site_articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from igny8_lib.models import SiteArticleRow
from igny8_lib.site_builder.articles import Listed, SiteArticle
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.images import ImageFile, Images
from igny8_lib.site_builder.images_json import images_from

FOLDER = "assets/images/"


def articles_of(session: Session, site_id: int, slugs: Collection[str] | None = None) -> list[SiteArticle]:
    """The site's articles with their texts, or those of these slugs, in the order of their numbers; one statement."""
    query = select(SiteArticleRow).where(*shown(site_id)).options(undefer(SiteArticleRow.html))
    if slugs is not None:
        query = query.where(SiteArticleRow.slug.in_(slugs))
    return [article_from(row.facts, row.html) for row in session.scalars(query.order_by(SiteArticleRow.content_id))]


def listed_of(session: Session, site_id: int) -> list[Listed]:
    """What lists tell of the site's articles, without their texts, in the order of their numbers; one statement."""
    query = select(SiteArticleRow.facts).where(*shown(site_id))
    return [listed_from(facts) for facts in session.scalars(query.order_by(SiteArticleRow.content_id))]


def images_of(session: Session, site_id: int) -> Images:
    """The pictures of all articles of the site by their names; one statement."""
    query = select(SiteArticleRow.images).where(*shown(site_id))
    return {name: image for kept in session.scalars(query) for name, image in images_from(kept).items()}


def files_of(session: Session, site_id: int) -> dict[str, str]:
    """Where the media store keeps the pictures of the site's articles, by their paths in the site; one statement."""
    return stored_files(site_id, images_of(session, site_id).values())


def stored_files(site_id: int, images: Iterable[ImageFile]) -> dict[str, str]:
    """The same of these pictures: their files are called after what is in them, as stored.keep calls them."""
    names = [name for image in images for name in (image.file, *(one.file for one in image.variants))]
    return {f"{FOLDER}{name}": stored_name(site_id, f"{FOLDER}{name}") for name in names}


def stored_name(site_id: int, path: str) -> str:
    """Where the store keeps the picture of an article that has this path in the site."""
    return f"websites/{site_id}/{path.removeprefix(FOLDER)}"


def shown(site_id: int) -> tuple[ColumnElement[bool], ...]:
    """The site's rows without those that are being taken away."""
    return SiteArticleRow.site_id == site_id, ~SiteArticleRow.is_leaving


def facts_of(article: SiteArticle) -> dict[str, Any]:
    """The article without its text, as JSON."""
    return {
        "slug": article.slug,
        "title": article.title,
        "summary": article.summary,
        "published": article.published.isoformat(),
        "changed": article.changed.isoformat(),
        "categories": list(article.categories),
        "tags": list(article.tags),
        "image": picture_facts(article.image) if article.image else None,
        "meta_title": article.meta_title,
        "meta_description": article.meta_description,
        "images": [picture_facts(picture) for picture in article.images],
        "author": article.author,
        "primary_keyword": article.primary_keyword,
    }


def picture_facts(picture: Picture) -> dict[str, Any]:
    """A picture as JSON."""
    return {"file": picture.file, "alt": picture.alt}


def article_from(facts: Mapping[str, Any], html: str) -> SiteArticle:
    """The article of its facts and its text."""
    return SiteArticle(
        **what_is_listed(facts),
        html=html,
        meta_title=facts["meta_title"],
        meta_description=facts["meta_description"],
        images=tuple(Picture(**picture) for picture in facts["images"]),
        author=facts["author"],
        primary_keyword=facts["primary_keyword"],
    )


def listed_from(facts: Mapping[str, Any]) -> Listed:
    """What lists tell of the article."""
    return Listed(**what_is_listed(facts))


def what_is_listed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Listed`."""
    return {
        "slug": facts["slug"],
        "title": facts["title"],
        "summary": facts["summary"],
        "published": datetime.fromisoformat(facts["published"]),
        "changed": datetime.fromisoformat(facts["changed"]),
        "categories": tuple(facts["categories"]),
        "tags": tuple(facts["tags"]),
        "image": Picture(**facts["image"]) if facts["image"] else None,
    }
