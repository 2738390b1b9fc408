"""Runs: what they make is named once, their end is an event, and whose run it was is the cause of all of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRun,
    Cluster,
    Content,
    ContentIdea,
    ContentStatus,
    DomainEvent,
    ExecutionStatus,
    ModuleSettings,
    PublishingSettings,
    RuleExecution,
    RuleTrigger,
    RunStatus,
    Site,
    StoppedReason,
    Task,
    TaskStatus,
    Trigger,
)
from igny8_lib.pipeline import end_run, runs
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.pipeline.runs import Start
from igny8_lib.planner.edit_clusters import merge_into
from igny8_lib.planner.merges import take_back
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.outbox.written import causes_of, events_of, items_of
from tests.lib.pipeline.drive import begin, drive, numbers
from tests.lib.pipeline.drive import stage as work_stage
from tests.lib.pipeline.ready import ready_site

MADE: dict[RuleTrigger, type[Cluster | ContentIdea | Task | Content]] = {
    RuleTrigger.CLUSTER_CREATED: Cluster,
    RuleTrigger.IDEA_CREATED: ContentIdea,
    RuleTrigger.TASK_CREATED: Task,
    RuleTrigger.CONTENT_GENERATED: Content,
    RuleTrigger.CONTENT_APPROVED: Content,
}
SMALL: dict[str, object] = {
    "ideas_per_cluster": 2,
    "images_per_content": 1,
    "max_tasks_per_run": 2,
    "second_look_enabled": False,
}


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        site = make_site(session, config=SMALL)
        session.get_one(PublishingSettings, site.id).auto_approval_enabled = True
        grant(session, site.account_id, 1_000)
        make_keywords(session, site, 20)
        return site


def running(session: Session, site: Site) -> RuleExecution:
    """An execution of a rule that is under way."""
    return make_execution(session, make_rule(session, site), status=ExecutionStatus.RUNNING)


def begin_for_rule(sessions: Sessions, site: Site, execution_id: object, **conf: object) -> AutomationRun:
    """The body of the start task of a run that a rule started."""
    dag_run_id = f"rule__{next(numbers)}"
    start = Start(site.slug, f"site__{site.slug}", dag_run_id, Trigger.RULE, "igny8", conf, rule_execution=execution_id)
    with sessions.begin() as session:
        return runs.begin(session, start)


def assert_named_once(session: Session, site: Site) -> None:
    """Everything that there is of each kind is in exactly one event; all articles are approved."""
    others = select(Content.id).where(Content.site_id == site.id, Content.status != ContentStatus.APPROVED)
    assert session.scalars(others).all() == []
    for kind, made in MADE.items():
        there = list(session.scalars(select(made.id).where(made.site_id == site.id).order_by(made.id)))
        assert there, f"the run made something for {kind}"
        assert items_of(session, site.id, kind) == there, kind


def test_everything_that_a_run_makes_is_named_once_and_so_is_its_end(tools: Tools, site: Site) -> None:
    run = drive(tools, site.slug)
    with tools.sessions() as session:
        assert_named_once(session, site)
        assert items_of(session, site.id, RuleTrigger.RUN_COMPLETED) == [run.id]
        assert {event.cause_id for event in events_of(session, site.id)} == {None}
        assert session.scalars(select(Content.rule_execution_id).where(Content.site_id == site.id)).first() is None


def test_the_execution_that_started_a_run_is_the_cause_of_all_that_it_makes(tools: Tools, site: Site) -> None:
    with tools.sessions.begin() as session:
        execution = running(session, site)
    run = begin_for_rule(tools.sessions, site, execution.id)
    for number in range(1, 8):
        work_stage(tools, run.id, number)
    end_run.finish(tools.sessions, run.id)
    with tools.sessions() as session:
        assert_named_once(session, site)
        assert {event.kind for event in events_of(session, site.id)} == {*MADE, RuleTrigger.RUN_COMPLETED}
        assert {event.cause_id for event in events_of(session, site.id)} == {execution.id}
        articles = session.scalars(select(Content).where(Content.site_id == site.id)).all()
        assert {article.rule_execution_id for article in articles} == {execution.id}


def test_an_article_that_is_written_anew_is_named_again_and_is_the_doing_of_who_wrote_it_last(tools: Tools) -> None:
    site = ready_site(tools, 4, items=1)
    with tools.sessions.begin() as session:
        execution = running(session, site)
    first = begin_for_rule(tools.sessions, site, execution.id, stages=[4])
    work_stage(tools, first.id, 4)
    end_run.finish(tools.sessions, first.id)
    with tools.sessions.begin() as session:
        session.scalars(select(Task).where(Task.site_id == site.id)).one().status = TaskStatus.QUEUED
    second = begin(tools.sessions, site.slug, {"stages": [4]})
    work_stage(tools, second.id, 4)
    with tools.sessions() as session:
        article = session.scalars(select(Content).where(Content.site_id == site.id)).one()
        assert article.rule_execution_id is None
        written = events_of(session, site.id, RuleTrigger.CONTENT_GENERATED)
        assert [(event.item_ids, event.cause_id) for event in written] == [
            ([article.id], execution.id),
            ([article.id], None),
        ]


ENDS = {
    StoppedReason.COMPLETED: RuleTrigger.RUN_COMPLETED,
    StoppedReason.NOTHING_PENDING: RuleTrigger.RUN_COMPLETED,
    StoppedReason.PER_RUN_LIMIT: RuleTrigger.RUN_COMPLETED,
    StoppedReason.CREDIT_BUDGET: RuleTrigger.RUN_COMPLETED,
    StoppedReason.INSUFFICIENT_CREDITS: RuleTrigger.RUN_COMPLETED,
    StoppedReason.PROVIDER_UNAVAILABLE: RuleTrigger.RUN_FAILED,
    StoppedReason.STAGE_FAILED: RuleTrigger.RUN_FAILED,
    StoppedReason.CANCELLED: None,
}


@pytest.mark.parametrize("reason", list(ENDS))
def test_a_run_that_completed_or_failed_is_an_event_once_and_a_cancelled_one_is_none(
    sessions: Sessions, site: Site, reason: StoppedReason
) -> None:
    with sessions.begin() as session:
        execution = running(session, site)
    run = begin_for_rule(sessions, site, execution.id)
    for _ in range(2):
        with sessions.begin() as session:
            end_run.end(session, run.id, outcome_for(reason, "Because."))
    with sessions() as session:
        kind = ENDS[reason]
        told = [(event.kind, event.item_ids, event.cause_id) for event in events_of(session, site.id)]
        assert told == ([(kind, [run.id], execution.id)] if kind else [])


def test_a_dry_run_is_no_event_however_it_ends(sessions: Sessions, site: Site) -> None:
    run = begin(sessions, site.slug, {"dry_run": True})
    end_run.finish(sessions, run.id)
    with sessions.begin() as session:
        session.get_one(ModuleSettings, site.account_id).automation_enabled = False
    assert begin(sessions, site.slug, {"dry_run": True}).status is RunStatus.FAILED
    with sessions() as session:
        assert events_of(session, site.id) == []


def test_a_run_that_was_refused_has_failed_and_one_that_met_another_has_not(sessions: Sessions, site: Site) -> None:
    refused = begin(sessions, site.slug, {"stages": [99]})
    begin(sessions, site.slug)
    assert begin(sessions, site.slug).status is RunStatus.SKIPPED
    with sessions() as session:
        assert [(event.kind, event.item_ids) for event in events_of(session, site.id)] == [
            (RuleTrigger.RUN_FAILED, [refused.id])
        ]


def test_the_cluster_that_people_get_back_from_a_merge_is_a_new_one(session: Session, site: Site) -> None:
    into, gone = make_cluster(session, site, "Roses"), make_cluster(session, site, "Rose beds")
    (merged,) = merge_into(session, site.id, into.id, [gone.id], "ann")
    assert items_of(session, site.id, RuleTrigger.CLUSTER_CREATED) == []
    again = take_back(session, site.id, merged.id, actor="ann")
    assert items_of(session, site.id, RuleTrigger.CLUSTER_CREATED) == [again.id]
    assert causes_of(session, site.id, RuleTrigger.CLUSTER_CREATED) == {None}


def test_a_batch_whose_transaction_fails_leaves_no_event(tools: Tools, site: Site) -> None:
    """The lease is another's when the answer comes: nothing of it is written."""
    run = begin(tools.sessions, site.slug)
    with tools.sessions.begin() as session:
        end_run.cancel(session, run.id, sentence="Cancelled by anna.", actor="anna")
    with pytest.raises(Exception, match="cancelled"):
        work_stage(tools, run.id, 1)
    with tools.sessions() as session:
        assert session.scalars(select(DomainEvent).where(DomainEvent.site_id == site.id)).all() == []
