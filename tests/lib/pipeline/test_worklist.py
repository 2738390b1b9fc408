from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Keyword, StageItem
from igny8_lib.pipeline import stage_tasks, worklist
from igny8_lib.pipeline.snapshot import MAX_BATCHES
from igny8_lib.pipeline.stages import STAGES, stage
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin

AIRFLOW_MAX_MAP_LENGTH = 1024


@given(st.sampled_from(STAGES), st.integers(1, 2_000), st.integers(0, 5_000_000))
def test_more_batches_than_airflow_can_map_cannot_happen(chosen: object, configured: int, total: int) -> None:
    size = worklist.batch_size(chosen, configured, total, MAX_BATCHES)  # type: ignore[arg-type]
    assert size % chosen.items_per_request == 0  # type: ignore[attr-defined]
    assert -(-total // size) <= MAX_BATCHES < AIRFLOW_MAX_MAP_LENGTH


def statements_of(engine: Engine, work: object) -> int:
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    work()  # type: ignore[operator]
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def insert_many(session: Session, site_id: int, number: int) -> None:
    session.execute(
        Keyword.__table__.insert(),
        [
            {
                "site_id": site_id,
                "text": f"keyword {n}",
                "normalized": f"keyword {n}",
                "status": "new",
                "disabled": False,
            }
            for n in range(number)
        ],
    )


def test_a_plan_takes_the_same_few_statements_and_small_xcom_for_a_hundred_thousand_keywords(
    sessions: Sessions, engine: Engine
) -> None:
    counts = {}
    for number in (10, 100_000):
        with sessions.begin() as session:
            site = make_site(session)
            insert_many(session, site.id, number)
        run = begin(sessions, site.slug)
        planned: list[int] = []
        counts[number] = statements_of(
            engine, lambda run=run, planned=planned: planned.extend(stage_tasks.plan_stage(sessions, run.id, 1, "test"))
        )
        assert len(planned) == -(-number // 160)
        with sessions() as session:
            assert worklist.length(session, run.id, 1) == number
    assert counts[100_000] == counts[10]
    assert len(str(planned)) < 10_000


def test_items_are_taken_oldest_first_and_grouped_for_good(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session, config={"max_keywords_per_run": 45})
        ids = [keyword.id for keyword in make_keywords(session, site, 60)]
    run = begin(sessions, site.slug)
    first = stage_tasks.plan_stage(sessions, run.id, 1, "test")
    assert stage_tasks.plan_stage(sessions, run.id, 1, "again") == first == [0]
    with sessions() as session:
        rows = session.execute(select(StageItem.item_id, StageItem.request).order_by(StageItem.position)).all()
    assert [row.item_id for row in rows] == ids[:45]
    assert [row.request for row in rows] == [0] * 20 + [1] * 20 + [2] * 5


def test_a_request_keeps_its_items_when_others_are_done(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        ids = [keyword.id for keyword in make_keywords(session, site, 50)]
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, stage(1).number, "test")
    with sessions.begin() as session:
        worklist.mark_done(session, run.id, 1, ids[20:40], created=3, counts={"clusters_joined": 2})
        left = worklist.requests(session, run.id, stage(1), 0)
        assert [(request.number, request.ids) for request in left] == [(0, tuple(ids[:20])), (2, tuple(ids[40:]))]
        tally = worklist.tally(session, run.id, 1)
    assert (tally.total, tally.done, tally.created, tally.left) == (50, 20, 3, 30)
    assert tally.counts == {"clusters_joined": 2}
