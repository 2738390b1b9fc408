from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import AutomationRun, RunStatus, StageStatus
from igny8_lib.notifications.claim import claim_notice, untold_runs
from igny8_lib.notifications.message import compose
from igny8_lib.notifications.run_end import RunEnd, StageRow, read_run_end, run_page
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site

TITLES = {1: "Keywords → Clusters", 4: "Tasks → Content"}


def ended_run(session: Session, **values: object) -> AutomationRun:
    run = make_ended_run(session, make_site(session, domain="mysite.com"), {4: (12, 11, 1), 1: (20, 3, 0)})
    for name, value in ({"completed_at": run.started_at + timedelta(hours=1)} | values).items():
        setattr(run, name, value)
    session.flush()
    return run


def read(session: Session, run: AutomationRun) -> RunEnd:
    return read_run_end(session, run.id, stage_titles=TITLES, airflow_url="https://airflow.example/")


def test_the_facts_of_a_run_are_read_with_its_stages_in_order(session: Session) -> None:
    run = ended_run(session, total_credits_used=Credits.of("7.5"), stopped_detail="All done.")
    end = read(session, run)
    assert (end.title, end.sentence, end.credits_used) == (f"mysite.com #{run.run_number}", "All done.", Credits(750))
    assert [row.number for row in end.stages] == [1, 4]
    assert end.stages[1] == StageRow(4, "Tasks → Content", StageStatus.COMPLETED, 12, 11, 1, Credits(0))


def test_technical_errors_and_snapshots_are_not_told(session: Session) -> None:
    secret = "sk-live-0123456789"
    run = ended_run(session, status=RunStatus.FAILED, error=f"401 for {secret}", initial_snapshot={"key": secret})
    assert secret not in str(compose(read(session, run)))


def test_an_active_run_has_no_end_to_tell(session: Session) -> None:
    run = ended_run(session, status=RunStatus.RUNNING, stopped_reason=None, completed_at=None)
    with pytest.raises(Conflict, match="no end to tell"):
        read(session, run)
    assert not claim_notice(session, run.id)


def test_the_link_survives_what_run_ids_are_made_of() -> None:
    address = run_page("https://airflow.example/", "site__my", "scheduled__2026-01-13T01:00:00+00:00")
    assert address == "https://airflow.example/dags/site__my/runs/scheduled__2026-01-13T01%3A00%3A00%2B00%3A00"


def test_of_many_finishers_one_tells_the_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        run_id = ended_run(session).id

    def claim(_: int) -> bool:
        with sessions.begin() as session:
            return claim_notice(session, run_id)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [False] * 7 + [True]


def test_ended_runs_that_nobody_told_are_found_until_they_are_claimed(session: Session) -> None:
    old, recent = ended_run(session), ended_run(session)
    ended_run(session, status=RunStatus.RUNNING, stopped_reason=None, completed_at=None)
    since = recent.started_at
    assert old.completed_at is not None
    old.completed_at = since - timedelta(days=1)
    assert list(untold_runs(session, since=since)) == [recent.id]
    assert claim_notice(session, recent.id)
    assert list(untold_runs(session, since=since)) == []
