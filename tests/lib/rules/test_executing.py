"""Executions from what happened to their end: runs, batches and messages, in order, each begun once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import (
    AutomationRule,
    AutomationRun,
    BegunBy,
    ContentBatch,
    ExecutionStatus,
    Keyword,
    RuleExecution,
    RuleTrigger,
    RunStatus,
    Site,
    StoppedReason,
    Trigger,
)
from igny8_lib.rules.limits import MOST_WAIT
from tests.factories.articles import make_article
from tests.factories.planner import make_keywords
from tests.factories.rules import CLUSTER, TELL, make_event, make_execution, make_rule
from tests.factories.runs import make_run
from tests.lib.rules.world import World, executions, only_execution

PENDING, RUNNING = ExecutionStatus.PENDING, ExecutionStatus.RUNNING
COMPLETED, FAILED, SKIPPED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED
LINK = {"type": "link_content", "params": {"articles": "matched"}}
RUN = {"type": "run_pipeline", "params": {"stages": [1]}}


@pytest.fixture
def site(session: Session, world: World) -> Site:
    return world.make_site(session, slug="blog")


def add_keywords(session: Session, site: Site, number: int = 10) -> list[Keyword]:
    """New keywords, and the event that says so; committed."""
    keywords = make_keywords(session, site, number)
    make_event(session, site, RuleTrigger.KEYWORD_ADDED, [each.id for each in keywords])
    session.commit()
    return keywords


def test_what_happened_sets_off_a_run_in_the_rules_name_and_its_end_is_the_executions(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, name="Sort them")
    keywords = add_keywords(session, site)
    world.round()
    begun = only_execution(session, site)
    assert (begun.status, begun.begun_by, begun.rule_id) == (RUNNING, BegunBy.EVENT, rule.id)
    assert begun.matched_ids == [each.id for each in keywords]
    assert begun.dag_run_id is not None
    world.round()
    run = world.begin_run(session, site)
    assert (run.trigger, run.triggered_by, run.rule_execution_id) == (Trigger.RULE, "rule: Sort them", begun.id)
    world.round()
    assert only_execution(session, site).status is RUNNING
    world.end_run(session, run, spent=12)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, ended.result, ended.error) == (COMPLETED, "Everything pending was worked.", None)
    assert (ended.credits_used, ended.step, ended.dag_run_id) == (Credits.of(12), 1, None)
    assert ended.results[0]["run_id"] == run.run_id
    session.refresh(rule)
    assert rule.last_executed_at == ended.started_at
    assert len(world.airflow.runs) == 1


def test_actions_follow_each_other_and_the_first_that_fails_ends_all(
    session: Session, world: World, site: Site
) -> None:
    make_rule(session, site, actions=[TELL, CLUSTER, RUN, TELL])
    add_keywords(session, site)
    world.round()
    assert [each.sentence for each in world.told] == ["Something happened."]
    assert only_execution(session, site).step == 1
    world.play(session, site, reason=StoppedReason.STAGE_FAILED, told="The provider answered nonsense.")
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, ended.error) == (FAILED, "The provider answered nonsense.")
    assert ended.result.startswith("Action 2 of 4 failed.")
    assert ended.result.endswith("2 after it were not begun.")
    assert [each["status"] for each in ended.results] == ["completed", "failed"]
    assert ended.results[0]["sentence"] == "Told by mail."
    assert len(world.told) == 1


def test_a_batch_is_opened_with_what_is_left_of_the_limit_and_followed_to_its_end(
    session: Session, world: World, site: Site
) -> None:
    articles = [make_article(session, site) for _ in range(3)]
    make_rule(
        session,
        site,
        trigger=RuleTrigger.CONTENT_GENERATED,
        actions=[LINK],
        credit_limit_per_execution=Credits.of(20),
        name="Tie together",
    )
    make_event(session, site, RuleTrigger.CONTENT_GENERATED, [each.id for each in articles])
    session.commit()
    world.round()
    begun = only_execution(session, site)
    batch = session.scalars(select(ContentBatch)).one()
    assert (begun.batch_id, batch.rule_execution_id) == (batch.id, begun.id)
    assert (batch.credit_limit, batch.requested_by) == (Credits.of(20), "rule: Tie together")
    world.round()
    assert only_execution(session, site).status is RUNNING
    world.work_batches()
    world.round()
    ended = only_execution(session, site)
    assert ended.status is COMPLETED
    assert ended.results[0]["batch_id"] == batch.id


def test_a_limit_binds_all_actions_together_and_what_is_not_paid_goes_on(
    session: Session, world: World, site: Site
) -> None:
    make_rule(session, site, actions=[CLUSTER, RUN, TELL], credit_limit_per_execution=Credits.of(50))
    add_keywords(session, site)
    world.round()
    (conf,) = world.airflow.confs.values()
    assert conf["max_credits_per_run"] == 50
    world.play(session, site, reason=StoppedReason.CREDIT_BUDGET, told="The budget is spent.", spent=50)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, ended.credits_used) == (COMPLETED, Credits.of(50))
    assert [each["status"] for each in ended.results] == ["completed", "skipped", "completed"]
    assert "limit of 50 credits is used up" in ended.results[1]["sentence"]
    assert len(world.airflow.runs) == 1


def test_a_busy_site_waits_and_new_matches_join_what_waits(session: Session, world: World, site: Site) -> None:
    make_rule(session, site)
    run = make_run(session, site)
    first = add_keywords(session, site, 5)
    world.round()
    waiting = only_execution(session, site)
    assert (waiting.status, waiting.dag_run_id) == (PENDING, None)
    assert f"run {run.run_id} is running" in waiting.waits_for
    since = waiting.waits_since
    second = make_keywords(session, site, [f"more {number}" for number in range(5)])
    make_event(session, site, RuleTrigger.KEYWORD_ADDED, [each.id for each in second])
    session.commit()
    world.round()
    waiting = only_execution(session, site)
    assert waiting.matched_ids == [each.id for each in [*first, *second]]
    assert (waiting.looked_at, waiting.waits_since) == (10, since)
    world.end_run(session, run)
    world.round()
    begun = only_execution(session, site)
    assert (begun.status, begun.waits_since, begun.waits_for) == (RUNNING, None, "")
    assert len(world.airflow.runs) == 2


def test_waiting_is_bounded_and_what_waited_in_vain_is_skipped(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, failures_in_a_row=2)
    make_run(session, site)
    add_keywords(session, site)
    world.round()
    long_ago = clock.now() - MOST_WAIT
    session.execute(update(RuleExecution).values(waits_since=long_ago + timedelta(minutes=1)))
    session.commit()
    world.round()
    assert only_execution(session, site).status is PENDING
    session.execute(update(RuleExecution).values(waits_since=long_ago))
    session.commit()
    world.round()
    ended = only_execution(session, site)
    assert ended.status is SKIPPED
    assert ended.result.startswith("Waited 6 hours")
    session.refresh(rule)
    assert (rule.failures_in_a_row, rule.executions_counted) == (2, 0)


def test_between_actions_an_execution_waits_for_its_site_and_leaves_the_action_out_after_six_hours(
    session: Session, world: World, site: Site
) -> None:
    make_rule(session, site, actions=[TELL, RUN, TELL])
    make_run(session, site)
    add_keywords(session, site)
    world.round()
    waiting = only_execution(session, site)
    assert (waiting.status, waiting.step) == (RUNNING, 1)
    session.execute(update(RuleExecution).values(waits_since=clock.now() - MOST_WAIT))
    session.commit()
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, [each["status"] for each in ended.results]) == (
        COMPLETED,
        ["completed", "skipped", "completed"],
    )


def test_an_airflow_that_does_not_answer_is_waited_for_and_fails_the_action_after_six_hours(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site)
    add_keywords(session, site)
    world.airflow.down = True
    world.round()
    waiting = only_execution(session, site)
    assert (waiting.status, "does not answer" in waiting.waits_for) == (RUNNING, True)
    session.execute(update(RuleExecution).values(waits_since=clock.now() - MOST_WAIT))
    session.commit()
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, "does not answer" in (ended.error or "")) == (FAILED, True)
    session.refresh(rule)
    assert rule.failures_in_a_row == 1


def test_a_run_that_found_the_site_busy_is_begun_anew_when_it_is_free(
    session: Session, world: World, site: Site
) -> None:
    make_rule(session, site)
    add_keywords(session, site)
    world.round()
    other = make_run(session, site)
    session.commit()
    assert world.begin_run(session, site).status is RunStatus.SKIPPED
    world.airflow.runs = dict.fromkeys(world.airflow.runs, "success")
    world.round()
    waiting = only_execution(session, site)
    assert (waiting.status, waiting.dag_run_id) == (RUNNING, None)
    assert waiting.waits_since is not None
    world.end_run(session, other)
    world.round()
    world.play(session, site)
    world.round()
    assert only_execution(session, site).status is COMPLETED


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (StoppedReason.NOTHING_PENDING, COMPLETED),
        (StoppedReason.PER_RUN_LIMIT, COMPLETED),
        (StoppedReason.INSUFFICIENT_CREDITS, COMPLETED),
        (StoppedReason.CANCELLED, FAILED),
        (StoppedReason.PROVIDER_UNAVAILABLE, FAILED),
    ],
)
def test_how_a_run_ends_is_how_its_action_ends(
    session: Session, world: World, site: Site, reason: StoppedReason, status: ExecutionStatus
) -> None:
    make_rule(session, site)
    add_keywords(session, site)
    world.round()
    world.play(session, site, reason=reason, told="So it ended.")
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, "So it ended." in ended.result) == (status, True)


def test_without_credits_the_action_is_skipped_and_says_what_is_missing(session: Session, world: World) -> None:
    poor = world.make_site(session, funds=1)
    make_rule(session, poor)
    add_keywords(session, poor)
    world.round()
    ended = only_execution(session, poor)
    assert (ended.status, "are missing" in ended.result) == (SKIPPED, True)


def test_an_action_that_nobody_understands_fails_its_execution_and_keeps_nobody_from_working(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[{"type": "make_coffee", "params": {}}])
    add_keywords(session, site)
    other = world.make_site(session)
    make_rule(session, other)
    add_keywords(session, other)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, "Something unforeseen" in (ended.error or "")) == (FAILED, True)
    assert only_execution(session, other).status is RUNNING
    session.refresh(rule)
    assert rule.failures_in_a_row == 1


def test_a_worker_that_lost_its_execution_writes_nothing_that_another_has_written(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[CLUSTER, TELL])
    ids = [each.id for each in make_keywords(session, site, 10)]
    make_execution(session, rule, status=RUNNING, started_at=clock.now(), matched_ids=ids)
    session.commit()

    def overtake(request: str) -> None:
        if request.startswith("POST /dags/site"):
            session.execute(update(RuleExecution).values(step=1, results=[]))
            session.commit()

    world.airflow.before = overtake
    world.work()
    execution = only_execution(session, site)
    assert execution.dag_run_id is None


def test_more_items_than_one_run_takes_are_worked_in_parts(session: Session, world: World, site: Site) -> None:
    make_rule(session, site)
    make_keywords(session, site, 5_010)
    ids = list(session.scalars(select(Keyword.id).order_by(Keyword.id)))
    for part in (ids[:5_000], ids[5_000:]):
        make_event(session, site, RuleTrigger.KEYWORD_ADDED, part)
    session.commit()
    world.round()
    assert only_execution(session, site).looked_at == 5_010
    worked = []
    for _ in range(2):
        (conf,) = [world.airflow.confs[key] for key, state in world.airflow.runs.items() if state == "queued"]
        worked += conf["items"]
        world.play(session, site, spent=3)
        world.round()
    ended = only_execution(session, site)
    assert worked == ids
    assert (ended.status, ended.credits_used, len(ended.results)) == (COMPLETED, Credits.of(6), 2)


def test_executions_of_all_sites_are_worked_however_many_one_has(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, actions=[TELL], max_executions_per_day=0)
    for _ in range(5):
        make_execution(session, rule)
    session.commit()
    tally = world.work()
    assert tally.as_json() == {"executions": 5, "completed": 5, "failed": 0, "skipped": 0, "told": 0}
    assert len(world.told) == 5
    assert [each.status for each in executions(session, site)] == [COMPLETED] * 5
    session.refresh(rule)
    assert rule.executions_counted == 5
    assert session.scalars(select(AutomationRule.id)).all() == [rule.id]
    assert session.scalars(select(AutomationRun.id)).all() == []
