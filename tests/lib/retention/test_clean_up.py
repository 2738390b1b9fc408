"""All parts together: one process at a time, money and content untouched, and a kill at any commit costs nothing."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from igny8_lib.db.holding import hold
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AICall, Base, RetentionMark, RunEvent, Site, StageItem
from igny8_lib.retention import ai_answers, run_details
from igny8_lib.retention.clean_up import LOCK, PRODUCT_PARTS, Cleaner, CleanUpUnderWay
from igny8_lib.retention.watch import Watch
from tests.airflow_fake import FakeAirflow
from tests.factories.tenants import make_tenant
from tests.killing import do_and_die, side_by_side
from tests.lib.retention.old import SETTINGS, clean, make_answer, make_worked_run, number_of, rows_of

CHANGED = {"stage_items", "run_events", "merge_offers", "retention_marks"}
"""Tables of which rows go, or come, where everything is over and old."""


def test_a_second_clean_up_does_nothing_and_says_so(session: Session, sessions: Sessions, site: Site) -> None:
    make_worked_run(session, site)
    session.commit()
    with sessions.begin() as other:
        assert hold(other, LOCK)
        with pytest.raises(CleanUpUnderWay, match="Another clean-up is under way"):
            clean(sessions)
        assert clean(sessions, dry_run=True), "counting is in nobody's way"
    assert clean(sessions)


def test_an_unknown_part_is_told_with_the_known_ones(sessions: Sessions) -> None:
    with pytest.raises(InvalidInput, match="There is no part money: there are run_details, "):
        clean(sessions, "money")


def test_money_content_and_all_else_are_as_they_were(session: Session, sessions: Sessions) -> None:
    make_tenant(session)
    session.execute(sql("UPDATE automation_runs SET status = 'completed', stopped_reason = 'completed'"))
    session.execute(sql("UPDATE automation_runs SET completed_at = now() - interval '9 years', paused_at = NULL"))
    session.commit()
    before = digests(session)
    assert clean(sessions, "run_details", "ai_answers")
    after = digests(session)
    different = {name for name in before if before[name] != after[name]}
    assert different == CHANGED | {"automation_runs"}
    assert {"credit_ledger", "credit_reservations", "content", "content_versions", "stage_results"} <= before.keys()


def digests(session: Session) -> dict[str, tuple[Any, ...]]:
    """How many rows each table has, and a digest of all they say."""
    session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = "string_agg(md5(t::text), '' ORDER BY t::text)"
        digest = f"SELECT count(*), md5(coalesce({rows}, '')) FROM {table.name} t"  # noqa: S608 - names of ours
        found[table.name] = tuple(session.execute(sql(digest)).one())
    return found


def test_without_airflow_only_the_products_parts_are_done(sessions: Sessions) -> None:
    done = Cleaner(sessions, SETTINGS).clean_up(Watch(60))
    assert [each.part for each in done.done] == list(PRODUCT_PARTS)


def test_airflows_rows_go_batch_by_batch(sessions: Sessions) -> None:
    airflow = FakeAirflow(old_rows={"frequent_dag_runs": 250, "event_log": 7})
    cleaner = Cleaner(sessions, SETTINGS, airflow.api)
    counted = cleaner.clean_up(Watch(60), dry_run=True)
    assert rows_of(counted) == {"frequent_dag_runs": 250, "event_log": 7}
    assert not [asked for asked in airflow.asked if asked.startswith("POST")]
    assert rows_of(cleaner.clean_up(Watch(60))) == {"frequent_dag_runs": 250, "event_log": 7}
    assert airflow.asked.count("POST /igny8-upkeep/frequent_dag_runs") == 4
    assert rows_of(cleaner.clean_up(Watch(60))) == {}


@pytest.mark.slow("a clean-up dies at each commit, and each time the next one goes on")
def test_whatever_kills_a_clean_up_the_next_one_finishes_it(
    session: Session, sessions: Sessions, site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_details, "RUNS", 1)
    monkeypatch.setattr(ai_answers, "ANSWERS", 1)
    kills = 0
    for dies_at in count(1):
        runs = [make_worked_run(session, site) for _ in range(2)]
        calls = [make_answer(session, site, run=run, key=f"{dies_at}/{run.id}") for run in runs]
        mark = session.get(RetentionMark, site.id)
        if mark:
            session.delete(mark)  # as if the calls were as young as they say
        session.commit()
        died = do_and_die(database_url, lambda own: clean(own, "run_details", "ai_answers"), dies_at)
        kills += died
        clean(sessions, "run_details", "ai_answers")
        for model in (StageItem, RunEvent):
            assert number_of(session, model) == 0, dies_at
        for run, call in zip(runs, calls, strict=True):
            session.refresh(run)
            session.refresh(call)
            assert (run.details_removed_at is None, call.answer) == (False, None), dies_at
        if not died:
            break
    assert kills >= 8


@pytest.mark.slow("three processes clean up at once")
def test_clean_ups_side_by_side_are_one(session: Session, site: Site, database_url: str) -> None:
    for _ in range(20):
        make_answer(session, site, run=make_worked_run(session, site))
    session.commit()

    def try_it(own: Sessions) -> None:
        try:
            clean(own)
        except CleanUpUnderWay:
            return

    side_by_side(database_url, try_it, 3)
    assert number_of(session, StageItem) == 0
    assert session.scalar(select(func.count()).where(AICall.answer.is_not(None))) == 0
