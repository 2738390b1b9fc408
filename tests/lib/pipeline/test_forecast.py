"""The estimate and the run use the same code; on the demo data they agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from igny8_lib.credits.ledger import require
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import ContentIdea, Keyword, Site
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.planner import ideas
from igny8_lib.planner.ideas import Chosen
from igny8_lib.planner.importing import import_keywords
from igny8_lib.sites.configuration import configure
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_idea
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


@pytest.mark.slow("drives a run that clusters all keywords of the demo and writes twenty articles")
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


@pytest.mark.slow("drives two runs on 40 keywords each")
def test_where_ideas_need_approval_the_estimate_is_what_the_run_costs_without_them(tools: Tools, demo: Site) -> None:
    """One run makes ideas that wait for people; the next takes those of them that were approved."""
    planning = {"max_keywords_per_run": 40}
    with tools.sessions.begin() as session:
        configure(session, demo.id, {"ideas_need_approval": True})
    for approve in (0, 2):
        with tools.sessions.begin() as session:
            chosen = session.scalars(select(ContentIdea.id).where(ContentIdea.site_id == demo.id).limit(approve)).all()
            if chosen:
                ideas.approve(session, demo.id, Chosen(tuple(chosen)), "ann")
            expected = forecast(session, session.get_one(Site, demo.id), RunOptions.parse(planning))
        run = drive(tools, demo.slug, planning)
        used = run.total_credits_used.hundredths
        assert [each.let_through for each in expected.stages[2:5]] == [approve] * 3
        assert "approval" in expected.limits_binding
        assert abs(expected.total.hundredths - used) <= 0.15 * used, (str(expected.total), used / 100)


def test_the_searches_that_a_run_covers_are_those_of_approved_ideas_where_they_need_approval(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        site = make_site(session, config={"ideas_need_approval": True})
        roses, tulips = (make_cluster(session, site, name) for name in ("roses", "tulips"))
        session.execute(update(Keyword).where(Keyword.cluster_id == tulips.id).values(volume=10))
        make_idea(session, site, roses, "About roses")
        approved = make_idea(session, site, tulips, "About tulips")
        ideas.approve(session, site.id, Chosen((approved.id,)), "ann")
        options = RunOptions.parse({"stages": [3]})
        assert forecast(session, site, options).volume.covered == 20


def test_an_account_that_cannot_pay_the_first_request_is_told_what_is_missing(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        site = make_site(session)
        import_keywords(session, site.id, DEMO)
        expected = forecast(session, site)
    with pytest.raises(InsufficientCredits, match="4 credits are needed, 0 are available"):
        require(expected.least, expected.available)
    assert begin(tools.sessions, site.slug).status == "running"
