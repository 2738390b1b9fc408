"""How a static site looks: an article's page, the list of articles, the map for search engines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from igny8_lib.models import ImageKind
from igny8_lib.publishing.target import Article, Picture
from igny8_lib.text.figures import figure, place

PAGES = Environment(
    loader=PackageLoader("igny8_lib.publishing.targets"),
    autoescape=select_autoescape(enabled_extensions=("html.jinja", "xml.jinja")),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class SiteFacts:
    """What pages tell of their site."""

    name: str
    language: str
    url: str
    """Address of the site, with a slash at its end."""


@dataclass(frozen=True)
class Shown:
    """A picture as its page shows it: the file beside the page, and its size."""

    picture: Picture
    file: str
    width: int
    height: int

    @property
    def html(self) -> str:
        """The figure."""
        return figure(self.file, self.picture.alt_text, self.width, self.height)


def article_page(
    article: Article, site: SiteFacts, shown: Sequence[Shown], *, url: str, mark: str, published: datetime
) -> bytes:
    """The whole page."""
    featured = [each for each in shown if each.picture.kind is ImageKind.FEATURED]
    inside = [each.html for each in shown if each.picture.kind is not ImageKind.FEATURED]
    page = PAGES.get_template("article.html.jinja").render(
        article=article,
        site=site,
        url=url,
        mark=mark,
        day=published.date().isoformat(),
        picture=f"{url}{shown[0].file}" if shown else "",
        featured="".join(each.html for each in featured[:1]),
        body=place(article.html, inside),
        facts=as_script_data(linked_data(article, site, shown, url=url, published=published)),
    )
    return page.encode()


def linked_data(
    article: Article, site: SiteFacts, shown: Sequence[Shown], *, url: str, published: datetime
) -> dict[str, Any]:
    """The article as search engines read it (schema.org/Article)."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "description": article.meta_description,
        "image": [f"{url}{each.file}" for each in shown],
        "datePublished": published.isoformat(),
        "inLanguage": article.language,
        "keywords": [word for word in (article.primary_keyword, *article.secondary_keywords) if word],
        "mainEntityOfPage": url,
        "author": {"@type": "Organization", "name": site.name, "url": site.url},
        "publisher": {"@type": "Organization", "name": site.name, "url": site.url},
    }


def as_script_data(document: Mapping[str, Any]) -> str:
    """JSON that may stand in a script element: nothing in it can end the element."""
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def listing_entry(article: Article, shown: Sequence[Shown], *, slug: str, published: datetime) -> dict[str, Any]:
    """What the site's own pages tell of an article."""
    return {
        "slug": slug,
        "title": article.title,
        "description": article.meta_description,
        "published": published.isoformat(),
        "picture": f"{slug}/{shown[0].file}" if shown else "",
        "alt_text": shown[0].picture.alt_text if shown else "",
    }


def newest_first(listing: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The articles in the order of the list."""
    return sorted(listing.values(), key=lambda entry: (entry["published"], entry["slug"]), reverse=True)


def list_page(site: SiteFacts, listing: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The site's first page."""
    return PAGES.get_template("list.html.jinja").render(site=site, articles=newest_first(listing)).encode()


def site_map(site: SiteFacts, listing: Mapping[str, Mapping[str, Any]]) -> bytes:
    """sitemap.xml (sitemaps.org, protocol 0.9)."""
    return PAGES.get_template("sitemap.xml.jinja").render(site=site, articles=newest_first(listing)).encode()


def style_sheet() -> bytes:
    """How both look, in light and dark."""
    return PAGES.get_template("style.css.jinja").render().encode()
