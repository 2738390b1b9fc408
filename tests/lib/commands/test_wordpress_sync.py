"""`igny8 wordpress import|sync|status|conflicts|resolve`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, HostingType, PostKind, Site, SyncConflict, WordPressSync
from igny8_lib.publishing.importing.posts import WordPressPost
from igny8_lib.publishing.importing.state import take_turn
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Shell


@pytest.fixture
def site(session: Session) -> Site:
    site = make_site(session, slug="blog")
    session.commit()
    return site


def make_conflict(session: Session, site: Site) -> Content:
    """An article that was changed in WordPress, too."""
    article = make_article(session, site, html="<p>Ours.</p>")
    post = WordPressPost(
        kind=PostKind.POST,
        id=7,
        status="publish",
        slug="tea",
        url="https://blog.example/tea/",
        raw_title="Their title",
        raw="<p>Theirs.</p>",
        excerpt="",
        modified_at=clock.now(),
        date=clock.now(),
        author=1,
        categories=[],
        tags=[],
        featured=None,
    )
    theirs = {"title": post.title, "digest": post.digest, "post": post.model_dump(mode="json")}
    session.add(SyncConflict(site_id=site.id, content_id=article.id, theirs=theirs, seen_at=clock.now()))
    session.commit()
    return article


def read(shell: Shell, *arguments: str) -> Any:
    code, printed = shell(*arguments, "--json")
    assert code == 0, printed
    return json.loads(printed)


def test_an_import_that_was_asked_for_is_the_next_turn_of_the_site_and_reads_everything(
    shell: Shell, session: Session, site: Site
) -> None:
    session.add(WordPressSync(site_id=site.id, next_at=clock.now().replace(year=2100), high_water=clock.now()))
    session.commit()
    assert take_turn(session, site.id) is None
    session.commit()
    code, printed = shell("wordpress", "import", "blog")
    assert (code, "within five minutes" in printed) == (0, True)
    turn = take_turn(session, site.id)
    assert turn is not None
    assert turn.is_full


def test_a_sync_that_was_asked_for_reads_what_changed(shell: Shell, session: Session, site: Site) -> None:
    times = {"high_water": clock.now(), "full_finished_at": clock.now()}
    session.add(WordPressSync(site_id=site.id, next_at=clock.now().replace(year=2100), **times))
    session.commit()
    assert read(shell, "wordpress", "sync", "blog")["wanted_full"] is False
    turn = take_turn(session, site.id)
    assert turn is not None
    assert not turn.is_full


def test_a_site_that_is_not_on_wordpress_is_refused(shell: Shell, session: Session) -> None:
    make_site(session, slug="static", hosting_type=HostingType.IGNY8)
    session.commit()
    code, printed = shell("wordpress", "import", "static")
    assert code != 0
    assert "not by WordPress" in printed


def test_status_tells_that_nothing_was_read_and_later_what_is_wrong(shell: Shell, session: Session, site: Site) -> None:
    assert "Nothing was read yet" in shell("wordpress", "status", "blog")[1]
    began = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    session.add(WordPressSync(site_id=site.id, error="Make a new application password.", started_at=began))
    site.timezone = "Asia/Tokyo"
    session.commit()
    printed = shell("wordpress", "status", "blog")[1]
    assert "Make a new application password." in printed
    assert "2026-07-01 21:30 (Asia/Tokyo)" in printed
    assert "Ended" not in printed


def test_conflicts_are_listed_shown_and_decided(shell: Shell, session: Session, site: Site) -> None:
    article = make_conflict(session, site)
    listed = read(shell, "wordpress", "conflicts", "blog")
    assert [(each["content_id"], each["their_title"]) for each in listed] == [(article.id, "Their title")]
    printed = shell("wordpress", "conflicts", "blog", "--article", str(article.id))[1]
    assert "Ours." in printed
    assert "Theirs." in printed
    assert printed.startswith("- what IGNY8 has, + what WordPress has")
    assert f"igny8 wordpress resolve blog {article.id} --ours" in printed
    code, printed = shell("wordpress", "resolve", "blog", str(article.id))
    assert (code != 0, "--ours or --theirs" in printed) == (True, True)
    assert read(shell, "wordpress", "resolve", "blog", str(article.id), "--theirs")["version"] == 2
    assert read(shell, "wordpress", "conflicts", "blog") == []
    assert "There is no conflict" in shell("wordpress", "conflicts", "blog")[1]
    session.refresh(article)
    assert article.html == "<p>Theirs.</p>"
