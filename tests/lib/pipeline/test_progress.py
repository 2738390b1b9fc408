"""How far a run is: at every instant between its start and its end, and at the same price for any size."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, ItemState, Site, StageItem
from igny8_lib.pipeline import activity, lifecycle, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.progress import (
    ALMOST,
    NEXT_SHOWN,
    Progress,
    StageProgress,
    percentage_of,
    progress_of,
    weights_of,
)
from igny8_lib.pipeline.stages import BY_NUMBER, PATH, STAGES, Stage, path_of
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import Batch, begin, drive, stage
from tests.sandbox_server import SandboxServer

STATEMENTS = 7
"""The run itself, and the six of its progress; names are looked up where there are any."""
HALF_OF_STAGE_1 = STAGES[0].weight / 2
"""Percent of the run."""
SMALL = {"ideas_per_cluster": 1, "images_per_content": 2, "stage_1_batch_size": 20, "stage_4_batch_size": 2}


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session, config=SMALL)
        grant(session, site.account_id, 1_000)
        make_keywords(session, site, 30)
        return site


def now_of(sessions: Sessions, run_id: int) -> Progress:
    with sessions() as session:
        return progress_of(session, session.get_one(AutomationRun, run_id))


@contextmanager
def sampled(sessions: Sessions, site: Site) -> Iterator[list[Progress]]:
    """The progress of the site's run after every commit of whatever works on it, in the order of the commits seen."""
    samples: list[Progress] = []
    one_at_a_time = threading.Lock()

    def look(_: Session) -> None:
        with one_at_a_time, sessions() as session:
            run = session.query(AutomationRun).filter_by(site_id=site.id).one_or_none()
            if run is not None:
                samples.append(progress_of(session, run))

    event.listen(Session, "after_commit", look)  # whichever scope a batch works in
    yield samples
    event.remove(Session, "after_commit", look)


def test_at_no_instant_of_a_run_does_the_percentage_fall_or_a_total_change_and_100_is_only_the_end(
    tools: Tools, site: Site
) -> None:
    with sampled(tools.sessions, site) as samples:
        drive(tools, site.slug)
    assert len(samples) > 50
    for earlier, later in pairwise(samples):
        assert earlier.percentage <= later.percentage
        for before, after in zip(earlier.stages, later.stages, strict=True):
            assert before.total in (0, after.total), "a stage's total is fixed when the stage starts"
            assert before.finished <= after.finished
            assert after.remaining == after.total - after.finished >= 0
    assert {sample.percentage == 100 for sample in samples if sample.status == "running"} == {False}
    assert (samples[-1].percentage, samples[-1].status, samples[-1].seconds_left) == (100, "completed", 0)
    assert samples[-1].items_remaining == 0
    assert len({sample.percentage for sample in samples}) > 20, "it moves in small steps"


def test_what_arrives_while_a_stage_runs_does_not_change_its_total(tools: Tools, site: Site) -> None:
    run = begin(tools.sessions, site.slug)
    stage_tasks.plan_stage(tools.sessions, run.id, 1, "test")
    with tools.sessions.begin() as session:
        make_keywords(session, site, [f"late arrival {number}" for number in range(50)])
    progress = now_of(tools.sessions, run.id)
    assert (progress.stages[0].total, progress.items_remaining, progress.current_stage) == (30, 30, 1)


def test_items_in_work_and_the_next_in_the_queue_are_named_and_no_item_is_both(
    tools: Tools, site: Site, sandbox: SandboxServer
) -> None:
    run = begin(tools.sessions, site.slug)
    for before in (1, 2, 3):
        stage(tools, run.id, before)
    planned = stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    sandbox.switch(latency_seconds=3)
    batch = Batch(tools, run.id, 4)
    batch.start()
    seen = None
    while batch.is_alive():
        progress = now_of(tools.sessions, run.id)
        if len(progress.in_work) == 2:
            seen = progress
            break
    batch.join()
    assert len(planned) > 2
    assert seen is not None, "two articles of a batch of two are written at once"
    assert not set(seen.in_work) & set(seen.next_items)
    assert len(seen.next_items) == min(NEXT_SHOWN, seen.stages[3].total - 2)
    assert all(isinstance(title, str) and title for title in (*seen.in_work, *seen.next_items))


@pytest.mark.parametrize("keywords", [5, 5_000])
def test_progress_costs_the_same_few_statements_however_large_the_run(
    sessions: Sessions, session: Session, engine: Engine, keywords: int
) -> None:
    site = make_site(session)
    make_keywords(session, site, [f"keyword {number}" for number in range(keywords)])
    session.commit()
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert now_of(sessions, run.id).stages[0].total == keywords
    assert len(statements) == STATEMENTS


def test_the_seconds_left_follow_from_the_time_worked_and_not_from_the_time_paused(
    sessions: Sessions, site: Site
) -> None:
    run = begin(sessions, site.slug)
    stage_tasks.plan_stage(sessions, run.id, 1, "test")
    assert now_of(sessions, run.id).seconds_left is None, "nothing is done yet, so nothing can be said"
    with sessions.begin() as session:
        lifecycle.pause(session, run.id, actor="anna")
        session.execute(update(StageItem).where(StageItem.position < 15).values(state=ItemState.DONE))
        paused = session.get_one(AutomationRun, run.id)
        paused.paused_at = clock.now() - timedelta(days=3)
        paused.started_at = paused.paused_at - timedelta(seconds=100)
    expected = 100 * (100 - HALF_OF_STAGE_1) / HALF_OF_STAGE_1
    while_paused = now_of(sessions, run.id)
    with sessions.begin() as session:
        lifecycle.resume(session, run.id, actor="ben")
    resumed = now_of(sessions, run.id)
    for progress in (while_paused, resumed):
        assert progress.seconds_elapsed > timedelta(days=3).total_seconds()
        assert progress.seconds_left == pytest.approx(expected, rel=0.5)


def test_the_last_fifty_lines_of_the_log_are_told_oldest_first_with_batches_items_credits_and_seconds(
    tools: Tools, site: Site
) -> None:
    run = drive(tools, site.slug)
    with tools.sessions.begin() as session:
        lines = activity.latest(session, run)
        assert [line.id for line in lines] == sorted(line.id for line in lines)
        (first,) = [line.message for line in lines if line.message.startswith("Batch 1 of 2") and line.stage == 1]
        assert re.match(r"Batch 1 of 2: (\d+) keywords, \1 done, 0 failed, \d credits, ", first)
        assert first.endswith(" s.")
        for number in range(60):
            activity.record(session, run, f"line {number}")
    with tools.sessions() as session:
        assert [line.message for line in activity.latest(session, run)] == [f"line {n}" for n in range(10, 60)]


def stage_at(number: int, total: int, finished: int) -> StageProgress:
    each = BY_NUMBER[number - 1]
    status = "completed" if finished == total else "running"
    return StageProgress(number, each.title, status, total, finished, 0, 0, ZERO, 0.0)


@given(st.lists(st.integers(0, 10), min_size=7, max_size=7), st.lists(st.integers(0, 10), min_size=7, max_size=7))
def test_more_done_is_never_a_lower_percentage_and_below_100_while_the_run_goes_on(
    done: list[int], more: list[int]
) -> None:
    before = [stage_at(n, 10, finished) for n, finished in enumerate(done, 1)]
    after = [
        stage_at(n, 10, max(finished, later)) for n, (finished, later) in enumerate(zip(done, more, strict=True), 1)
    ]
    assert 0 <= percentage_of(before, ended=False) <= percentage_of(after, ended=False) < 100
    assert percentage_of(before, ended=True) == 100
    assert sum(each.weight for each in STAGES) == 100


@given(st.sets(st.sampled_from(PATH)), st.lists(st.integers(0, 10), min_size=9, max_size=9))
def test_the_weights_of_a_run_s_way_sum_to_100_whatever_is_on_it(way: Collection[Stage], finished: list[int]) -> None:
    numbers = [each.number for each in path_of([each.number for each in way])]
    assert sum(weights_of(numbers).values()) == 100
    stages = [stage_at(number, 10, done) for number, done in zip(numbers, finished, strict=False)]
    assert 0 <= percentage_of(stages, ended=False) < 100
    assert percentage_of([stage_at(number, 10, 10) for number in numbers], ended=False) == ALMOST


def test_the_weights_of_a_run_without_linking_and_optimizing_are_the_stages_own() -> None:
    assert weights_of(range(1, 8)) == {each.number: each.weight for each in STAGES}
