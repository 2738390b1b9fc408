"""Rollbacks: to the byte, or with the articles that were published since."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import BlueprintStatus, Site, SiteArticleRow
from igny8_lib.site_builder.deploying.settings import change
from igny8_lib.site_builder.releases.targets import DamagedRelease
from tests.lib.site_builder.deploying.websites import Website, make_blueprint


@pytest.fixture
def two_versions(website: Website) -> Website:
    """Version 1 with an article, version 2 with another text."""
    website.publish(1)
    website.deploy()
    website.say("We mend boats.")
    website.deploy()
    return website


def test_an_earlier_version_comes_back_to_the_byte(two_versions: Website) -> None:
    website = two_versions
    second = website.seen()

    done = website.rollback(1)
    first = website.seen()
    website.rollback(2)

    assert (done.version, done.before, done.changes.changed) == (1, 2, ("about/index.html", "pages/about.json"))
    assert b"The about page." in first["about/index.html"]
    assert website.seen() == second
    website.rollback(1)
    assert website.seen() == first
    assert website.history()[2:] == [("rollback", 1, 2, "bob"), ("rollback", 2, 1, "bob"), ("rollback", 1, 2, "bob")]
    assert (website.blueprint().version, website.blueprint().deployed_version) == (2, 1)


def test_what_people_wrote_since_stays_in_the_blueprint(two_versions: Website) -> None:
    two_versions.rollback(1)
    two_versions.deploy()

    assert b"We mend boats." in two_versions.seen()["about/index.html"]


def test_going_back_names_the_articles_that_are_missing_or_gone_then(two_versions: Website) -> None:
    two_versions.publish(2)
    with two_versions.sessions.begin() as session:
        session.execute(
            delete(SiteArticleRow).where(
                SiteArticleRow.site_id == two_versions.site_id, SiteArticleRow.slug == "article-1"
            )
        )

    done = two_versions.rollback(1)

    assert (done.report["missing_articles"], done.report["gone_articles"]) == (["article-2"], ["article-1"])
    assert "blog/article-1/index.html" in two_versions.seen()
    assert "blog/article-2/index.html" not in two_versions.seen()


def test_with_articles_the_version_shows_those_of_now_and_only_them(two_versions: Website) -> None:
    website = two_versions
    website.publish(2)
    with website.sessions.begin() as session:
        gone = (SiteArticleRow.site_id == website.site_id, SiteArticleRow.slug == "article-1")
        session.execute(delete(SiteArticleRow).where(*gone))

    done = website.rollback(1, with_articles=True)

    seen = website.seen()
    assert done.report["articles_brought"]
    assert b"The about page." in seen["about/index.html"]
    assert b"Text 2." in seen["blog/article-2/index.html"]
    assert b"article-2" in seen["blog/index.html"]
    assert b"article-2" in seen["sitemap.xml"]
    assert not [path for path in seen if "article-1" in path]
    assert b"article-1" not in seen["blog/index.html"]


def test_with_articles_nothing_else_of_the_version_changes(two_versions: Website) -> None:
    website = two_versions
    website.rollback(1)
    first = website.seen()
    website.rollback(2)
    website.publish(2)

    website.rollback(1, with_articles=True)

    after = website.seen()
    touched = {path for path in after if after[path] != first.get(path)}
    assert touched == {"blog/article-2/index.html", "blog/index.html", "feed.xml", "sitemap.xml"}


def test_another_blueprints_version_comes_back_as_that_blueprints(website: Website) -> None:
    website.deploy()
    with website.sessions.begin() as session:
        other = make_blueprint(session, session.get_one(Site, website.site_id), name="Canoes").id
    website.deploy(blueprint_id=other)

    website.rollback(1)

    assert (website.blueprint().deployed_version, website.blueprint(other).deployed_version) == (1, None)
    assert (website.blueprint().status, website.blueprint(other).status) == (
        BlueprintStatus.DEPLOYED,
        BlueprintStatus.READY,
    )


def test_going_back_to_what_is_live_changes_nothing_and_is_no_deployment(two_versions: Website) -> None:
    before = two_versions.seen()

    done = two_versions.rollback(2)

    assert (done.version, done.before, bool(done.changes)) == (2, 2, False)
    assert two_versions.seen() == before
    assert len(two_versions.history()) == 2


def test_a_version_that_was_removed_is_not_found_and_the_kept_ones_are_named(two_versions: Website) -> None:
    with two_versions.sessions.begin() as session:
        change(session, two_versions.site_id, {"versions_kept": 2}, revision=None, by="ann")
    two_versions.say("Third.")
    two_versions.deploy()

    with pytest.raises(NotFound, match="kept are: 2, 3"):
        two_versions.rollback(1)
    with pytest.raises(NotFound, match="no version 9"):
        two_versions.rollback(9)


def test_a_damaged_version_is_not_shown(two_versions: Website) -> None:
    (two_versions.folder / "sites" / two_versions.slug / "v1" / "about" / "index.html").write_text("else")
    before = two_versions.seen()

    with pytest.raises(DamagedRelease):
        two_versions.rollback(1)

    assert two_versions.seen() == before
    assert len(two_versions.history()) == 2


def test_a_version_for_another_address_is_refused(two_versions: Website) -> None:
    with two_versions.sessions.begin() as session:
        change(session, two_versions.site_id, {"public_url": "https://boats.example"}, revision=None, by="ann")

    with pytest.raises(Conflict, match=r"is at https://boats\.example/ now"):
        two_versions.rollback(1)

    two_versions.deploy()
    assert b"https://boats.example/about/" in two_versions.seen()["sitemap.xml"]
