"""Work lists, events and offers of old runs go; runs, their stages, and all of what is not over stay."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRun,
    MergeOffer,
    RunEvent,
    RunStatus,
    Site,
    StageItem,
    StageResult,
)
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.retention import batching, run_details
from igny8_lib.retention.clean_up import Cleaner
from igny8_lib.retention.watch import AT_DEADLINE, BY_SIGNAL, Watch
from tests.factories.sites import make_site
from tests.lib.retention.old import SETTINGS, clean, make_worked_run, number_of

PART = "run_details"


def test_details_of_runs_that_ended_long_ago_go_and_the_run_stays_with_its_stages(
    session: Session, sessions: Sessions, site: Site
) -> None:
    make_worked_run(session, site)
    young = make_worked_run(session, site, days=SETTINGS.keep_run_details_days - 1)
    session.commit()
    assert clean(sessions) == {PART: 3 + 1 + 1 + 1}
    for model, left in ((StageItem, 3), (MergeOffer, 1), (RunEvent, 1), (AutomationRun, 2), (StageResult, 2)):
        assert number_of(session, model) == left
    assert set(session.scalars(select(StageItem.run_id))) == {young.id}
    assert clean(sessions) == {}


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.PAUSED])
def test_an_unfinished_run_keeps_all_however_old_it_is(
    session: Session, sessions: Sessions, site: Site, status: RunStatus
) -> None:
    make_worked_run(session, site, status=status)
    session.commit()
    assert clean(sessions) == {}
    assert number_of(session, StageItem) == 3


def test_a_dry_run_counts_what_would_go_and_removes_nothing(session: Session, sessions: Sessions, site: Site) -> None:
    make_worked_run(session, site)
    make_worked_run(session, make_site(session))
    session.commit()
    assert clean(sessions, dry_run=True) == {PART: 10}
    assert number_of(session, StageItem) == 6


def test_progress_says_the_same_before_and_after(session: Session, sessions: Sessions, site: Site) -> None:
    run = make_worked_run(session, site)
    session.commit()
    before = progress_of(session, run)
    clean(sessions)
    session.rollback()
    session.refresh(run)
    after = progress_of(session, run)
    assert run.details_removed_at is not None
    assert [(each.total, each.done, each.failed) for each in after.stages] == [
        (each.total, each.done, each.failed) for each in before.stages
    ]
    assert after.stages[0].created == 2, "what the stage booked when it ended"


def test_many_rows_go_in_several_transactions(
    session: Session, sessions: Sessions, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_details, "ROWS", 4)
    for _ in range(3):
        make_worked_run(session, site, items=6)
    session.commit()
    assert clean(sessions) == {PART: 3 * 8 + 3}
    assert number_of(session, StageItem) == 0


def test_a_signal_or_the_deadline_ends_it_between_batches_and_the_next_one_goes_on(
    session: Session, sessions: Sessions, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_details, "RUNS", 1)
    for _ in range(3):
        make_worked_run(session, site)
    session.commit()
    watch = Watch(600)
    real = run_details.remove_some

    def told_meanwhile(*asked: object, **named: object) -> int:
        watch.tell()
        return real(*asked, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(run_details, "remove_some", told_meanwhile)
    done = Cleaner(sessions, SETTINGS).clean_up(watch)
    assert (done.stopped, [each.part for each in done.done]) == (BY_SIGNAL, [PART])
    assert number_of(session, StageItem) == 6
    monkeypatch.setattr(run_details, "remove_some", real)
    assert Cleaner(sessions, SETTINGS).clean_up(Watch(0)).stopped == AT_DEADLINE
    assert clean(sessions) == {PART: 12}


def test_a_run_that_somebody_holds_is_left_to_the_next_clean_up(
    session: Session, sessions: Sessions, site: Site
) -> None:
    held, free = make_worked_run(session, site), make_worked_run(session, site)
    session.commit()
    session.execute(select(AutomationRun.id).where(AutomationRun.id == held.id).with_for_update())
    assert clean(sessions) == {PART: 6}
    assert session.get_one(AutomationRun, free.id, populate_existing=True).details_removed_at is not None
    session.rollback()
    assert clean(sessions) == {PART: 6}


def test_rows_that_somebody_holds_are_left_and_their_run_is_not_done(
    session: Session, sessions: Sessions, site: Site
) -> None:
    run = make_worked_run(session, site)
    session.commit()
    with sessions() as other:
        other.execute(select(StageItem.position).with_for_update())
        assert clean(sessions, PART) == {PART: 2}
        session.refresh(run)
        assert (number_of(session, StageItem), run.details_removed_at) == (3, None)
    assert clean(sessions, PART) == {PART: 4}


def test_a_table_that_is_locked_is_waited_for_shortly_and_then_left(
    session: Session, sessions: Sessions, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "LOCK_TIMEOUT", "20ms")
    make_worked_run(session, site)
    session.commit()
    with sessions() as migrating:
        migrating.execute(sql("LOCK TABLE stage_items"))
        assert clean(sessions, PART) == {}
    assert clean(sessions, PART) == {PART: 6}
