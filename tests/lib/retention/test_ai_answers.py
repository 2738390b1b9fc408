"""Old answers leave their rows; what may come back to an answer keeps it, and reports stay what they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.credits.usage import Grouping, usage_by
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    BatchKind,
    BatchStatus,
    ContentBatch,
    RetentionMark,
    RunStatus,
    Site,
)
from igny8_lib.retention import ai_answers
from tests.lib.retention.old import SETTINGS, clean, make_answer, make_worked_run
from tests.statements import statements_on

PART = "ai_answers"
AGE = SETTINGS.keep_ai_answers_days


def answered(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(AICall.id).where(AICall.answer.is_not(None)).order_by(AICall.id)))


def test_old_answers_go_and_their_rows_stay_with_all_figures(session: Session, sessions: Sessions, site: Site) -> None:
    old = make_answer(session, site, days=AGE + 1)
    young = make_answer(session, site, days=AGE - 1)
    session.commit()
    assert clean(sessions, PART) == {PART: 1}
    assert answered(session) == [young.id]
    session.refresh(old)
    assert (old.answer, old.tokens_in, old.tokens_out, old.status) == (None, 10, 20, "answered")


def test_answers_of_an_unfinished_run_stay_until_it_has_ended(session: Session, sessions: Sessions, site: Site) -> None:
    run = make_worked_run(session, site, status=RunStatus.PAUSED)
    held = make_answer(session, site, run=run)
    make_answer(session, site, days=AGE + 1)
    session.commit()
    assert clean(sessions, PART) == {PART: 1}
    assert answered(session) == [held.id]
    run.status, run.stopped_reason, run.completed_at = RunStatus.COMPLETED, "completed", clock.now()  # type: ignore[assignment]
    session.commit()
    assert clean(sessions, PART) == {PART: 1}
    assert answered(session) == []


def test_answers_outside_of_runs_stay_while_older_work_of_the_site_is_open(
    session: Session, sessions: Sessions, site: Site
) -> None:
    before = make_answer(session, site, days=AGE + 9)
    after = make_answer(session, site, days=AGE + 3)
    asked = clock.now() - timedelta(days=AGE + 5)
    batch = ContentBatch(site_id=site.id, kind=BatchKind.OPTIMIZE, requested_by="editor", created_at=asked)
    session.add(batch)
    session.commit()
    assert clean(sessions, PART) == {PART: 1}
    assert answered(session) == [after.id]
    batch.status = BatchStatus.COMPLETED
    session.commit()
    assert clean(sessions, PART) == {PART: 1}
    assert before.id < after.id


def test_the_next_clean_up_begins_where_the_last_one_ended(session: Session, sessions: Sessions, site: Site) -> None:
    make_answer(session, site, days=AGE + 9)
    session.commit()
    clean(sessions, PART)
    mark = session.get_one(RetentionMark, site.id).answers_until
    assert abs(mark - (clock.now() - timedelta(days=AGE))) < timedelta(minutes=5)
    with statements_on(session.get_bind().engine) as sent:
        clean(sessions, PART)
    reading = [statement for statement in sent if "FROM ai_calls" in statement]
    assert reading
    assert all("ai_calls.created_at >=" in statement for statement in reading)


def test_many_answers_go_in_several_transactions(
    session: Session, sessions: Sessions, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ai_answers, "ANSWERS", 2)
    for number in range(5):
        make_answer(session, site, days=AGE + 1 + number)
    session.commit()
    assert clean(sessions, PART, dry_run=True) == {PART: 5}
    assert clean(sessions, PART) == {PART: 5}


def test_usage_is_unchanged(session: Session, sessions: Sessions, site: Site) -> None:
    make_answer(session, site, run=make_worked_run(session, site))
    session.commit()
    before = usage_by(session, site.account_id, Grouping.OPERATION)
    clean(sessions)
    session.rollback()
    assert usage_by(session, site.account_id, Grouping.OPERATION) == before
    assert before
