"""No run ends without a reason and a sentence: by the code's own paths, and by the database's rule."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    ACTIVE_RUN,
    Account,
    AccountStatus,
    AutomationRun,
    ModuleSettings,
    RunStatus,
    Site,
    SiteStatus,
    StageResult,
    StageStatus,
    StoppedReason,
)
from igny8_lib.pipeline import airflow_mirror, end_run
from igny8_lib.pipeline.outcome import ENDS_AS, outcome_for
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.sites.accounts import change_account
from igny8_lib.sites.modules import SwitchedOff
from igny8_lib.sites.sites import set_site_status
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session)
        make_keywords(session, site, 8)
        return site


def test_the_database_refuses_an_ended_run_without_a_reason_and_an_active_one_with_one(
    session: Session, sessions: Sessions, site: Site
) -> None:
    run = begin(sessions, site.slug)
    for status, reason in product(RunStatus, [None, *StoppedReason]):
        allowed = (status in ACTIVE_RUN) == (reason is None)
        statement = text("UPDATE automation_runs SET status = :status, stopped_reason = :reason WHERE id = :id")
        values = {"status": status.value, "reason": reason.value if reason else None, "id": run.id}
        if allowed:
            session.execute(statement, values)
        else:
            with pytest.raises(IntegrityError):
                session.execute(statement, values)
        session.rollback()


@pytest.mark.parametrize("reason", list(StoppedReason))
def test_each_reason_ends_a_run_with_its_status_and_its_sentence(
    sessions: Sessions, site: Site, reason: StoppedReason
) -> None:
    run = begin(sessions, site.slug)
    with sessions.begin() as session:
        if reason == StoppedReason.SITE_BUSY:
            run = begin(sessions, site.slug)
        else:
            end_run.end(session, run.id, outcome_for(reason, "Because."))
    with sessions() as session:
        over = session.get_one(AutomationRun, run.id)
        assert (over.status, over.stopped_reason) == (ENDS_AS.get(reason, RunStatus.COMPLETED), reason)
        assert over.stopped_detail
        assert over.completed_at is not None


STAGE_STATES = [None, StageStatus.RUNNING, StageStatus.COMPLETED, StageStatus.FAILED, StageStatus.SKIPPED]
WAYS = {
    "its own last task": lambda session, run: end_run.end(session, run.id, end_run.settle_outcome(session, run)),
    "a cancel": lambda session, run: end_run.cancel(session, run.id, sentence="Cancelled by anna.", actor="anna"),
    "its DAG run, by hand": lambda session, run: airflow_mirror.ended_by_hand(session, run.id, "success", "olga"),
    "its DAG run, by itself": lambda session, run: airflow_mirror.tasks_died(session, run.id),
    "a deletion": lambda session, run: airflow_mirror.deleted(session, run.id, ""),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("stopping", [None, StoppedReason.CREDIT_BUDGET])
def test_whoever_ends_a_run_wherever_it_stands_gives_a_reason_and_a_sentence(
    sessions: Sessions,
    site: Site,
    way: str,
    paused: bool,  # noqa: FBT001 - pytest gives it by name
    stopping: StoppedReason | None,
) -> None:
    for state, number in product(STAGE_STATES, (1, 4, 7)):
        run = begin(sessions, site.slug)
        with sessions.begin() as session:
            run = session.get_one(AutomationRun, run.id)
            run.status = RunStatus.PAUSED if paused else RunStatus.RUNNING
            run.stopping, run.stopped_detail = stopping, "3 credits are missing." if stopping else ""
            for stage in range(1, number + 1):
                status = state if stage == number else StageStatus.COMPLETED
                if status:
                    row = {"run_id": run.id, "stage": stage, "site_id": site.id, "started_at": run.started_at}
                    session.merge(StageResult(**row, status=status))
            session.flush()
            over = WAYS[way](session, run)
            assert over.status not in ACTIVE_RUN
            assert over.stopped_reason in StoppedReason
            assert over.stopped_detail.strip().endswith(".")
            assert over.status == ENDS_AS.get(over.stopped_reason, RunStatus.COMPLETED)
            again = WAYS[way](session, over)
            assert (again.stopped_reason, again.completed_at) == (over.stopped_reason, over.completed_at)


def test_a_run_of_an_account_without_the_automation_module_ends_with_a_reason(sessions: Sessions, site: Site) -> None:
    with sessions.begin() as session:
        session.scalars(select(ModuleSettings)).one().automation_enabled = False
    run = begin(sessions, site.slug)
    assert (run.status, run.stopped_reason) == (RunStatus.FAILED, StoppedReason.STAGE_FAILED)
    assert "automation module is switched off" in run.stopped_detail


@pytest.mark.parametrize("off", ["site", "account"])
def test_what_is_switched_off_starts_no_run_by_any_way_and_its_active_run_ends_well(
    sessions: Sessions, site: Site, off: str
) -> None:
    going_on = begin(sessions, site.slug)
    with sessions.begin() as session:
        if off == "site":
            set_site_status(session, site.slug, SiteStatus.INACTIVE)
        else:
            slug = session.get_one(Account, site.account_id).slug
            change_account(session, slug, status=AccountStatus.SUSPENDED)
    assert end_run.finish(sessions, going_on.id)["run"] == going_on.id
    refused = begin(sessions, site.slug)
    assert (refused.status, refused.stopped_reason) == (RunStatus.FAILED, StoppedReason.STAGE_FAILED)
    assert "starts no runs" in refused.stopped_detail or "start no runs" in refused.stopped_detail
    nobody = AirflowApi("http://127.0.0.1:1", "", "")
    with pytest.raises(SwitchedOff, match="no runs"):
        run_now(sessions, nobody, site.slug, {})
