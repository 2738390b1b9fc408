"""The estimate and the run use the same code; on the demo data they agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.credits.ledger import require
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import Site
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.planner.importing import import_keywords
from tests.factories.credits import grant
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive

DEMO = Path(__file__).parents[3] / "include" / "demo" / "search_console.csv"
LIMITS = {"max_tasks_per_run": 20}


@pytest.fixture
def demo(tools: Tools) -> Site:
    with tools.sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 20_000)
        import_keywords(session, site.id, DEMO)
    return site


def test_on_the_demo_data_the_estimate_is_within_15_percent_of_what_the_run_costs(tools: Tools, demo: Site) -> None:
    with tools.sessions() as session:
        expected = forecast(session, session.get_one(Site, demo.id), RunOptions.parse(LIMITS)).total.hundredths
    run = drive(tools, demo.slug, LIMITS)
    used = run.total_credits_used.hundredths
    assert run.status == "completed"
    assert abs(expected - used) <= 0.15 * used, (expected / 100, used / 100)


def test_a_dry_run_changes_nothing_and_gives_the_numbers_of_the_estimate(tools: Tools, demo: Site) -> None:
    with tools.sessions() as session:
        expected = forecast(session, session.get_one(Site, demo.id), RunOptions.parse(LIMITS)).as_json()
    run = drive(tools, demo.slug, LIMITS | {"dry_run": True})
    assert run.initial_snapshot["estimate"] == expected
    assert (run.status, run.total_credits_used.hundredths) == ("completed", 0)
    assert "dry run" in run.stopped_detail.lower()


def test_an_account_that_cannot_pay_the_first_request_is_told_what_is_missing(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        site = make_site(session)
        import_keywords(session, site.id, DEMO)
        expected = forecast(session, site)
    with pytest.raises(InsufficientCredits, match="4 credits are needed, 0 are available"):
        require(expected.least, expected.available)
    assert begin(tools.sessions, site.slug).status == "running"
