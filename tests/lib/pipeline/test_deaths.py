"""A batch dies at each of its commits, before it and after it: the retry ends with the rows of an undisturbed batch,
one charge per request, one event for what each made, and no answered request asked again (SPEC §4, crash)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import inf
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from igny8_lib.models import (
    AICall,
    AICallStatus,
    Cluster,
    Content,
    ContentIdea,
    DomainEvent,
    Image,
    Keyword,
    LedgerEntry,
    Reservation,
    RunEvent,
    Site,
    StageItem,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline import process_batch, stage_tasks, work_stage
from igny8_lib.pipeline.batch import Tools
from tests.lib.pipeline.drive import begin
from tests.lib.pipeline.ready import ready_site
from tests.sandbox_server import SandboxServer

ITEMS = {1: 6, 2: 3, 4: 2, 5: 2, 6: 2}
"""Items of the batch; in stages 1 and 2 they go into one request."""


class Died(BaseException):
    """As a SIGKILL would, in the middle of a transaction."""


@dataclass(eq=False)
class Bomb:
    """Goes off at the n-th commit of a session factory; never where `at` is 0."""

    at: int
    commits: int = 0

    @property
    def went_off(self) -> bool:
        """Whether the batch died; other requests of it may have come to a commit since."""
        return self.commits >= self.at > 0

    def __call__(self, _session: Session) -> None:
        self.commits += 1
        if self.commits == self.at:
            raise Died


def planned(tools: Tools, number: int) -> tuple[Site, int]:
    site = ready_site(tools, number, items=ITEMS[number], **{f"stage_{number}_in_flight": 1})
    run = begin(tools.sessions, site.slug, {"stages": [number]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, number, "test") == [0]
    return site, run.id


def work(tools: Tools, run_id: int, number: int, when: str, at: int) -> Bomb:
    """Work the batch with a bomb; what it throws is a death."""
    bomb = Bomb(at)
    event.listen(Session, when, bomb)  # whichever scope the batch works in
    try:
        process_batch.process_batch(tools, run_id, number, 0, "first")
    except Died:
        pass
    finally:
        event.remove(Session, when, bomb)
    return bomb


def rows(tools: Tools, site: Site, run_id: int) -> dict[str, Any]:
    """What the batch made and what it cost, without ids and times."""
    with tools.sessions() as session:

        def every(*columns: Any, of: Any) -> list[tuple[Any, ...]]:
            return sorted(tuple(row) for row in session.execute(select(*columns).where(of.site_id == site.id)))

        clusters = select(Keyword.text, Keyword.status, Cluster.name).outerjoin(Cluster)
        return {
            "keywords": sorted(map(tuple, session.execute(clusters.where(Keyword.site_id == site.id)))),
            "ideas": every(ContentIdea.normalized, ContentIdea.status, of=ContentIdea),
            "content": every(Content.title, Content.html, Content.word_count, of=Content),
            "images": every(Image.position, Image.prompt, Image.status, of=Image),
            "events": every(DomainEvent.kind, func.cardinality(DomainEvent.item_ids), of=DomainEvent),
            "items": every(StageItem.position, StageItem.state, StageItem.created, of=StageItem),
            "charges": sorted(
                (entry.operation, entry.amount.hundredths, entry.idempotency_key.partition("/stage/")[2])
                for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.run_id == run_id))
            ),
        }


@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
@pytest.mark.parametrize("number", sorted(ITEMS))
def test_a_batch_that_dies_at_any_commit_ends_as_an_undisturbed_one(
    tools: Tools, sandbox: SandboxServer, number: int, when: str
) -> None:
    site, run_id = planned(tools, number)
    work(tools, run_id, number, when, at=0)
    undisturbed = rows(tools, site, run_id)
    assert undisturbed["charges"]
    for at in itertools.count(1):
        sandbox.reset()
        site, run_id = planned(tools, number)
        if not work(tools, run_id, number, when, at).went_off:
            break
        answered = answered_requests(tools, run_id)
        asked = sandbox.requests()["keys"]
        process_batch.process_batch(tools, run_id, number, 0, "retry")
        assert rows(tools, site, run_id) == undisturbed, f"died at commit {at}"
        assert_paid_once(tools, run_id)
        again = sandbox.requests()["keys"]
        assert {key: again[key]["started"] for key in answered} == {key: asked[key]["started"] for key in answered}
    assert at > 5, "every request takes several commits"


def answered_requests(tools: Tools, run_id: int) -> set[str]:
    """The Idempotency-Keys of the requests whose answers are stored."""
    with tools.sessions() as session:
        query = select(AICall.idempotency_key).where(AICall.run_id == run_id, AICall.status == AICallStatus.ANSWERED)
        return {sent_key(session, key) for key in session.scalars(query)}


def sent_key(session: Session, key: str) -> str:
    from igny8_lib.ai.deployment import deployment_code  # noqa: PLC0415 - beside its one use

    return f"{deployment_code(session)}/{key}"


def assert_paid_once(tools: Tools, run_id: int) -> None:
    """Every done request has one settled reservation and one entry, and nothing stays reserved."""
    with tools.sessions() as session:
        held = session.scalars(select(Reservation).where(Reservation.run_id == run_id)).all()
        assert not [reservation.key for reservation in held if reservation.status == "pending"]
        settled = [reservation.key for reservation in held if reservation.status == "settled"]
        assert len(settled) == len(set(settled))


def work_through(tools: Tools, run_id: int, when: str, at: int) -> Bomb:
    """A task of stage 4 with a bomb."""
    bomb = Bomb(at)
    event.listen(Session, when, bomb)
    try:
        work_stage.work(tools, run_id, 4, 0, "first", seconds=inf)
    except Died:
        pass
    finally:
        event.remove(Session, when, bomb)
    return bomb


def two_batches(tools: Tools) -> tuple[Site, int]:
    site = ready_site(tools, 4, items=2, stage_4_in_flight=1, stage_4_batch_size=1)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, 4, "test") == [0, 1]
    return site, run.id


@pytest.mark.slow("a task of two batches dies at each of its commits, and each time a retry works what is left")
def test_a_task_that_dies_after_any_commit_is_gone_on_with_and_its_stage_is_closed_once(tools: Tools) -> None:
    when = "after_commit"  # that is before the next one, too
    site, run_id = two_batches(tools)
    work_through(tools, run_id, when, at=0)
    undisturbed = rows(tools, site, run_id)
    for at in itertools.count(1):
        site, run_id = two_batches(tools)
        if not work_through(tools, run_id, when, at).went_off:
            break
        work_stage.work(tools, run_id, 4, 0, "retry", seconds=inf)
        assert rows(tools, site, run_id) == undisturbed, f"died at commit {at}"
        assert_paid_once(tools, run_id)
        with tools.sessions() as session:
            result = session.get_one(StageResult, (run_id, 4))
            closings = select(func.count()).where(RunEvent.run_id == run_id, RunEvent.message.contains("articles made"))
            assert (result.status, result.items_processed, session.scalar(closings)) == (StageStatus.COMPLETED, 2, 1)
    assert at > 2 * 5 + 1, "two batches of five commits, and the end of the stage"
