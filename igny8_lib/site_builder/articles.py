"""Articles of a website as its pages show them, and where they are."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.blocks.parts import Picture

SLUG = re.compile(r"\w[\w-]*")
LONGEST_NAME = 200
"""Bytes of a folder's name: file systems hold 255."""
BETWEEN_WORDS = re.compile(r"[\W_]+")
SPOKEN = {"+": " plus ", "#": " sharp ", "&": " and "}
"""Signs that tell one name from another (C, C++, C#)."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What lists, related articles, the feed and the site map tell of an article.

    `summary` is plain text; `published` and `changed` are aware. Raises InvalidInput for what cannot have an address.
    """

    slug: str
    title: str
    summary: str
    published: datetime
    changed: datetime
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: Picture | None = None

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.slug) or len(self.slug.encode()) > LONGEST_NAME:
            raise InvalidInput(
                f'"{self.slug[:60]}" cannot be a part of an address: give the article another slug, of letters, digits '
                f"and hyphens, at most {LONGEST_NAME} bytes long"
            )
        if self.published.tzinfo is None or self.changed.tzinfo is None:
            raise InvalidInput(f'The dates of "{self.slug}" have no zone: give them one')

    @property
    def path(self) -> str:
        """The file of its page inside the site."""
        return f"blog/{self.slug}/index.html"

    @property
    def address(self) -> str:
        """Its page's address below the site's, as URLs have it."""
        return f"blog/{quote(self.slug)}/"

    @property
    def face(self) -> object:
        """All that lists and related articles show of it."""
        return self.slug, self.title, self.summary, self.published, self.image, self.categories[:1]

    @property
    def terms(self) -> frozenset[tuple[str, str]]:
        """Its categories and tags: their kinds and slugs."""
        categories = {("category", slug) for name in self.categories if (slug := term_slug(name))}
        return frozenset(categories | {("tag", slug) for name in self.tags if (slug := term_slug(name))})


@dataclass(frozen=True, kw_only=True)
class SiteArticle(Listed):
    """A whole article: `html` is sanitised (text.html.sanitise) and without its pictures, `images` stand between its
    sections, `image` above its text; `author` is "" where the site itself speaks."""

    html: str
    meta_title: str = ""
    meta_description: str = ""
    images: tuple[Picture, ...] = ()
    author: str = ""
    primary_keyword: str = ""

    @property
    def listed(self) -> Listed:
        """What others show of it, without its text."""
        return Listed(
            slug=self.slug,
            title=self.title,
            summary=self.summary,
            published=self.published,
            changed=self.changed,
            categories=self.categories,
            tags=self.tags,
            image=self.image,
        )


@lru_cache(maxsize=10_000)
def term_slug(name: str) -> str:
    """The folder of a category's or tag's pages: its words in lower case, with hyphens between them; "" for none.

    Names that differ in case, spaces and punctuation alone are one; a name of nothing but signs is told by its digest.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    for sign, spoken in SPOKEN.items():
        text = text.replace(sign, spoken)
    slug = BETWEEN_WORDS.sub("-", text).strip("-")
    if (slug or not text.strip()) and len(slug.encode()) <= LONGEST_NAME:
        return slug
    cut = slug.encode()[: LONGEST_NAME - 20].decode(errors="ignore").rstrip("-")
    return f"{cut}-{hashlib.sha256(text.encode()).hexdigest()[:12]}".lstrip("-")


def newest_last(articles: Sequence[Listed]) -> list[Listed]:
    """The articles in the order in which they were published; those of one moment by their slugs."""
    return sorted(articles, key=lambda article: (article.published, article.slug))
