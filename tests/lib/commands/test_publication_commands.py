"""`igny8 publishing now|update|unpublish|delete|retry|list|post`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record, served


@pytest.fixture
def article(sessions: Sessions) -> str:
    """An approved article whose slot has come."""
    with sessions.begin() as session:
        return str(make_due(session, make_static_site(session, slug="blog")).id)


def test_an_article_is_published_shown_updated_unpublished_and_deleted(
    igny8: Igny8, shell: Shell, sessions: Sessions, article: str, tmp_path: Path
) -> None:
    assert "Nothing went out yet" in shell("publishing", "list", "blog")[1]
    with served(tmp_path) as sites:
        assert "within a minute" in shell("publishing", "now", "blog", article, "--by", "ann")[1]
        assert igny8("publishing", "list", "blog")[1][0]["status"] == "waiting"
        work(sites, sessions)
        code, shown = igny8("publishing", "post", "blog", article)
        assert (code, shown["status"], shown["requested_by"]) == (0, "done", "ann")
        assert [step["name"] for step in shown["steps"]] == ["media", "terms", "post", "seo", "live"]
        assert shown["external_url"] in shell("publishing", "post", "blog", article)[1]
        for command, wish in (("update", "live"), ("unpublish", "draft"), ("delete", "gone")):
            assert igny8("publishing", command, "blog", article)[1]["wish"] == wish
            work(sites, sessions)
            assert igny8("publishing", "list", "blog")[1][0]["status"] == "done"


def work(sites: StaticSites, sessions: Sessions) -> None:
    sites.publisher(sessions).work()


def test_what_failed_is_listed_with_why_and_tried_again(
    igny8: Igny8, shell: Shell, sessions: Sessions, article: str, tmp_path: Path
) -> None:
    with served(tmp_path) as sites:
        StaticSites(tmp_path / "elsewhere", sites.url, sites.media).publisher(sessions).work()
        (failed,) = igny8("publishing", "list", "blog", "--failed")[1]
        assert (failed["cause"], failed["external_url"]) == ("not_live", None)
        assert "answers 404" in shell("publishing", "list", "blog", "--failed")[1].replace("\n", " ")
        assert igny8("publishing", "retry", "blog", article)[0] == 0
        work(sites, sessions)
        assert igny8("publishing", "list", "blog", "--failed")[1] == []
        assert "No publication failed." in shell("publishing", "list", "blog", "--failed")[1]


def test_what_was_missed_is_listed_with_when_it_went_out_and_how_late(
    shell: Shell, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        site = make_static_site(session, slug="blog", timezone="Asia/Tokyo")
        make_due(session, site)
        missed = make_due(session, site, ago=timedelta(days=2, minutes=5))
    with served(tmp_path) as sites:
        work(sites, sessions)
    with sessions() as session:
        went_out = f"{record(session, missed).published_at:%Y-%m-%d %H:%M}"
    listed = shell("publishing", "list", "blog")[1]
    assert "blog: times of Asia/Tokyo" in listed
    late = [line for line in listed.splitlines() if "48 h 5 min" in line]
    assert [str(missed.id) in line for line in late] == [True]
    assert in_tokyo(went_out) in late[0]
    shown = shell("publishing", "post", "blog", str(missed.id))[1]
    assert all(told in shown for told in ("late by", "48 h 5 min", "first public", in_tokyo(went_out)))
    assert "next attempt" not in shown, "nothing more is tried"


def in_tokyo(stamp: str) -> str:
    """A time in UTC as the clocks there show it."""
    return f"{datetime.fromisoformat(stamp) + timedelta(hours=9):%Y-%m-%d %H:%M}"


def test_what_cannot_be_done_is_refused(igny8: Igny8, article: str) -> None:
    assert igny8("publishing", "update", "blog", article)[1]["error"] == "Conflict"
    assert igny8("publishing", "post", "blog", article)[1]["error"] == "NotFound"
    assert igny8("publishing", "retry", "blog", "999")[1]["error"] == "NotFound"
