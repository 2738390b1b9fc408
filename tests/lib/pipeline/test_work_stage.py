"""A task that works a stage batch after batch: when it ends, what it leaves, and who closes the stage."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import LeaseLost
from igny8_lib.models import (
    AIRequestTime,
    AutomationRun,
    ContentIdea,
    Operation,
    RunStatus,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline import process_batch, stage_tasks, work_stage
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.leases import RunOver
from igny8_lib.pipeline.lifecycle import RunPaused
from igny8_lib.pipeline.work_stage import Left
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer

SIZE = 5


def planned(tools: Tools, batches: int = 3, **config: Any) -> int:
    site = ready_site(tools, 2, items=SIZE * batches, stage_2_batch_size=SIZE, **config)
    run = begin(tools.sessions, site.slug, {"stages": [2]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, 2, "test") == list(range(batches))
    return run.id


def result_of(tools: Tools, run_id: int) -> StageResult:
    with tools.sessions() as session:
        return session.get_one(StageResult, (run_id, 2))


def change(tools: Tools, run_id: int, **values: object) -> None:
    with tools.sessions.begin() as session:
        session.execute(update(AutomationRun).where(AutomationRun.id == run_id).values(values))


def test_one_task_works_all_batches_in_their_order_and_closes_the_stage(tools: Tools) -> None:
    run_id = planned(tools)
    worked = work_stage.work(tools, run_id, 2, 0, "test", seconds=inf)
    assert (worked.batches, worked.counts["done"], worked.more) == (3, 3 * SIZE, False)
    result = result_of(tools, run_id)
    assert (result.status, result.items_processed) == (StageStatus.COMPLETED, 3 * SIZE)
    opened = result.details["opened"]
    assert sorted(opened) == ["0", "1", "2"]
    assert sorted(opened, key=opened.get) == ["0", "1", "2"], "each was opened by itself, after the one before it"


def test_a_later_batchs_prompts_show_what_the_earlier_ones_of_the_same_task_made(tools: Tools) -> None:
    run_id = planned(tools, batches=2)
    assert work_stage.work(tools, run_id, 2, 0, "test", seconds=0.001).more
    with tools.sessions() as session:
        made = set(session.scalars(select(ContentIdea.title)))
    opened = process_batch.open_batch(tools, run_id, 2, 0, "test")
    assert opened is not None
    assert opened.number == 1
    assert made
    assert set(opened.material.shown.nearest(["heat pump"], 1000)) == made


def test_a_task_whose_time_is_used_leaves_the_rest_to_the_next_one(tools: Tools) -> None:
    run_id = planned(tools)
    first = work_stage.work(tools, run_id, 2, 0, "first", seconds=0.001)
    assert (first.batches, first.more) == (1, True)
    assert result_of(tools, run_id).status == StageStatus.RUNNING
    second = work_stage.work(tools, run_id, 2, 1, "second", seconds=inf)
    assert (second.batches, second.more) == (2, False)
    third = work_stage.work(tools, run_id, 2, 2, "third", seconds=inf)
    assert third == work_stage.Worked(0, {}), "nothing is left, and the stage is closed"


def test_a_task_that_died_between_its_last_batch_and_the_end_of_the_stage_closes_it_when_it_is_tried_again(
    tools: Tools, sandbox: SandboxServer
) -> None:
    run_id = planned(tools)
    for _ in range(3):
        process_batch.process_batch(tools, run_id, 2, 0, "dies then")
    assert work_stage.look(tools.sessions, run_id, 2)[0] is Left.NOTHING
    asked = sandbox.requests()["keys"]
    work_stage.work(tools, run_id, 2, 0, "retry", seconds=inf)
    assert result_of(tools, run_id).status == StageStatus.COMPLETED
    assert sandbox.requests()["keys"] == asked, "nothing is asked again"


def test_a_pause_takes_effect_before_the_next_batch_and_the_stage_goes_on_after_it(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = planned(tools)
    closing = process_batch.close_batch

    def pause_after_the_first(*given: object, seconds: float) -> object:
        counts = closing(*given, seconds=seconds)  # type: ignore[arg-type]
        change(tools, run_id, status=RunStatus.PAUSED, paused_at=clock.now())
        return counts

    monkeypatch.setattr(process_batch, "close_batch", pause_after_the_first)
    with pytest.raises(RunPaused):
        work_stage.work(tools, run_id, 2, 0, "test", seconds=inf)
    monkeypatch.undo()
    with tools.sessions() as session:
        assert stage_tasks.worklist.batches(session, run_id, 2) == [1, 2]
    change(tools, run_id, status=RunStatus.RUNNING)
    assert work_stage.work(tools, run_id, 2, 0, "test", seconds=inf).batches == 2


def test_credits_that_cut_a_batch_short_close_the_stage_with_the_rest_left(tools: Tools) -> None:
    run_id = planned(tools, funds=1)
    worked = work_stage.work(tools, run_id, 2, 0, "test", seconds=inf)
    assert worked.batches == 1
    result = result_of(tools, run_id)
    assert (result.status, result.items_processed, result.details["cut"]) == (StageStatus.COMPLETED, 0, True)


def test_a_run_that_was_ended_lets_no_task_work(tools: Tools) -> None:
    run_id = planned(tools)
    change(tools, run_id, status=RunStatus.CANCELLED, stopped_reason="cancelled")
    with pytest.raises(RunOver):
        work_stage.work(tools, run_id, 2, 0, "late", seconds=inf)
    assert issubclass(RunOver, LeaseLost)


def know(session: Session, seconds: float) -> None:
    session.merge(AIRequestTime(operation=Operation.IDEA_GENERATION.value, seconds=seconds, updated_at=clock.now()))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, [0]), (0.001, [0]), (1, [0]), (15, [0, 2]), (30, [0, 1, 2]), (600, [0, 1, 2])],
)
def test_a_stage_has_a_task_for_each_minute_that_it_will_take_as_far_as_anybody_knows(
    tools: Tools, seconds: float | None, expected: list[int]
) -> None:
    run_id = planned(tools)
    if seconds is not None:
        with tools.sessions.begin() as session:
            know(session, seconds)
    assert work_stage.turns(tools.sessions, run_id, 2, [0, 1, 2], seconds=30) == expected
    assert work_stage.turns(tools.sessions, run_id, 2, [2], seconds=30) == [2]
