"""A batch is about 30 to 120 seconds of work, as far as the platform knows how long the provider takes."""

from __future__ import annotations

from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from igny8_lib import clock
from igny8_lib.ai import request_times
from igny8_lib.models import AIRequestTime, Operation, StageItem
from igny8_lib.pipeline import batch_sizes, process_batch, stage_tasks, work_stage, worklist
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.batch_sizes import MOST_WAVES, fit
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import STAGES, stage
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_task
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer

FITTED = (4, 5, 6)


def seconds_of_batch(number: int, size: int, in_flight: int, seconds: float) -> float:
    return ceil(size / stage(number).items_per_request / in_flight) * seconds


@given(st.sampled_from(FITTED), st.integers(1, 64), st.floats(1.5, 120))
def test_a_batch_of_a_site_that_keeps_the_default_lasts_30_to_120_seconds(
    number: int, in_flight: int, seconds: float
) -> None:
    size = fit(stage(number), stage(number).default_batch_size, in_flight=in_flight, seconds=seconds)
    assert 30 <= seconds_of_batch(number, size, in_flight, seconds) <= 120


@given(st.sampled_from(FITTED), st.integers(1, 64), st.floats(0, 1.5))
def test_however_quick_the_provider_a_batch_stays_bounded(number: int, in_flight: int, seconds: float) -> None:
    size = fit(stage(number), stage(number).default_batch_size, in_flight=in_flight, seconds=seconds)
    assert size <= MOST_WAVES * in_flight * stage(number).items_per_request


@given(st.sampled_from(STAGES), st.integers(1, 2_000), st.floats(0, 600))
def test_a_size_of_the_site_s_own_is_kept_and_so_is_the_default_where_nobody_knows(
    chosen: object, configured: int, seconds: float
) -> None:
    assert fit(chosen, chosen.default_batch_size, in_flight=8, seconds=None) == chosen.default_batch_size  # type: ignore[arg-type]
    if configured != chosen.default_batch_size:  # type: ignore[arg-type]
        assert fit(chosen, configured, in_flight=8, seconds=seconds) == configured  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1, 2, 3, 7])
def test_stages_that_join_what_earlier_batches_made_and_free_ones_keep_their_size(number: int) -> None:
    assert (
        fit(stage(number), stage(number).default_batch_size, in_flight=8, seconds=0.1)
        == stage(number).default_batch_size
    )


def test_a_run_learns_how_long_requests_take_and_the_next_one_plans_by_it(tools: Tools, sandbox: SandboxServer) -> None:
    with tools.sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 100)
        cluster = make_cluster(session, site, "heat pump")
        cluster.status = "mapped"
        for title in ("Heat Pumps", "Heat Pumps in Winter"):
            make_task(session, site, cluster, title)
    sandbox.switch(latency_seconds=3)
    drive(tools, site.slug, {"stages": [4]})
    with tools.sessions() as session:
        seconds = request_times.known(session)[Operation.CONTENT_GENERATION]
    assert 3 <= seconds < 20, "the latency, and what a busy machine adds"
    with tools.sessions.begin() as session:
        make_task(session, site, cluster, "Heat Pumps and Solar")
    run = begin(tools.sessions, site.slug)
    planned = Snapshot.model_validate(run.initial_snapshot).stages
    assert planned[4].batch_size == int(batch_sizes.WANTED_SECONDS / seconds) * planned[4].in_flight > 16
    assert planned[5].batch_size == stage(5).default_batch_size, "nobody has asked for prompts yet"
    assert stage_tasks.plan_stage(tools.sessions, run.id, 4, "test") == [0]


def test_a_run_that_was_planned_before_anybody_knew_joins_the_batches_behind_its_first_one(
    tools: Tools, sandbox: SandboxServer
) -> None:
    size = stage(5).default_batch_size
    site = ready_site(tools, 5, items=3 * size)
    run = begin(tools.sessions, site.slug, {"stages": [5]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, 5, "test") == [0, 1, 2]
    worked = work_stage.work(tools, run.id, 5, 0, "test", seconds=inf)
    assert (worked.batches, worked.counts["done"]) == (2, 3 * size)
    with tools.sessions() as session:
        numbers = select(StageItem.batch, func.count()).where(StageItem.run_id == run.id).group_by(StageItem.batch)
        assert dict(session.execute(numbers).tuples().all()) == {0: size, 1: 2 * size}
    asked = sandbox.requests()["keys"]
    assert (len(asked), {each["ok"] for each in asked.values()}) == (3 * size, {1})


@pytest.mark.parametrize(("seconds", "left"), [(60, [1, 2]), (30, [1, 2]), (0.1, [])])
def test_a_batch_takes_as_many_as_fit_into_a_minute_and_none_once_it_was_opened(
    tools: Tools, seconds: float, left: list[int]
) -> None:
    site = ready_site(tools, 5, items=3 * stage(5).default_batch_size)
    run = begin(tools.sessions, site.slug, {"stages": [5]})
    stage_tasks.plan_stage(tools.sessions, run.id, 5, "test")
    for known, behind in ((seconds, left), (0.1, left)):
        with tools.sessions.begin() as session:
            kind = Operation.IMAGE_PROMPT_EXTRACTION.value
            session.merge(AIRequestTime(operation=kind, seconds=known, updated_at=clock.now()))
        assert process_batch.open_batch(tools, run.id, 5, 0, "test") is not None
        with tools.sessions() as session:
            assert worklist.batches(session, run.id, 5) == [0, *behind]
