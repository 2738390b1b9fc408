"""The roster of sites and its copy on disk."""

from __future__ import annotations

import logging
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import AccountStatus, Frequency, ModuleSettings, SiteStatus
from igny8_lib.pipeline import end_run
from igny8_lib.sites import roster
from igny8_lib.sites.accounts import change_account
from igny8_lib.sites.improvement import Improvement
from igny8_lib.sites.roster import RosterCache, load_roster, load_site, roster_or_cached, site_or_cached
from igny8_lib.sites.sites import set_site_status
from tests.factories.in_runs import improve_in_runs
from tests.factories.sites import make_account, make_site
from tests.lib.pipeline.drive import begin

NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def cache(tmp_path: Path) -> RosterCache:
    return RosterCache(tmp_path / "home" / "roster.json")


def two_sites(sessions: Sessions) -> None:
    config: dict[str, object] = {
        "is_enabled": True,
        "frequency": Frequency.WEEKLY,
        "scheduled_time": time(6, 30),
        "weekday": 4,
    }
    with sessions.begin() as session:
        account = make_account(session, slug="agency", name="Agentur Müller")
        make_site(session, account, slug="beta", timezone="Europe/Berlin", config=config)
        make_site(session, account, slug="alpha")


def test_the_roster_holds_active_sites_of_active_accounts_by_slug(session: Session) -> None:
    make_site(session, slug="zeta")
    make_site(session, slug="alpha")
    make_site(session, slug="switched-off", status=SiteStatus.INACTIVE)
    make_site(session, make_account(session, status=AccountStatus.SUSPENDED), slug="of-a-suspended-account")
    assert [site.slug for site in load_roster(session)] == ["alpha", "zeta"]


@pytest.mark.parametrize("off", ["site", "account"])
def test_a_site_that_is_switched_off_keeps_its_dag_until_its_run_has_ended_and_starts_by_no_schedule(
    session: Session, sessions: Sessions, off: str
) -> None:
    account = make_account(session)
    site = make_site(session, account, slug="leaving", config={"is_enabled": True})
    session.commit()
    run = begin(sessions, site.slug)
    if off == "site":
        set_site_status(session, "leaving", SiteStatus.INACTIVE)
    else:
        change_account(session, account.slug, status=AccountStatus.SUSPENDED)
    (listed,) = load_roster(session)
    assert (listed.slug, listed.schedule) == ("leaving", None)
    assert load_site(session, "leaving").schedule is None
    session.commit()
    end_run.finish(sessions, run.id)
    assert load_roster(session) == ()


def test_a_sites_dag_links_and_optimizes_where_its_switches_and_its_account_s_modules_are_on(session: Session) -> None:
    account = make_account(session)
    both, one, none = (make_site(session, account, slug=slug) for slug in ("both", "link-only", "none"))
    for site, link, optimize in ((both, True, True), (one, True, False), (none, False, False)):
        improve_in_runs(session, site, link=link, optimize=optimize)
    expected = {"both": Improvement(True, True), "link-only": Improvement(True), "none": Improvement()}  # noqa: FBT003
    assert {site.slug: site.improvement for site in load_roster(session)} == expected
    session.get_one(ModuleSettings, account.id).linker_enabled = False
    session.flush()
    assert load_site(session, "both").improvement == Improvement(optimize=True)


def test_while_a_run_goes_on_its_dag_is_the_one_that_it_began_with(session: Session, sessions: Sessions) -> None:
    site, other = make_site(session, slug="switched-off"), make_site(session, slug="switched-on")
    improve_in_runs(session, site, link=True, optimize=True)
    session.commit()
    going_on = [begin(sessions, each.slug).id for each in (site, other)]
    improve_in_runs(session, site)
    improve_in_runs(session, other, link=True)
    session.commit()
    assert load_site(session, "switched-off").improvement == Improvement(True, True)  # noqa: FBT003
    assert load_site(session, "switched-on").improvement == Improvement()
    session.commit()
    for run_id in going_on:
        end_run.finish(sessions, run_id)
    assert load_site(session, "switched-off").improvement == Improvement()
    assert load_site(session, "switched-on").improvement == Improvement(link=True)


def test_the_roster_costs_one_query_however_many_sites_there_are(session: Session, engine: Engine) -> None:
    for _ in range(30):
        make_site(session)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(load_roster(session)) == 30
    assert len(statements) == 1


def test_a_roster_site_tells_its_schedule_and_its_account(sessions: Sessions) -> None:
    two_sites(sessions)
    with sessions() as session:
        site = load_site(session, "beta")
    assert (site.account_slug, site.account_name) == ("agency", "Agentur Müller")
    assert (site.is_enabled, site.frequency, site.scheduled_time) == (True, Frequency.WEEKLY, time(6, 30))
    assert (site.weekday, site.timezone) == (4, "Europe/Berlin")


def test_a_site_that_was_switched_off_is_still_found_for_its_running_tasks(session: Session) -> None:
    make_site(session, slug="off", status=SiteStatus.INACTIVE)
    assert load_site(session, "off").slug == "off"
    with pytest.raises(NotFound, match="nowhere"):
        load_site(session, "nowhere")


def test_the_roster_read_is_kept_and_comes_back_the_same(
    sessions: Sessions, database_url: str, cache: RosterCache
) -> None:
    two_sites(sessions)
    fresh = roster_or_cached(sessions, cache)
    assert cache.read() == fresh
    assert roster_or_cached(database_url, cache) == fresh


def test_an_unchanged_roster_is_not_written_again(sessions: Sessions, cache: RosterCache) -> None:
    two_sites(sessions)
    sites = roster_or_cached(sessions, cache)
    assert cache.write(sites) is False
    assert cache.write(sites[:1]) is True
    assert [entry.name for entry in cache.path.parent.iterdir()] == ["roster.json"]


def test_a_database_that_is_away_gives_the_roster_kept_and_a_warning(
    sessions: Sessions, cache: RosterCache, caplog: pytest.LogCaptureFixture
) -> None:
    two_sites(sessions)
    fresh = roster_or_cached(sessions, cache)
    with caplog.at_level(logging.WARNING):
        assert roster_or_cached(NOBODY_LISTENS, cache) == fresh
        assert site_or_cached(NOBODY_LISTENS, cache, "beta") == fresh[1]
    assert "cannot be read" in caplog.text


def test_a_database_that_misses_a_migration_is_an_error_although_a_roster_is_kept(
    sessions: Sessions, cache: RosterCache
) -> None:
    two_sites(sessions)
    roster_or_cached(sessions, cache)
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE automation_configs DROP COLUMN schedule_since"))
    with pytest.raises(ProgrammingError):
        roster_or_cached(sessions, cache)
    with pytest.raises(ProgrammingError):
        site_or_cached(sessions, cache, "beta")


def test_a_database_that_is_too_slow_at_parse_time_counts_as_away(
    sessions: Sessions, cache: RosterCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sites(sessions)
    fresh = roster_or_cached(sessions, cache)
    monkeypatch.setattr(roster, "READ_TIMEOUT_MS", 50)
    with sessions.begin() as session:
        session.execute(text("LOCK TABLE automation_configs"))
        assert roster_or_cached(sessions, cache) == fresh


def test_a_database_that_is_away_with_nothing_kept_is_an_error(cache: RosterCache) -> None:
    with pytest.raises(SQLAlchemyError):
        roster_or_cached(NOBODY_LISTENS, cache)
    with pytest.raises(SQLAlchemyError):
        site_or_cached(NOBODY_LISTENS, cache, "beta")


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"slug": "a"}]', "\x00"])
def test_a_damaged_copy_counts_as_none(cache: RosterCache, content: str) -> None:
    cache.path.parent.mkdir(parents=True)
    cache.path.write_text(content)
    assert cache.read() is None


def test_a_copy_that_cannot_be_written_does_not_hide_the_roster(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    two_sites(sessions)
    (tmp_path / "file").touch()
    assert len(roster_or_cached(sessions, RosterCache(tmp_path / "file" / "roster.json"))) == 2
    assert "cannot be kept" in caplog.text
