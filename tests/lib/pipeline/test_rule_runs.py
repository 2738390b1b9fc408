"""Runs that a rule starts: the conf names the execution, which is of the site and under way, or the run is refused."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, ExecutionStatus, RuleExecution, RunStatus, Site, Trigger
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.pipeline.runs import Start
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import numbers

pytestmark = pytest.mark.usefixtures("asked_again_at_once")


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_ready_site(session)


@pytest.fixture
def airflow(site: Site) -> FakeAirflow:
    return FakeAirflow(paused={f"site__{site.slug}": False})


def make_ready_site(session: Session) -> Site:
    """A site where something waits, with credits for it."""
    site = make_site(session)
    grant(session, site.account_id, 100)
    make_keywords(session, site, 8)
    return site


def make_running(session: Session, site: Site, status: ExecutionStatus = ExecutionStatus.RUNNING) -> RuleExecution:
    """An execution of the rule "Roses"."""
    ended = {} if status in (ExecutionStatus.PENDING, ExecutionStatus.RUNNING) else {"finished_at": site.created_at}
    return make_execution(session, make_rule(session, site, name="Roses"), status=status, **ended)


def begin(sessions: Sessions, site: Site, execution: object, trigger: Trigger = Trigger.RULE) -> AutomationRun:
    """The body of the start task of a DAG run with this in its conf."""
    name = f"rule__{next(numbers)}"
    start = Start(site.slug, f"site__{site.slug}", name, trigger, "igny8", {}, rule_execution=execution)
    with sessions.begin() as session:
        return runs.begin(session, start)


def test_the_run_is_the_execution_s_and_acts_in_the_rule_s_name(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        execution = make_running(session, site)
    run = begin(sessions, site, execution.id)
    assert (run.status, run.trigger, run.triggered_by) == (RunStatus.RUNNING, Trigger.RULE, "rule: Roses")
    assert run.rule_execution_id == execution.id
    assert run.run_id.endswith("_rule")


def test_the_start_carries_the_execution_in_its_conf_and_is_found_again_by_its_token(
    sessions: Sessions, site: Site, airflow: FakeAirflow
) -> None:
    given = {"trigger": Trigger.RULE, "rule_execution": 7, "token": "rule-execution-7-0-0"}
    first = run_now(sessions, airflow.api(), site.slug, {"stages": [1]}, **given)  # type: ignore[arg-type]
    assert run_now(sessions, airflow.api(), site.slug, {"stages": [1]}, **given) == first  # type: ignore[arg-type]
    (conf,) = airflow.confs.values()
    assert (conf["trigger"], conf["rule_execution"], conf["stages"]) == ("rule", 7, [1])


def test_other_starts_name_no_execution(sessions: Sessions, site: Site, airflow: FakeAirflow) -> None:
    run_now(sessions, airflow.api(), site.slug, {})
    assert all("rule_execution" not in conf for conf in airflow.confs.values())


NO_EXECUTION = [None, 0, -1, 2**63, True, 1.5, "1", [1], {"id": 1}, 999_999]


@pytest.mark.parametrize("given", NO_EXECUTION, ids=map(repr, NO_EXECUTION))
def test_what_names_no_execution_of_the_site_is_refused(sessions: Sessions, site: Site, given: object) -> None:
    with sessions.begin() as session:
        make_running(session, site)
    run = begin(sessions, site, given)
    assert (run.status, run.rule_execution_id, run.triggered_by) == (RunStatus.FAILED, None, "igny8")
    assert f"the execution of a rule of site {site.slug}" in run.stopped_detail


def test_another_site_s_execution_is_refused_and_not_named(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        theirs = make_running(session, make_ready_site(session))
    run = begin(sessions, site, theirs.id)
    assert (run.status, run.rule_execution_id) == (RunStatus.FAILED, None)
    assert "Roses" not in run.stopped_detail + run.triggered_by


@pytest.mark.parametrize("status", [each for each in ExecutionStatus if each is not ExecutionStatus.RUNNING])
def test_an_execution_that_is_not_under_way_starts_nothing_and_the_refused_run_is_its_effect(
    sessions: Sessions, site: Site, status: ExecutionStatus
) -> None:
    with sessions.begin() as session:
        execution = make_running(session, site, status)
    run = begin(sessions, site, execution.id)
    assert (run.status, run.rule_execution_id) == (RunStatus.FAILED, execution.id)
    assert f"is {status.value}: only one that is under way starts runs" in run.stopped_detail


def test_a_run_of_a_rule_that_meets_another_is_skipped_and_is_still_the_rule_s(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        execution = make_running(session, site)
    begin(sessions, site, None, Trigger.MANUAL)
    run = begin(sessions, site, execution.id)
    assert (run.status, run.rule_execution_id) == (RunStatus.SKIPPED, execution.id)


def test_the_start_task_that_is_tried_again_finds_its_run_also_when_the_execution_has_ended(
    sessions: Sessions, site: Site
) -> None:
    with sessions.begin() as session:
        execution = make_running(session, site)
    start = Start(site.slug, f"site__{site.slug}", "rule__1", Trigger.RULE, "igny8", {}, rule_execution=execution.id)
    with sessions.begin() as session:
        first = runs.begin(session, start)
    with sessions.begin() as session:
        execution = session.get_one(RuleExecution, execution.id)
        execution.status, execution.finished_at = ExecutionStatus.COMPLETED, site.created_at
        assert runs.begin(session, start).id == first.id
