"""The static site: finished pages, addresses of their own, a list and a map, and nothing half-written."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Image, PublicationStatus, Site
from igny8_lib.publishing import actions
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record


def publish(session: Session, sessions: Sessions, sites: StaticSites, **values: object) -> Content:
    """One article of the site harbour."""
    known = session.scalar(select(Site).where(Site.slug == "harbour"))
    site = known or make_static_site(session, slug="harbour", name="Harbour & Sons", language="en-AU")
    content = make_due(session, site, sites.media, **values)
    session.commit()
    sites.publisher(sessions).work()
    session.refresh(content)
    return content


def test_a_page_is_complete_in_itself(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    content = publish(
        session,
        sessions,
        sites,
        slug="roses",
        title="Roses <& thorns>",
        meta_title="Roses",
        meta_description='How to "prune"',
        tags=["garden & home"],
        categories=["Plants"],
    )
    answer = httpx.get(str(content.external_url))
    assert answer.status_code == 200
    page = answer.text
    assert '<html lang="en-AU">' in page
    assert "<title>Roses</title>" in page
    assert "<h1>Roses &lt;&amp; thorns&gt;</h1>" in page
    assert 'content="How to &#34;prune&#34;"' in page
    assert f'<link rel="canonical" href="{content.external_url}">' in page
    assert "garden &amp; home" in page
    assert re.findall(r"<script[^>]*>", page) == ['<script type="application/ld+json">']
    facts = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])  # type: ignore[index]
    assert (facts["@type"], facts["headline"]) == ("Article", "Roses <& thorns>")
    assert "script-src" not in answer.headers["content-security-policy"]
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)" width="64" height="48">', page)
    assert len(pictures) == 2
    for file, alt_text in pictures:
        got = httpx.get(f"{content.external_url}{file}")
        assert (got.headers["content-type"], alt_text) == ("image/webp", "A rose")
    assert facts["image"][0] == f"{content.external_url}{pictures[0][0]}"


def test_pictures_stay_as_they_are_where_the_site_wants_that(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session, slug="harbour", publishing={"image_format": "original"})
    make_due(session, site, sites.media, slug="roses")
    session.commit()
    sites.publisher(sessions).work()
    assert len(list((sites.root / "harbour" / "roses").glob("*.png"))) == 2


def test_an_address_that_another_page_has_gets_a_number(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = publish(session, sessions, sites, slug="roses")
    content.slug = "tulips"
    session.commit()
    second = publish(session, sessions, sites, slug="roses")
    assert second.external_url == f"{sites.url}/harbour/roses-2/"
    assert sites.pages("harbour") == ["roses", "roses-2"]


def test_the_list_and_the_map_name_every_article_the_newest_first(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    for name in ("one", "two", "three"):
        publish(session, sessions, sites, slug=name, title=f"About {name}", ago=timedelta(minutes=2))
    listed = httpx.get(f"{sites.url}/harbour/").text
    assert "<h1>Harbour &amp; Sons</h1>" in listed
    assert re.findall(r'<h2><a href="(\w+)/">', listed) == ["three", "two", "one"]
    site_map = httpx.get(f"{sites.url}/harbour/sitemap.xml").text
    assert re.findall(r"<loc>(.*?)</loc>", site_map) == [
        f"{sites.url}/harbour/{path}" for path in ("", "three/", "two/", "one/")
    ]


@pytest.mark.parametrize("slug", ["../other", "a/b", "", ".hidden", "a b"])
def test_a_slug_that_is_no_name_of_a_folder_is_refused_with_what_to_do(
    session: Session, sessions: Sessions, sites: StaticSites, slug: str
) -> None:
    content = publish(session, sessions, sites, slug=slug)
    known = record(session, content)
    assert (known.status, known.cause) == (PublicationStatus.FAILED, "slug")
    assert list(sites.root.parent.rglob("index.html")) == []


def test_pictures_of_the_version_before_are_not_left_behind(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = publish(session, sessions, sites, slug="roses")
    folder = sites.root / "harbour" / "roses"
    before = names(folder)
    for image in session.scalars(select(Image).where(Image.content_id == content.id, Image.position == 1)):
        session.delete(image)
    site = session.get_one(Site, content.site_id)
    actions.update(session, site, content.id, by="ann")
    session.commit()
    sites.publisher(sessions).work()
    assert names(folder) < before
    assert len(names(folder)) == 2


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_server_shows_pages_and_nothing_else(sites: StaticSites) -> None:
    (sites.root / "harbour" / "empty").mkdir(parents=True)
    (sites.root / "harbour" / ".secret").write_text("x")
    (sites.root.parent / "outside.html").write_text("x")
    (sites.root / "harbour" / "link.html").symlink_to(sites.root.parent / "outside.html")
    for path in ("/", "/harbour/", "/harbour/empty/", "/harbour/.secret", "/harbour/link.html", "/../outside.html"):
        assert httpx.get(f"{sites.url}{path}").status_code == 404, path
    assert httpx.get(f"{sites.url}/.health").text == "ok"
    assert httpx.post(f"{sites.url}/harbour/").status_code == 501
