"""Starting a run by hand: one run however often it is asked for, also where Airflow's answers get lost."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error, SiteBusy
from igny8_lib.models import AutomationRun, RunStatus, Site, StoppedReason, Trigger
from igny8_lib.pipeline import end_run, runs
from igny8_lib.pipeline.run_now import Launched, StartUnknown, run_now
from igny8_lib.pipeline.runs import Start
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site

pytestmark = pytest.mark.usefixtures("asked_again_at_once")


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 100)
        make_keywords(session, site, 40)
        return site


@pytest.fixture
def airflow(site: Site) -> FakeAirflow:
    return FakeAirflow(paused={f"site__{site.slug}": False})


def lose_answers(airflow: FakeAirflow, times: int) -> None:
    """The next starts are carried out and their answers lost."""
    left = iter(range(times))

    def lose(asked: str) -> None:
        if asked.endswith("/dagRuns") and next(left, None) is not None:
            raise httpx.ReadTimeout("slow")

    airflow.after = lose


def begun(sessions: Sessions, launched: Launched, site: Site) -> AutomationRun:
    """The body of the started run's first task."""
    start = Start(site.slug, launched.dag_id, launched.dag_run_id, Trigger.MANUAL, "admin", {})
    with sessions.begin() as session:
        return runs.begin(session, start)


def test_a_start_whose_answer_was_lost_is_known_as_ones_own(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    lose_answers(airflow, 1)
    launched = run_now(sessions, airflow.api(), site.slug, {})
    assert airflow.runs == {(launched.dag_id, launched.dag_run_id): "queued"}
    assert airflow.asked.count(f"POST /dags/{launched.dag_id}/dagRuns") == 2


def test_a_start_whose_answer_was_lost_is_ones_own_also_when_it_has_ended_meanwhile(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    def end_and_lose(asked: str) -> None:
        if asked.endswith("/dagRuns"):
            airflow.after = lambda _: None
            airflow.runs = dict.fromkeys(airflow.runs, "success")
            raise httpx.RemoteProtocolError("cut")

    airflow.after = end_and_lose
    launched = run_now(sessions, airflow.api(), site.slug, {})
    assert launched.dag_run_id == "manual__1"
    assert len(airflow.runs) == 1


def test_where_no_answer_comes_at_all_the_caller_is_told_to_look(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    lose_answers(airflow, 100)
    airflow.before = lambda _: setattr(airflow, "down", len(airflow.runs) > 0)
    with pytest.raises(StartUnknown, match=f"igny8 status {site.slug}"):
        run_now(sessions, airflow.api(), site.slug, {})
    assert len(airflow.runs) == 1


@pytest.mark.parametrize("until", ["accepted", "begun", "ended"])
def test_asking_again_with_the_same_token_gives_the_run_that_was_started(
    sessions: Sessions, site: Site, airflow: FakeAirflow, until: str
) -> None:
    first = run_now(sessions, airflow.api(), site.slug, {}, token="mine")
    if until != "accepted":
        run = begun(sessions, first, site)
    if until == "ended":
        end_run.finish(sessions, run.id)
        airflow.runs = dict.fromkeys(airflow.runs, "failed")
    assert run_now(sessions, airflow.api(), site.slug, {}, token="mine") == first
    assert len(airflow.runs) == 1


@pytest.mark.parametrize("token", ["", "other"])
def test_somebody_elses_start_is_no_own_one(sessions: Sessions, site: Site, airflow: FakeAirflow, token: str) -> None:
    first = run_now(sessions, airflow.api(), site.slug, {}, token="mine")
    with pytest.raises(SiteBusy, match=first.dag_run_id):
        run_now(sessions, airflow.api(), site.slug, {}, token=token)
    begun(sessions, first, site)
    with pytest.raises(SiteBusy):
        run_now(sessions, airflow.api(), site.slug, {}, token=token)


def test_a_deleted_dag_run_is_nobody_s_start(sessions: Sessions, site: Site, airflow: FakeAirflow) -> None:
    run = begun(sessions, run_now(sessions, airflow.api(), site.slug, {}, token="mine"), site)
    end_run.finish(sessions, run.id)
    airflow.runs.clear()
    assert run_now(sessions, airflow.api(), site.slug, {}, token="mine").dag_run_id == "manual__2"


def test_a_start_with_a_date_in_the_future_is_withdrawn_with_a_record_and_keeps_nobody_waiting(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    key = (f"site__{site.slug}", "manual__2090")
    airflow.add(*key)
    airflow.dates[key] = (clock.now() + timedelta(days=1)).isoformat()
    launched = run_now(sessions, airflow.api(), site.slug, {})
    assert (airflow.runs[key], airflow.runs[launched.dag_id, launched.dag_run_id]) == ("failed", "queued")
    with sessions() as session:
        refused = session.scalars(select(AutomationRun)).one()
        assert (refused.dag_run_id, refused.status) == ("manual__2090", RunStatus.FAILED)
        assert refused.stopped_reason == StoppedReason.STAGE_FAILED
        assert "Start it without a date" in refused.stopped_detail


def test_a_start_makes_the_site_s_pool_and_takes_back_slots_that_somebody_added(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    airflow.pools[f"site_{site.slug}"] = 5
    run_now(sessions, airflow.api(), site.slug, {})
    assert airflow.pools == {f"site_{site.slug}": 1}


def test_a_refused_start_sends_nothing_to_airflow(sessions: Sessions, site: Site, airflow: FakeAirflow) -> None:
    with pytest.raises(Igny8Error):
        run_now(sessions, airflow.api(), site.slug, {"stages": [99]})
    with pytest.raises(Igny8Error):
        run_now(sessions, airflow.api(), "nowhere", {})
    assert airflow.asked == []
