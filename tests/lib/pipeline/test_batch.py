"""What a batch's requests share: the breaker, the order in which results are written, and the heartbeat beside them."""

from __future__ import annotations

import asyncio
import random
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.exc import OperationalError

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.metered_call import Failure
from igny8_lib.amounts import Credits
from igny8_lib.errors import InsufficientCredits, LeaseLost, ProviderUnavailable
from igny8_lib.models import AutomationRun, Content, ContentIdea, ItemState, StageItem, StageResult, StoppedReason, Task
from igny8_lib.pipeline import heartbeat, leases, process_batch, stage_tasks
from igny8_lib.pipeline.batch import FAILURES_IN_A_ROW, Batch, BatchStopped, Breaker, Tools, WriteOrder
from igny8_lib.pipeline.write_articles import free_title
from igny8_lib.text.plans import MAX_WORDS
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer

DOWN = Failure("overloaded", temporary=True)
BAD = Failure("refused", temporary=False)


def test_five_temporary_failures_in_a_row_trip_the_breaker_and_a_success_between_does_not() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_IN_A_ROW - 1):
        breaker.book(DOWN)
    breaker.book(None)
    for _ in range(FAILURES_IN_A_ROW - 1):
        breaker.book(DOWN)
    breaker.check()
    breaker.book(DOWN)
    assert isinstance(breaker.stop, ProviderUnavailable)
    with pytest.raises(BatchStopped, match="overloaded"):
        breaker.check()


@given(st.lists(st.sampled_from([None, BAD]), max_size=40))
def test_items_that_fail_for_good_never_trip_it(failures: list[Failure | None]) -> None:
    breaker = Breaker()
    for failure in failures:
        breaker.book(failure)
    breaker.check()


def test_the_first_reason_stays() -> None:
    breaker = Breaker()
    first = InsufficientCredits(Credits.of(2), Credits.of(1))
    breaker.trip(first)
    breaker.trip(ProviderUnavailable("later"))
    assert breaker.stop is first


@given(st.permutations(range(8)), st.randoms(use_true_random=False))
def test_results_are_written_in_order_however_the_answers_come(arrival: list[int], rng: random.Random) -> None:
    async def run() -> list[int]:
        order, written = WriteOrder(list(range(8)), in_flight=8), []

        async def request(number: int) -> None:
            for _ in range(arrival[number]):
                await asyncio.sleep(0)
            try:
                async with order.turn(number):
                    if rng.random() < 0.8:  # the others failed
                        written.append(number)
            finally:
                await order.finish(number)

        await asyncio.gather(*(request(number) for number in range(8)))
        return written

    written = asyncio.run(run())
    assert written == sorted(written)


class Away(AbstractContextManager["Away"]):
    """The database takes no heartbeat for so many times."""

    def __init__(self, engine: Engine, times: int) -> None:
        self.engine, self.left, self.beats = engine, times, 0

    def refuse(self, _c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE site_leases"):
            self.beats += 1
            if self.beats <= self.left:
                raise OperationalError(statement, {}, Exception("the server is away"))

    def __enter__(self) -> Away:
        event.listen(self.engine, "before_cursor_execute", self.refuse)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self.refuse)


def opened_batch(tools: Tools) -> Batch:
    site = ready_site(tools, 4, items=1)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    opened = process_batch.open_batch(tools, run.id, 4, 0, "test")
    assert opened is not None
    return opened.batch(AIClient(tools.endpoint))


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.02)


@pytest.mark.usefixtures("quick_heart")
def test_a_heartbeat_that_the_database_does_not_take_is_repeated_while_the_lease_lives(
    tools: Tools, engine: Engine
) -> None:
    batch = opened_batch(tools)

    async def run() -> None:
        alive = asyncio.ensure_future(heartbeat.keep_alive(batch))
        while away.beats < 6 and not alive.done():
            await asyncio.sleep(0.01)
        assert not alive.done()
        alive.cancel()

    with Away(engine, times=3) as away:
        asyncio.run(run())


@pytest.mark.usefixtures("quick_heart")
def test_a_database_that_stays_away_until_the_lease_is_dead_ends_the_batch(
    tools: Tools, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "DEAD_AFTER", timedelta(seconds=2))
    batch = opened_batch(tools)
    with Away(engine, times=10**6) as away, pytest.raises(OperationalError):
        asyncio.run(heartbeat.keep_alive(batch))
    assert away.beats > 1


@pytest.mark.usefixtures("quick_heart")
def test_a_lost_lease_ends_the_batch_at_the_first_heartbeat(tools: Tools, engine: Engine) -> None:
    batch = opened_batch(tools)
    with tools.sessions.begin() as session:
        leases.free(session, site_id=batch.site_id, run_id=batch.run_id)
    with Away(engine, times=0) as counted, pytest.raises(LeaseLost):
        asyncio.run(heartbeat.keep_alive(batch))
    assert counted.beats == 1


def stage_result(tools: Tools, run: AutomationRun, number: int) -> StageResult:
    with tools.sessions() as session:
        return session.get_one(StageResult, (run.id, number))


def item_states(tools: Tools, run_id: int) -> list[str]:
    with tools.sessions() as session:
        query = "SELECT state FROM stage_items WHERE run_id = :run ORDER BY position"
        return list(session.scalars(text(query), {"run": run_id}))


def make_dear(tools: Tools, position: int, words: int) -> None:
    """Plan a task of so many words, as an old row could be."""
    with tools.sessions.begin() as session:
        nth = select(Task.id).order_by(Task.id).offset(position).limit(1).scalar_subquery()
        session.execute(update(Task).where(Task.id == nth).values(word_count_target=words))


def test_an_item_too_dear_for_what_is_left_is_passed_over_with_its_reason_while_others_go_on(tools: Tools) -> None:
    """One absurd plan blocked its site for good: nothing else was worked, in no run."""
    site = ready_site(tools, 4, items=4, funds=979)
    make_dear(tools, 1, 5_000_000)
    run = drive(tools, site.slug, {"stages": [4, 5]})
    assert run.stopped_reason in (StoppedReason.INSUFFICIENT_CREDITS, StoppedReason.CREDIT_BUDGET)
    with tools.sessions() as session:
        dear = session.get_one(StageItem, (run.id, 4, 1))
        assert (dear.state, "are left" in (dear.error or "") or "are available" in (dear.error or "")) == ("left", True)
    result = stage_result(tools, run, 4)
    assert (result.status, result.items_processed, result.items_failed) == ("completed", 3, 0)
    assert stage_result(tools, run, 5).items_processed == 3, "finished articles go on"


def test_after_a_used_up_share_the_stages_other_batches_end_at_once(tools: Tools, sandbox: SandboxServer) -> None:
    site = ready_site(tools, 4, items=20, stage_4_batch_size=2, max_credits_per_run=Credits.of(10))
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    planned = stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    assert len(planned) == 10
    ended = [process_batch.process_batch(tools, run.id, 4, batch, "test") for batch in planned]
    cut = next(number for number, counts in enumerate(ended) if counts is None)
    assert ended[cut:] == [None] * (10 - cut)
    asked = sandbox.requests()["started"]
    statements: list[str] = []
    engine = tools.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
    assert process_batch.process_batch(tools, run.id, 4, 9, "test") is None
    assert not [statement for statement in statements if "stage_items" in statement], "nothing is looked at again"
    assert sandbox.requests()["started"] == asked
    assert set(item_states(tools, run.id)) == {ItemState.DONE, ItemState.LEFT, ItemState.PENDING}


def test_a_stage_that_is_completed_twice_is_booked_once(tools: Tools) -> None:
    site = ready_site(tools, 4, items=2)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    for batch in stage_tasks.plan_stage(tools.sessions, run.id, 4, "test"):
        process_batch.process_batch(tools, run.id, 4, batch, "test")
    first = stage_tasks.complete_stage(tools.sessions, run.id, 4, "test")
    assert stage_tasks.complete_stage(tools.sessions, run.id, 4, "retry") == first
    with tools.sessions() as session:
        lines = "SELECT count(*) FROM run_events WHERE run_id = :run AND message LIKE 'Tasks → Content: % done%'"
        assert session.scalar(text(lines), {"run": run.id}) == 1


@pytest.mark.parametrize("items", [1, 3])
def test_a_provider_that_is_down_is_told_as_such_however_few_items_a_stage_has(tools: Tools, items: int) -> None:
    site = ready_site(tools, 4, items=items)
    nobody = Tools(tools.sessions, replace_address(tools), tools.media)
    run = drive(nobody, site.slug, {"stages": [4]})
    assert (run.status, run.stopped_reason) == ("failed", StoppedReason.PROVIDER_UNAVAILABLE)
    assert "the last: The AI provider at" in run.stopped_detail


def replace_address(tools: Tools) -> Any:
    from dataclasses import replace  # noqa: PLC0415 - beside its one use

    return replace(tools.endpoint, base_url="http://127.0.0.1:9/v1")


def test_a_last_single_bad_item_fails_nothing_but_itself(tools: Tools, sandbox: SandboxServer) -> None:
    site = ready_site(tools, 4, items=1)
    sandbox.switch(refusal_rate=1)
    run = drive(tools, site.slug, {"stages": [4]})
    assert (run.status, run.stopped_reason) == ("completed", StoppedReason.COMPLETED)
    assert stage_result(tools, run, 4).items_failed == 1


def test_an_absurd_plan_is_queued_as_the_longest_article_that_may_be_asked_for(tools: Tools) -> None:
    site = ready_site(tools, 3, items=2)
    with tools.sessions.begin() as session:
        session.execute(update(ContentIdea).values(estimated_word_count=5_000_000))
    drive(tools, site.slug, {"stages": [3]})
    with tools.sessions() as session:
        assert session.scalars(select(Task.word_count_target)).all() == [MAX_WORDS] * 2


def test_an_article_that_is_called_like_another_one_gets_its_plans_own_title(tools: Tools) -> None:
    """Four articles of a site got one and the same title."""
    site = ready_site(tools, 5, items=1)
    with tools.sessions.begin() as session:
        taken = session.scalars(select(Content)).one()
        taken.slug = "heat-pumps-explained"
        session.flush()
        assert free_title(session, site.id, "Heat pumps explained", "Heat pump costs") == "Heat pump costs"
        assert free_title(session, site.id, "Heat pumps compared", "Heat pump costs") == "Heat pumps compared"
