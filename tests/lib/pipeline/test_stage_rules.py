"""The rules of the stages, against the real AI sandbox."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from igny8_lib.credits.ledger import balance_of
from igny8_lib.errors import ProviderUnavailable
from igny8_lib.models import (
    AICall,
    AutomationRun,
    Cluster,
    Content,
    ContentStatus,
    Image,
    ImageStatus,
    Keyword,
    LedgerEntry,
    PublishingSettings,
    Site,
    StageItem,
    StageResult,
    StageStatus,
    StoppedReason,
    Task,
    TaskStatus,
)
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Tools
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_keywords, make_task
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive
from tests.sandbox_server import SandboxServer


def new_site(tools: Tools, *, keywords: int = 0, tasks: int = 0, funds: int = 1_000, **config: object) -> Site:
    """A site with credits and something to do."""
    with tools.sessions.begin() as session:
        site = make_site(session, config=config)
        grant(session, site.account_id, funds)
        make_keywords(session, site, keywords)
        if tasks:
            cluster = make_cluster(session, site, "heat pump")
            cluster.status = "mapped"
            for keyword in session.scalars(select(Keyword).where(Keyword.cluster_id == cluster.id)):
                keyword.status = "mapped"
            for number in range(tasks):
                make_task(session, site, cluster, f"Heat pump guide part {number}")
        return site


def result(tools: Tools, run: AutomationRun, number: int) -> StageResult:
    with tools.sessions() as session:
        return session.get_one(StageResult, (run.id, number))


def errors_of(tools: Tools, run: AutomationRun) -> list[str]:
    with tools.sessions() as session:
        query = select(StageItem.error).where(StageItem.run_id == run.id, StageItem.error.is_not(None))
        return [str(error) for error in session.scalars(query)]


def charged(tools: Tools, run: AutomationRun, number: int) -> int:
    with tools.sessions() as session:
        query = select(func.coalesce(func.sum(-LedgerEntry.amount).cast(AICall.id.type), 0))
        return int(session.scalar(query.where(LedgerEntry.run_id == run.id, LedgerEntry.stage == number)) or 0) // 100


def test_a_request_carries_at_most_twenty_keywords_or_five_clusters(tools: Tools) -> None:
    site = new_site(tools, keywords=45, second_look_enabled=False)
    run = drive(tools, site.slug, {"stages": [1, 2]})
    with tools.sessions() as session:
        calls = select(AICall.stage, func.count()).where(AICall.run_id == run.id).group_by(AICall.stage)
        requests = {row[0]: row[1] for row in session.execute(calls)}
        clusters = session.scalar(select(func.count()).where(Cluster.site_id == site.id)) or 0
        items = select(func.count()).where(StageItem.run_id == run.id, StageItem.stage == 1)
        sizes = session.scalars(items.group_by(StageItem.request)).all()
    assert max(sizes) <= 20
    assert requests == {1: len(sizes), 2: -(-clusters // 5)}
    assert charged(tools, run, 1) == sum(-(-size // 5) for size in sizes)
    assert charged(tools, run, 2) == 2 * clusters


def test_a_cluster_found_again_is_joined_and_not_doubled(tools: Tools) -> None:
    site = new_site(tools, keywords=20)
    drive(tools, site.slug, {"stages": [1]})
    with tools.sessions.begin() as session:
        names = session.scalars(select(Cluster.name).where(Cluster.site_id == site.id)).all()
        again = [f"{name.lower()} prices" for name in names][:6]
        make_keywords(session, site, [*again, *(f"{name.lower()} guide" for name in names[:6])])
    run = drive(tools, site.slug, {"stages": [1]})
    with tools.sessions() as session:
        after = session.scalars(select(Cluster.normalized).where(Cluster.site_id == site.id)).all()
    assert len(after) == len(set(after)) == len(names) + result(tools, run, 1).items_created
    assert result(tools, run, 1).items_created < len(again) * 2


def test_a_truncated_answer_is_asked_for_again_in_smaller_parts_or_with_more_room(
    tools: Tools, sandbox: SandboxServer
) -> None:
    site = new_site(tools, keywords=10, second_look_enabled=False)
    sandbox.switch(fail_next=["truncated"])
    run = drive(tools, site.slug, {"stages": [1]})
    assert (result(tools, run, 1).items_processed, result(tools, run, 1).items_failed) == (10, 0)
    assert sandbox.requests()["started"] == 3  # the cut one, and its two halves
    writer = new_site(tools, tasks=1)
    sandbox.switch(fail_next=["truncated"])
    run = drive(tools, writer.slug, {"stages": [4]})
    assert result(tools, run, 4).items_processed == 1


def test_an_invalid_answer_is_repaired_by_asking_again_at_most_twice(tools: Tools, sandbox: SandboxServer) -> None:
    site = new_site(tools, tasks=2)
    sandbox.switch(fail_next=["malformed", "malformed"])
    run = drive(tools, site.slug, {"stages": [4], "max_tasks_per_run": 1})
    assert result(tools, run, 4).items_processed == 1
    before = sandbox.requests()["started"]
    sandbox.switch(fail_next=["malformed"] * 3)
    run = drive(tools, site.slug, {"stages": [4], "max_tasks_per_run": 1})
    assert sandbox.requests()["started"] - before == 3
    assert (result(tools, run, 4).items_failed, charged(tools, run, 4)) == (1, 0)


def test_a_refused_item_is_marked_failed_with_its_reason_and_not_charged_and_the_rest_goes_on(
    tools: Tools, sandbox: SandboxServer
) -> None:
    site = new_site(tools, tasks=5)
    sandbox.switch(fail_matching=[{"contains": "guide part 2", "outcome": "refused"}])
    run = drive(tools, site.slug, {"stages": [4]})
    with tools.sessions() as session:
        states = session.execute(select(Task.brief["title"].astext, Task.status, Task.error)).all()
        balance = balance_of(session, site.account_id)
    failed = [row for row in states if row.status == TaskStatus.FAILED]
    assert [row[0] for row in failed] == ["Heat pump guide part 2"]
    assert failed[0].error
    assert errors_of(tools, run) == [failed[0].error]
    assert result(tools, run, 4).items_processed == 4
    assert balance.reserved.hundredths == 0
    assert run.status == "completed"


def test_a_stage_fails_when_more_than_half_of_its_items_failed(tools: Tools, sandbox: SandboxServer) -> None:
    site = new_site(tools, tasks=5)
    sandbox.switch(fail_matching=[{"contains": f"part {n}", "outcome": "refused"} for n in range(3)])
    run = drive(tools, site.slug)
    assert (run.status, run.stopped_reason) == ("failed", StoppedReason.STAGE_FAILED)
    assert result(tools, run, 4).status == StageStatus.FAILED
    assert "3 of 5 items failed, most often: The model declined" in run.stopped_detail


def test_an_exhausted_quota_ends_the_run_at_once_and_leaves_the_items_pending(
    tools: Tools, sandbox: SandboxServer
) -> None:
    site = new_site(tools, tasks=20)
    sandbox.switch(quota_exhausted=True)
    run = drive(tools, site.slug)
    assert (run.status, run.stopped_reason) == ("failed", StoppedReason.PROVIDER_UNAVAILABLE)
    assert sandbox.requests()["started"] <= 10  # what was in flight, nothing after it
    with tools.sessions() as session:
        assert set(session.scalars(select(Task.status)).all()) == {TaskStatus.QUEUED}
        assert balance_of(session, site.account_id).reserved.hundredths == 0


def test_a_provider_that_stays_down_ends_the_run_and_keeps_its_tasks_queued(tools: Tools) -> None:
    site = new_site(tools, tasks=8)
    unreachable = Tools(tools.sessions, replace_url(tools, "http://127.0.0.1:9/v1"), tools.media)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    with pytest.raises(ProviderUnavailable, match="in a row"):
        process_batch.process_batch(unreachable, run.id, 4, 0, "test")
    with tools.sessions() as session:
        assert set(session.scalars(select(Task.status)).all()) == {TaskStatus.QUEUED}


def replace_url(tools: Tools, url: str) -> object:
    from dataclasses import replace  # noqa: PLC0415 - beside its one use

    return replace(tools.endpoint, base_url=url)


def test_requests_of_a_batch_go_out_in_parallel_up_to_the_stages_bound(tools: Tools, sandbox: SandboxServer) -> None:
    site = new_site(tools, tasks=6, stage_4_in_flight=3)
    sandbox.switch(latency_seconds=2)
    drive(tools, site.slug, {"stages": [4]})
    assert sandbox.requests()["max_in_flight"] == 3


def test_batches_are_worked_in_order_even_where_airflow_starts_a_later_task_first(tools: Tools) -> None:
    site = new_site(tools, tasks=4, stage_4_batch_size=2)
    run = begin(tools.sessions, site.slug, {"stages": [4]})
    assert stage_tasks.plan_stage(tools.sessions, run.id, 4, "test") == [0, 1]
    done = []
    for task in (1, 0):  # the first task died and waits for its retry
        process_batch.process_batch(tools, run.id, 4, task, "test")
        with tools.sessions() as session:
            query = select(StageItem.batch).where(StageItem.run_id == run.id, StageItem.state == "done")
            done.append(sorted(session.scalars(query)))
    assert done == [[0, 0], [0, 0, 1, 1]]


def test_articles_are_sanitised_and_charged_by_their_words(tools: Tools) -> None:
    site = new_site(tools, tasks=1)
    run = drive(tools, site.slug, {"stages": [4]})
    with tools.sessions() as session:
        content = session.scalars(select(Content)).one()
    assert content.status == ContentStatus.DRAFT
    assert "<script" not in content.html
    assert charged(tools, run, 4) == -(-content.word_count // 500)
    assert result(tools, run, 4).details["total_words"] == content.word_count


def test_an_article_moves_to_review_when_none_of_its_images_is_pending(tools: Tools, sandbox: SandboxServer) -> None:
    site = new_site(tools, tasks=2)
    run = drive(tools, site.slug, {"stages": [4, 5]})
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(Image.status == ImageStatus.PENDING)) == 8
        assert set(session.scalars(select(Content.status)).all()) == {ContentStatus.DRAFT}
    sandbox.switch(fail_next=["refused"])
    run = drive(tools, site.slug, {"stages": [6]})
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).where(Image.status == ImageStatus.FAILED)) == 1
        assert set(session.scalars(select(Content.status)).all()) == {ContentStatus.REVIEW}
    assert result(tools, run, 6).details["images_failed"] == 1
    assert charged(tools, run, 6) == 7


def test_auto_approval_approves_up_to_the_limit_and_a_manual_gate_only_counts(tools: Tools) -> None:
    site = new_site(tools, tasks=3)
    run = drive(tools, site.slug)
    assert result(tools, run, 7).details["ready_for_review"] == 3
    assert result(tools, run, 7).details["approved_count"] == 0
    with tools.sessions.begin() as session:
        session.get_one(PublishingSettings, site.id).auto_approval_enabled = True
    run = drive(tools, site.slug, {"max_approvals_per_run": 2})
    with tools.sessions() as session:
        statuses = sorted(session.scalars(select(Content.status)).all())
        dated = session.scalar(select(func.count(Content.scheduled_publish_at)))
    assert statuses == [ContentStatus.APPROVED, ContentStatus.APPROVED, ContentStatus.REVIEW]
    details = result(tools, run, 7).details
    assert (details["approved_count"], details["scheduled_count"], dated) == (2, 2, 2)
    assert run.stopped_reason == StoppedReason.PER_RUN_LIMIT


def test_a_stage_that_is_switched_off_is_skipped_and_says_so(tools: Tools) -> None:
    site = new_site(tools, keywords=20, stage_2_enabled=False)
    run = drive(tools, site.slug, {"stages": [1, 2, 4]})
    assert result(tools, run, 2).details["reason"] == "disabled in the site's configuration"
    assert result(tools, run, 3).details["reason"] == "not among the stages chosen for this run"
