"""What machines read of a site: sitemap.xml (sitemaps.org 0.9), feed.xml (RSS 2.0), robots.txt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from igny8_lib.models import PageType
from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.article_index import ArticleList, Index
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.words import words_in
from igny8_lib.text.characters import CONTROL, UNSTORABLE

SITE_MAP_PATH = "sitemap.xml"
FEED_PATH = "feed.xml"
ROBOTS_PATH = "robots.txt"
FEED = 20
"""Articles in the feed."""
MOST_URLS = 50_000
"""In one site map (sitemaps.org); more are told by several, and sitemap.xml becomes the list of them."""
SITE_MAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
ATOM = "http://www.w3.org/2005/Atom"
NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""What XML 1.0 cannot hold, beside control characters."""

Entry = tuple[str, datetime | None]
"""An address below the site's, and when what is there changed, where that is known."""

ET.register_namespace("atom", ATOM)


def site_map_paths(index: Index, most: int = MOST_URLS) -> dict[str, Sequence[Entry]]:
    """The site maps by their paths: their entries, or the paths and newest changes of others.

    The articles come first, the oldest first: so a new one changes the last map alone.
    """
    entries: list[Entry] = [
        *((article.address, article.changed) for article in index.all.articles),
        *((path, None) for path in index.pages),
        *((one.address, changed(one)) for one in (index.all, *index.categories)),
    ]
    if len(entries) <= most:
        return {SITE_MAP_PATH: entries}
    parts = [entries[start : start + most] for start in range(0, len(entries), most)]
    maps: dict[str, Sequence[Entry]] = {f"sitemap-{number}.xml": part for number, part in enumerate(parts, start=1)}
    listed = [(path, max((date for _, date in part if date), default=None)) for path, part in maps.items()]
    return {SITE_MAP_PATH: listed, **maps}


def changed(articles: ArticleList) -> datetime | None:
    """When the first page of a list changed last: with the newest change of what it shows."""
    return max((article.changed for article in articles.shown(0)), default=None)


def render_site_maps(index: Index, addresses: Addresses, most: int = MOST_URLS) -> dict[str, bytes]:
    """sitemap.xml, and beside it those that it lists where there are more than `most` addresses."""
    maps = site_map_paths(index, most)
    several = len(maps) > 1
    return {
        path: site_map(each, addresses, lists_maps=several and path == SITE_MAP_PATH) for path, each in maps.items()
    }


def site_map(entries: Sequence[Entry], addresses: Addresses, *, lists_maps: bool) -> bytes:
    """One map, or the list of maps."""
    root = ET.Element("sitemapindex" if lists_maps else "urlset", xmlns=SITE_MAPS)
    for address, date in entries:
        entry = ET.SubElement(root, "sitemap" if lists_maps else "url")
        ET.SubElement(entry, "loc").text = addresses.whole(address)
        if date:
            ET.SubElement(entry, "lastmod").text = date.astimezone(UTC).isoformat(timespec="seconds")
    return as_xml(root)


def render_feed(site: SiteDocument, index: Index, addresses: Addresses) -> bytes:
    """The newest articles, as feed readers take them."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    newest = index.all.articles[-FEED:][::-1]
    blog = next((page.title for page in site.pages if page.type is PageType.BLOG), words_in(site.language).blog)
    add(channel, "title", site.name)
    add(channel, "link", addresses.whole(index.all.address))
    add(channel, "description", site.tagline or f"{blog} – {site.name}")
    add(channel, "language", site.language)
    if newest:
        add(channel, "lastBuildDate", moment(max(article.changed for article in newest)))
    href = addresses.whole(FEED_PATH)
    ET.SubElement(channel, f"{{{ATOM}}}link", href=href, rel="self", type="application/rss+xml")
    for article in newest:
        item = ET.SubElement(channel, "item")
        url = addresses.whole(article.address)
        add(item, "title", article.title)
        add(item, "link", url)
        add(item, "guid", url, isPermaLink="true")
        add(item, "pubDate", moment(article.published))
        add(item, "description", article.summary)
        for name in article.categories:
            add(item, "category", name)
    return as_xml(root)


def moment(date: datetime) -> str:
    """A date as RFC 5322 has it, in UTC."""
    return format_datetime(date.astimezone(UTC), usegmt=True)


def add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    """An element with a text, without the characters that XML cannot hold."""
    held = NO_CHARACTERS.sub("", CONTROL.sub("", UNSTORABLE.sub("", text)))
    ET.SubElement(parent, name, attributes).text = held


def as_xml(root: ET.Element) -> bytes:
    """The document as a file."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def render_robots(addresses: Addresses) -> bytes:
    """Everything may be read, and where the map is."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {addresses.whole(SITE_MAP_PATH)}\n".encode()
