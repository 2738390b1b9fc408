"""People edit and delete rows while a run goes on: that item is told, the rest goes on (SPEC §3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import delete, event, func, select, update

from igny8_lib.models import (
    Cluster,
    Content,
    ContentIdea,
    Image,
    ItemState,
    Keyword,
    LedgerEntry,
    Reservation,
    Site,
    StageItem,
    Task,
)
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.worklist import CHANGED, DELETED
from tests.factories.planner import make_cluster, make_keywords
from tests.lib.pipeline.drive import Batch, begin
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer
from tests.statements import count_statements


def planned(tools: Tools, site: Site, number: int) -> int:
    """A run whose stage is planned and has not begun."""
    run = begin(tools.sessions, site.slug, {"stages": [number]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test") == [0]
    return run.id


def states(tools: Tools, run_id: int) -> list[tuple[ItemState, str | None]]:
    with tools.sessions() as session:
        query = select(StageItem.state, StageItem.error).where(StageItem.run_id == run_id)
        return [tuple(row) for row in session.execute(query.order_by(StageItem.item_id))]  # type: ignore[misc]


def change(tools: Tools, statement: object) -> None:
    with tools.sessions.begin() as session:
        session.execute(statement)  # type: ignore[call-overload]


FIRST: dict[int, Callable[[], object]] = {
    1: lambda: select(func.min(Keyword.id)).scalar_subquery(),
    2: lambda: select(func.min(Cluster.id)).scalar_subquery(),
    3: lambda: select(func.min(ContentIdea.id)).scalar_subquery(),
    4: lambda: select(func.min(Task.id)).scalar_subquery(),
    5: lambda: select(func.min(Content.id)).scalar_subquery(),
    6: lambda: select(func.min(Image.id)).scalar_subquery(),
}
TABLE = {1: Keyword, 2: Cluster, 3: ContentIdea, 4: Task, 5: Content, 6: Image}
AWAY = {
    1: {"disabled": True},
    2: {"status": "mapped"},
    3: {"status": "skipped"},
    4: {"status": "failed"},
    5: {"status": "rejected"},
    6: {"status": "failed"},
}
"""What people do to an item so that it does not wait for the stage any more."""


@pytest.mark.parametrize("number", sorted(TABLE))
@pytest.mark.parametrize("what", ["deleted", "changed"])
def test_an_item_that_was_deleted_or_changed_since_the_plan_fails_by_itself_and_the_rest_goes_on(
    tools: Tools, number: int, what: str
) -> None:
    site = ready_site(tools, number, items=6)
    run_id = planned(tools, site, number)
    table, first = TABLE[number], FIRST[number]()
    if what == "deleted":
        change(tools, delete(table).where(table.id == first))
    else:
        change(tools, update(table).where(table.id == first).values(AWAY[number]))
    counts = process_batch.process_batch(tools, run_id, number, 0, "test")
    assert counts is not None
    assert states(tools, run_id) == [
        (ItemState.FAILED, DELETED if what == "deleted" else CHANGED),
        *[(ItemState.DONE, None)] * 5,
    ]


def test_ideas_land_at_their_own_cluster_when_another_one_of_the_request_is_gone(tools: Tools) -> None:
    with tools.sessions.begin() as session:
        site = ready_site(tools, 2, items=0)
        first = make_cluster(session, site, "heat pump").id
        for name in ("oak flooring", "roof repair"):
            make_cluster(session, site, name)
    run_id = planned(tools, site, 2)
    change(tools, delete(Cluster).where(Cluster.id == first))
    process_batch.process_batch(tools, run_id, 2, 0, "test")
    with tools.sessions() as session:
        found = session.execute(select(Cluster.name, ContentIdea.title).join(ContentIdea)).all()
    assert {name for name, _ in found} == {"oak flooring", "roof repair"}
    for name, title in found:
        assert name.split()[0] in title.lower(), "planned for another cluster"


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6])
def test_an_item_that_is_deleted_while_the_ai_works_costs_nothing_and_the_others_are_kept(
    tools: Tools, sandbox: SandboxServer, number: int
) -> None:
    site = ready_site(tools, number, items=6)
    run_id = planned(tools, site, number)
    table, first = TABLE[number], FIRST[number]()
    sandbox.switch(latency_seconds=3)
    batch = Batch(tools, run_id, number)
    batch.start()
    wait_for_requests(sandbox)
    change(tools, delete(table).where(table.id == first))
    batch.join(60)
    assert batch.error is None
    assert states(tools, run_id) == [(ItemState.FAILED, DELETED), *[(ItemState.DONE, None)] * 5]
    with tools.sessions() as session:
        pending = select(func.count()).where(Reservation.run_id == run_id, Reservation.status == "pending")
        assert session.scalar(pending) == 0
        charges = session.scalars(select(LedgerEntry.amount).where(LedgerEntry.run_id == run_id)).all()
        assert len(charges) == (5 if number >= 4 else len(charges))


def wait_for_requests(sandbox: SandboxServer) -> None:
    for _ in range(600):
        if sandbox.requests()["started"]:
            return
        threading.Event().wait(0.05)
    raise AssertionError("nothing was asked")


def test_an_article_whose_plan_was_edited_after_a_crash_is_written_as_it_is_planned_now(tools: Tools) -> None:
    """The reservation of the first attempt, of another amount, is released and opened anew."""
    site = ready_site(tools, 4, items=3)
    run_id = planned(tools, site, 4)
    dying = die_before_the_results()
    with pytest.raises(Died):
        process_batch.process_batch(tools, run_id, 4, 0, "first")
    dying()
    change(tools, update(Task).values(word_count_target=2400))
    process_batch.process_batch(tools, run_id, 4, 0, "retry")
    assert [state for state, _ in states(tools, run_id)] == [ItemState.DONE] * 3
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(Reservation.status == "pending")) == 0


class Died(BaseException):
    """As a SIGKILL would, at one commit."""


def die_before_the_results() -> Callable[[], None]:
    """Kill the process as the first article is written; returns how to undo it."""

    def bomb(*_: object) -> None:
        raise Died

    event.listen(Content, "after_insert", bomb)
    return lambda: event.remove(Content, "after_insert", bomb)


def test_keywords_that_are_added_after_the_plan_wait_for_the_next_run(tools: Tools) -> None:
    site = ready_site(tools, 1, items=6)
    run_id = planned(tools, site, 1)
    with tools.sessions.begin() as session:
        make_keywords(session, site, ["a late one"])
    process_batch.process_batch(tools, run_id, 1, 0, "test")
    with tools.sessions() as session:
        assert session.scalar(select(Keyword.status).where(Keyword.text == "a late one")) == "new"


def test_a_draft_whose_last_pending_image_was_deleted_goes_to_review_all_the_same(tools: Tools) -> None:
    site = ready_site(tools, 6, items=2)
    change(tools, update(Image).where(Image.id == FIRST[6]()).values(status="generated"))
    run = begin(tools.sessions, site.slug, {"stages": [6, 7]})
    change(tools, delete(Image).where(Image.status == "pending"))
    stage_tasks.plan_stage(tools.sessions, run.id, 6, "test")
    stage_tasks.plan_stage(tools.sessions, run.id, 7, "test")
    with tools.sessions() as session:
        assert session.scalar(select(Content.status)) == "review"


def test_the_batch_loads_its_items_in_a_fixed_number_of_statements(tools: Tools) -> None:
    """However many requests a batch has, what they need of the database is loaded as it is opened."""
    counted = []
    for items in (2, 8):
        site = ready_site(tools, 4, items=items)
        run_id = planned(tools, site, 4)
        opened = partial(process_batch.open_batch, tools, run_id, 4, 0, "test")
        counted.append(count_statements(tools.sessions.kw["bind"].engine, opened))
    assert counted[0] == counted[1]


def test_a_task_that_is_changed_but_still_queued_is_worked_as_it_is_now(tools: Tools) -> None:
    site = ready_site(tools, 4, items=1)
    run_id = planned(tools, site, 4)
    title = "Heat pumps in old houses"
    with tools.sessions.begin() as session:
        task = session.scalars(select(Task)).one()
        task.brief = task.brief | {"title": title}
    process_batch.process_batch(tools, run_id, 4, 0, "test")
    with tools.sessions() as session:
        assert session.scalar(select(Content.title)) == title
