"""Articles and a site to test with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.images import ImageFile, Images, Variant

BASE = "https://boats.example/site/"
START = datetime(2024, 1, 1, 8, tzinfo=UTC)
IMAGES: Images = {
    name: ImageFile(name, 1200, 800, (Variant(f"{name}-480.webp", 480, 320),)) for name in ("hull.webp", "mast.webp")
}


def site(**changes: Any) -> SiteDocument:
    """A site with a home page, a blog and a contact page."""
    pages = [
        {"slug": "home", "title": "Boats", "type": "home"},
        {"slug": "blog", "title": "Journal", "type": "blog"},
        {"slug": "contact", "title": "Contact", "type": "contact"},
    ]
    return read_site({"name": "Boat yard", "tagline": "We repair boats", "pages": pages} | changes)


def article(number: int, **changes: Any) -> SiteArticle:
    """The article published on that day."""
    day = START + timedelta(days=number)
    facts: dict[str, Any] = {
        "slug": f"article-{number}",
        "title": f"Article {number}",
        "summary": f"What article {number} says.",
        "published": day,
        "changed": day,
        "html": f"<p>Text {number}.</p><h2>More</h2><p>And more.</p>",
    }
    return SiteArticle(**(facts | changes))


def articles(count: int, **changes: Any) -> list[SiteArticle]:
    """So many articles, a day apart."""
    return [article(number, **changes) for number in range(count)]
