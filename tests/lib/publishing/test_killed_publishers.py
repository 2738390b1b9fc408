"""Publishers die by SIGKILL wherever they can; the next one goes on, and there is one page with the right content."""

from __future__ import annotations

import re
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Image, PublicationStatus, Site, SiteArticleRow, SiteContentStatus
from tests.lib.publishing.killing import publish_and_die
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record


@pytest.mark.slow("a process dies at each boundary, and each time another one goes on")
def test_whatever_kills_a_publisher_wherever_there_is_one_page_with_the_right_content(
    session: Session, sessions: Sessions, database_url: str, sites: StaticSites
) -> None:
    """Each article's publisher is killed one boundary later than that of the article before."""
    site = make_static_site(session, slug="harbour")
    kills = 0
    for dies_at in count(1):
        content = make_due(session, site, sites.media, slug=f"article-{dies_at}", tags=["roses"])
        session.commit()
        died = publish_and_die(database_url, sites, dies_at)
        kills += died
        if died:
            sites.publisher(sessions).work()
        assert_is_published_once(session, sites, site, content)
        if not died:
            break
    assert kills >= 15
    assert len(sites.pages("harbour")) == kills + 1


def test_an_article_whose_publishers_die_again_and_again_goes_out_once(
    session: Session, sessions: Sessions, database_url: str, sites: StaticSites
) -> None:
    site = make_static_site(session, slug="harbour")
    content = make_due(session, site, sites.media, slug="roses")
    session.commit()
    for dies_at in (2, 4, 7, 9, 3, 6):
        if not publish_and_die(database_url, sites, dies_at):
            break
    sites.publisher(sessions).work()
    assert_is_published_once(session, sites, site, content)
    assert sites.pages("harbour") == ["roses"]


def assert_is_published_once(session: Session, sites: StaticSites, site: Site, content: Content) -> None:
    session.expire_all()
    known = record(session, content)
    assert (known.status, known.error) == (PublicationStatus.DONE, None)
    assert session.get_one(Content, content.id).site_status is SiteContentStatus.PUBLISHED
    rows = select(SiteArticleRow.slug, SiteArticleRow.is_unfinished).where(SiteArticleRow.mark == known.mark)
    assert session.execute(rows).all() == [(content.slug, False)]
    page = sites.page(site.slug, content.slug)
    assert "Cut above a bud." in page
    pictures = set(re.findall(r'src="/harbour/assets/images/([^"]+)"', page))
    assert len(pictures) == session.query(Image).where(Image.content_id == content.id).count() == 2
    live = sites.live(site.slug)
    assert pictures <= {path.name for path in (live / "assets/images").iterdir()}
    for listing in ("blog/index.html", "sitemap.xml", "feed.xml", "index.html"):
        assert f"/blog/{content.slug}/" in (live / listing).read_text(), listing
    assert (live / "sitemap.xml").read_text().count(f"/blog/{content.slug}/<") == 1
    assert session.scalars(select(Content.external_url).where(Content.id == content.id)).one() == known.external_url
    session.commit()
