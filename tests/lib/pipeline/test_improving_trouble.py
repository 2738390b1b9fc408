"""What goes wrong while a run optimizes: people edit, the provider fails or refuses, the run is cancelled or paused."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import LeaseLost
from igny8_lib.models import (
    AICall,
    AutomationRun,
    Content,
    ContentStatus,
    Image,
    LedgerEntry,
    Operation,
    OptimizationTask,
    RunStatus,
    StoppedReason,
)
from igny8_lib.optimizer import opening
from igny8_lib.pipeline import end_run, stage_tasks
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.lifecycle import RunPaused, pause
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.pipeline.stages import LINK, OPTIMIZE
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.pictures import redraw
from tests.lib.pipeline.drive import Batch, begin, drive, stage
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.test_improving_runs import charges, garden, kinds, results
from tests.sandbox_server import SandboxServer

REVIEW, LINKED = ContentStatus.REVIEW, ContentStatus.LINKED


def wait_for(holds: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def in_flight(tools: Tools, sandbox: SandboxServer, run: AutomationRun) -> Batch:
    """The batch of optimizing, in a thread, with its request at the provider."""
    assert stage_tasks.plan_stage(tools.sessions, run.id, OPTIMIZE.number, "test") == [0]
    sandbox.switch(latency_seconds=2)
    batch = Batch(tools, run.id, OPTIMIZE.number)
    batch.start()
    sent = select(AICall.id).where(
        AICall.run_id == run.id, AICall.stage == OPTIMIZE.number, AICall.sent_at.is_not(None)
    )
    with tools.sessions() as session:
        wait_for(lambda: session.scalar(sent) or session.rollback())
    return batch


def test_an_article_that_people_edit_while_it_is_optimized_is_theirs_and_the_next_run_takes_it(
    tools: Tools, session: Session, sandbox: SandboxServer
) -> None:
    site, article = garden(session, link=False, optimize=True)
    run = begin(tools.sessions, site.slug)
    batch = in_flight(tools, sandbox, run)
    edit(session, site.id, article.id, ArticleChanges(title="Mine"), version=1, by="ann")
    session.commit()
    batch.join(60)
    assert batch.error is None
    stage_tasks.complete_stage(tools.sessions, run.id, OPTIMIZE.number, "test")
    end_run.finish(tools.sessions, run.id)
    session.expire_all()
    assert (article.title, article.status, kinds(session, article)) == (
        "Mine",
        ContentStatus.DRAFT,
        ["written", "edited"],
    )
    assert (charges(session, run), results(session, run)[OPTIMIZE.number].items_failed) == ({}, 1)
    sandbox.switch(latency_seconds=0)
    drive(tools, site.slug)
    session.expire_all()
    assert (article.title, article.status, article.version) == ("Mine", REVIEW, 3)
    assert_invariants(tools.sessions, site.id)


def test_a_cancel_while_a_text_is_in_flight_charges_it_and_the_next_run_starts_anew(
    tools: Tools, session: Session, sandbox: SandboxServer
) -> None:
    site, article = garden(session, link=True, optimize=True)
    run = begin(tools.sessions, site.slug)
    stage(tools, run.id, LINK.number)
    batch = in_flight(tools, sandbox, run)
    with tools.sessions.begin() as other:
        end_run.cancel(other, run.id, sentence="Cancelled by ann.", actor="ann")
    sandbox.switch(latency_seconds=0)
    batch.join(60)
    assert isinstance(batch.error, LeaseLost)
    session.expire_all()
    assert (article.status, kinds(session, article)) == (LINKED, ["written", "linked"])
    marked = [entry for entry in session.scalars(select(LedgerEntry)) if entry.metadata_.get("cancelled_in_flight")]
    assert [(entry.operation, entry.stage) for entry in marked] == [(Operation.OPTIMIZATION, OPTIMIZE.number)]
    following = drive(tools, site.slug)
    session.expire_all()
    assert (following.status, article.status) == (RunStatus.COMPLETED, REVIEW)
    assert kinds(session, article) == ["written", "linked", "optimized"]
    ends = session.scalars(select(OptimizationTask.status).order_by(OptimizationTask.id)).all()
    assert list(ends) == ["failed", "completed"]
    assert_invariants(tools.sessions, site.id)


def test_a_provider_that_is_away_keeps_the_article_for_the_next_run(
    tools: Tools, session: Session, sandbox: SandboxServer
) -> None:
    site, article = garden(session, link=True, optimize=True)
    sandbox.switch(error_rate=1)
    run = drive(tools, site.slug)
    session.expire_all()
    assert (run.status, run.stopped_reason) == (RunStatus.FAILED, StoppedReason.PROVIDER_UNAVAILABLE)
    assert run.stopped_detail.startswith("Optimizing failed: ")
    assert article.status == LINKED
    sandbox.reset()
    drive(tools, site.slug)
    session.expire_all()
    assert (article.status, kinds(session, article)) == (REVIEW, ["written", "linked", "optimized"])
    assert_invariants(tools.sessions, site.id)


def test_an_article_that_the_provider_refuses_fails_and_people_see_it_as_it_is(
    tools: Tools, session: Session, sandbox: SandboxServer
) -> None:
    site, article = garden(session, link=False, optimize=True)
    sandbox.switch(refusal_rate=1)
    run = drive(tools, site.slug)
    session.expire_all()
    assert (run.status, article.status, article.version) == (RunStatus.COMPLETED, REVIEW, 1)
    assert (charges(session, run), results(session, run)[OPTIMIZE.number].items_failed) == ({}, 1)
    assert_invariants(tools.sessions, site.id)


def test_an_article_that_is_too_long_to_optimize_is_held_back_by_nobody(
    tools: Tools, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, article = garden(session, link=False, optimize=True)
    monkeypatch.setattr(opening, "MOST_WORDS", 100)
    run = drive(tools, site.slug)
    session.expire_all()
    assert (run.status, article.status) == (RunStatus.COMPLETED, REVIEW)
    assert results(session, run)[OPTIMIZE.number].items_failed == 1
    assert session.scalar(select(func.count()).select_from(OptimizationTask)) == 0


def test_an_article_that_is_deleted_or_decided_meanwhile_fails_alone(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=False)
    run = begin(tools.sessions, site.slug)
    batches = stage_tasks.plan_stage(tools.sessions, run.id, LINK.number, "test")
    session.delete(session.get_one(Content, article.id))
    session.commit()
    Batch(tools, run.id, LINK.number).run()
    booked = stage_tasks.complete_stage(tools.sessions, run.id, LINK.number, "test")
    assert (batches, booked["items_failed"], booked["items_processed"]) == ([0], 1, 0)


def test_a_paused_run_links_nothing_and_tells_what_waits(tools: Tools, session: Session) -> None:
    site, article = garden(session, link=True, optimize=False)
    run = begin(tools.sessions, site.slug)
    assert stage_tasks.plan_stage(tools.sessions, run.id, LINK.number, "test") == [0]
    with tools.sessions.begin() as other:
        pause(other, run.id, actor="ann")
    batch = Batch(tools, run.id, LINK.number)
    batch.run()
    assert isinstance(batch.error, RunPaused)
    with tools.sessions() as other:
        progress = progress_of(other, other.get_one(AutomationRun, run.id))
    assert (progress.current_stage, progress.items_remaining) == (LINK.number, 1)
    assert progress.next_items == (article.title,)


def test_a_picture_that_is_to_be_drawn_anew_meanwhile_keeps_the_article_from_people_and_no_better_text_is_paid_twice(
    tools: Tools, session: Session, sandbox: SandboxServer
) -> None:
    site, article = garden(session, link=True, optimize=True)
    run = begin(tools.sessions, site.slug)
    stage(tools, run.id, LINK.number)
    batch = in_flight(tools, sandbox, run)
    redraw(session, site.id, session.scalars(select(Image.id)).one(), by="ann")
    session.commit()
    batch.join(60)
    stage_tasks.complete_stage(tools.sessions, run.id, OPTIMIZE.number, "test")
    end_run.finish(tools.sessions, run.id)
    session.expire_all()
    assert kinds(session, article) == ["written", "linked", "optimized"]
    assert article.status == ContentStatus.OPTIMIZED
    sandbox.switch(latency_seconds=0)
    following = drive(tools, site.slug)
    session.expire_all()
    assert (article.status, kinds(session, article)) == (REVIEW, ["written", "linked", "optimized"])
    assert {operation for operation, _ in charges(session, following)} == {Operation.IMAGE_GENERATION}
    assert_invariants(tools.sessions, site.id)
