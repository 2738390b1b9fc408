"""The site map, the feed and robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.site_builder.addresses import Addresses
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.feeds import ATOM, SITE_MAPS, render_feed, render_robots, render_site_maps
from tests.lib.site_builder.articles_made import BASE, START, article, articles, site

ADDRESSES = Addresses.of(site(), BASE)


def parsed(file: bytes) -> ET.Element:
    """The document."""
    return ET.fromstring(file)  # noqa: S314 - made by the code under test


def entries(file: bytes) -> dict[str, str | None]:
    """The addresses of a site map with their dates."""
    space = f"{{{SITE_MAPS}}}"
    root = parsed(file)
    return {one.findtext(f"{space}loc") or "": one.findtext(f"{space}lastmod") for one in root}


def test_the_site_map_has_every_page_with_its_real_change() -> None:
    east = timezone(timedelta(hours=3))
    made = [
        article(0, categories=("Hulls",), changed=datetime(2024, 5, 1, 2, 30, tzinfo=east)),
        article(1, slug="лодка", tags=("wood",)),
    ]
    maps = render_site_maps(Index.of(made, site()), ADDRESSES)
    assert entries(maps["sitemap.xml"]) == {
        f"{BASE}blog/article-0/": "2024-04-30T23:30:00+00:00",
        f"{BASE}blog/%D0%BB%D0%BE%D0%B4%D0%BA%D0%B0/": "2024-01-02T08:00:00+00:00",
        BASE: None,
        f"{BASE}contact/": None,
        f"{BASE}blog/": "2024-04-30T23:30:00+00:00",
        f"{BASE}blog/category/hulls/": "2024-04-30T23:30:00+00:00",
    }


def test_more_addresses_than_one_map_holds_make_a_list_of_maps() -> None:
    index = Index.of(articles(7), site())
    assert list(render_site_maps(index, ADDRESSES, most=10)) == ["sitemap.xml"]
    maps = render_site_maps(index, ADDRESSES, most=4)
    assert list(entries(maps["sitemap.xml"])) == [f"{BASE}sitemap-{number}.xml" for number in (1, 2, 3)]
    assert entries(maps["sitemap.xml"])[f"{BASE}sitemap-1.xml"] == "2024-01-04T08:00:00+00:00"
    assert parsed(maps["sitemap.xml"]).tag == f"{{{SITE_MAPS}}}sitemapindex"
    parts = [entries(maps[f"sitemap-{number}.xml"]) for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [4, 4, 2]
    assert len({address for part in parts for address in part}) == 10


def test_the_feed_has_the_twenty_newest_first() -> None:
    channel = parsed(render_feed(site(), Index.of(articles(25), site()), ADDRESSES)).find("channel")
    assert channel is not None
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [f"Article {number}" for number in range(24, 4, -1)]
    assert items[0].findtext("link") == items[0].findtext("guid") == f"{BASE}blog/article-24/"
    assert items[0].findtext("pubDate") == "Thu, 25 Jan 2024 08:00:00 GMT"
    assert channel.findtext("lastBuildDate") == "Thu, 25 Jan 2024 08:00:00 GMT"
    assert channel.findtext("language") == "en"
    link = channel.find(f"{{{ATOM}}}link")
    assert link is not None
    assert link.get("href") == f"{BASE}feed.xml"


@settings(max_examples=60)
@given(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=2).map(tuple))
def test_any_texts_make_a_feed_that_can_be_read(text: str, names: tuple[str, ...]) -> None:
    made = article(0, title=text, summary=text, categories=names)
    channel = parsed(render_feed(site(), Index.of([made], site()), ADDRESSES)).find("channel")
    assert channel is not None
    assert len(channel.findall("item")) == 1
    assert entries(render_site_maps(Index.of([made], site()), ADDRESSES)["sitemap.xml"])


def test_robots_find_the_map() -> None:
    assert render_robots(ADDRESSES).decode().splitlines() == [
        "User-agent: *",
        "Disallow:",
        "",
        f"Sitemap: {BASE}sitemap.xml",
    ]


def test_an_article_that_changed_makes_its_map_newer() -> None:
    made = articles(3)
    before = entries(render_site_maps(Index.of(made, site()), ADDRESSES)["sitemap.xml"])
    made[0] = article(0, changed=START + timedelta(days=90))
    after = entries(render_site_maps(Index.of(made, site()), ADDRESSES)["sitemap.xml"])
    assert {address for address in after if after[address] != before[address]} == {
        f"{BASE}blog/article-0/",
        f"{BASE}blog/",
    }
