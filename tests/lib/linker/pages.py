"""Public articles with addresses, and what the Linker knows of them."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from igny8_lib.linker.targets import refresh
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from tests.factories.articles import make_article

counter = itertools.count(1)
OPENING = "<p>This is how it begins.</p>"


def make_page(session: Session, site: Site, title: str, keyword: str, text: str = "", **values: object) -> Content:
    """A public article about a keyword; its address is its slug's."""
    slug = f"{'-'.join(keyword.lower().split())}-{next(counter)}"
    public = {
        "status": ContentStatus.PUBLISHED,
        "site_status": SiteContentStatus.PUBLISHED,
        "external_url": f"https://{site.domain}/{slug}/",
        "meta_description": "",
    }
    html = text if text.startswith("<") else f"{OPENING}<p>{text}</p>"
    return make_article(session, site, title=title, slug=slug, primary_keyword=keyword, html=html, **(public | values))


def make_draft(session: Session, site: Site, text: str, **values: object) -> Content:
    """An article that nobody links to, with a text behind its first paragraph."""
    said = {"title": "A draft", "primary_keyword": "", "meta_description": ""}
    html = text if text.startswith("<") else f"{OPENING}<p>{text}</p>"
    return make_article(session, site, html=html, **(said | values))


def read_all(session: Session, site: Site) -> int:
    """Read everything that changed; how many changes."""
    total = 0
    while read := refresh(session, site.id, limit=50):
        total += read
    return total
