from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Cluster, RunEvent, StageItem, StageResult
from igny8_lib.pipeline import stage_tasks, worklist
from igny8_lib.pipeline.snapshot import MAX_BATCHES
from igny8_lib.pipeline.stages import STAGES, stage
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin
from tests.statements import count_statements

AIRFLOW_MAX_MAP_LENGTH = 1024


@given(st.sampled_from(STAGES), st.integers(1, 2_000), st.integers(0, 5_000_000))
def test_more_batches_than_airflow_can_map_cannot_happen(chosen: object, configured: int, total: int) -> None:
    size = worklist.batch_size(chosen, configured, total, MAX_BATCHES)  # type: ignore[arg-type]
    assert size % chosen.items_per_request == 0  # type: ignore[attr-defined]
    assert -(-total // size) <= MAX_BATCHES < AIRFLOW_MAX_MAP_LENGTH


def insert_many(session: Session, site_id: int, number: int) -> None:
    rows = [
        {"site_id": site_id, "name": f"cluster {n}", "normalized": f"cluster {n}", "status": "new", "description": ""}
        for n in range(number)
    ]
    session.execute(Cluster.__table__.insert(), rows)


def test_a_plan_takes_the_same_few_statements_and_small_xcom_for_a_hundred_thousand_items(
    sessions: Sessions, engine: Engine
) -> None:
    counts = {}
    for number in (10, 100_000):
        with sessions.begin() as session:
            site = make_site(session)
            insert_many(session, site.id, number)
        run = begin(sessions, site.slug)
        planned: list[int] = []
        counts[number] = count_statements(
            engine, lambda run=run, planned=planned: planned.extend(stage_tasks.plan_stage(sessions, run.id, 2, "test"))
        )
        assert len(planned) <= MAX_BATCHES
        with sessions() as session:
            assert worklist.length(session, run.id, 2) == number
    assert counts[100_000] == counts[10]
    assert len(str(planned)) < 10_000


def test_a_list_that_was_put_together_before_is_written_by_one_statement(sessions: Sessions, engine: Engine) -> None:
    with sessions.begin() as session:
        site = make_site(session)
    run = begin(sessions, site.slug)
    requests = [list(range(20 * n, 20 * n + 20 - n % 3)) for n in range(5_000)]
    with sessions.begin() as session:
        whole = {"run_id": run.id, "site_id": site.id, "stage": stage(1), "size": 160}
        count = count_statements(engine, lambda: worklist.write(session, **whole, items=worklist.in_requests(requests)))
        assert worklist.length(session, run.id, 1) == sum(map(len, requests))
        assert worklist.last_batch(session, run.id, 1) == 5_000 // 8 - 1
        third = worklist.requests(session, run.id, stage(1), 0)[2]
    assert count == 2, "the list, and its length"
    assert dict(third.places) == dict(zip(requests[2], range(1, 19), strict=True))


def test_keywords_are_grouped_by_topic_for_good_and_the_limit_takes_the_oldest(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session, config={"max_keywords_per_run": 45})
        ids = [keyword.id for keyword in make_keywords(session, site, 60)]
    run = begin(sessions, site.slug)
    first = stage_tasks.plan_stage(sessions, run.id, 1, "test")
    assert stage_tasks.plan_stage(sessions, run.id, 1, "again") == first == [0]
    with sessions() as session:
        rows = session.execute(select(StageItem.item_id, StageItem.request).order_by(StageItem.position)).all()
    assert len(rows) == 45
    assert ids[0] in {row.item_id for row in rows}
    assert max(Counter(row.request for row in rows).values()) <= 20


def test_a_request_keeps_its_items_when_others_are_done(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        ids = [keyword.id for keyword in make_keywords(session, site, 50)]
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, stage(1).number, "test")
    with sessions.begin() as session:
        before = worklist.requests(session, run.id, stage(1), 0)
        done = [*before[1].ids, *before[2].ids[:3]]
        worklist.mark_done(session, run.id, 1, done, created=3, counts={"clusters_joined": 2})
        left = worklist.requests(session, run.id, stage(1), 0)
        assert [request.number for request in left] == [0, 2]
        assert left[0] == before[0]
        assert dict(left[1].places) == dict(list(before[2].places.items())[3:]), "with their places"
        tally = worklist.tally(session, run.id, 1)
    assert sorted(item for request in before for item in request.ids) == ids
    assert (tally.total, tally.done, tally.created, tally.left) == (50, len(done), 3, 50 - len(done))
    assert tally.counts == {"clusters_joined": 2}


def test_a_skipped_stage_stays_booked_as_it_was_when_its_plan_is_tried_again(sessions: Sessions) -> None:
    """A try that comes late finds later stages begun: it must not book its own after them."""
    with sessions.begin() as session:
        site = make_site(session)
        make_keywords(session, site, 8)
    run = begin(sessions, site.slug)
    assert stage_tasks.plan_stage(sessions, run.id, 4, "test") == []
    with sessions() as session:
        before = session.get_one(StageResult, (run.id, 4)).finished_at
    assert stage_tasks.plan_stage(sessions, run.id, 4, "late") == []
    with sessions() as session:
        assert session.get_one(StageResult, (run.id, 4)).finished_at == before
        told = session.scalars(select(RunEvent.message).where(RunEvent.run_id == run.id, RunEvent.stage == 4)).all()
    assert len(told) == 1
