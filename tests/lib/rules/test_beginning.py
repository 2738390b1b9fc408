"""The beginning of an execution: a rule that is changed, switched off or deleted meanwhile, and the day's limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import (
    Account,
    AutomationRule,
    BegunBy,
    ExecutionStatus,
    Module,
    RuleExecution,
    RuleTrigger,
    Site,
    SiteStatus,
)
from igny8_lib.sites.modules import set_module
from tests.factories.planner import make_keywords
from tests.factories.rules import CLUSTER, TELL, make_event, make_execution, make_rule
from tests.factories.runs import make_run
from tests.lib.rules.world import World, executions, only_execution

PENDING, RUNNING = ExecutionStatus.PENDING, ExecutionStatus.RUNNING
COMPLETED, FAILED, SKIPPED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED


@pytest.fixture
def site(session: Session, world: World) -> Site:
    return world.make_site(session, slug="blog")


def set_off(session: Session, rule: AutomationRule, begun_by: BegunBy = BegunBy.EVENT) -> RuleExecution:
    """A pending execution, committed."""
    execution = make_execution(session, rule, begun_by=begun_by)
    session.commit()
    return execution


def change(session: Session, rule_id: int, **values: object) -> None:
    """What people save."""
    session.execute(update(AutomationRule).where(AutomationRule.id == rule_id).values(**values))
    session.commit()


def test_an_execution_takes_the_rule_as_it_is_when_it_begins_and_keeps_it(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, name="Old", actions=[TELL])
    set_off(session, rule)
    limit = Credits.of(70)
    change(session, rule.id, name="New", actions=[TELL, CLUSTER, TELL], credit_limit_per_execution=limit)
    ids = [each.id for each in make_keywords(session, site, 10)]
    session.execute(update(RuleExecution).values(matched_ids=ids))
    session.commit()
    world.round()
    begun = only_execution(session, site)
    assert (begun.status, begun.rule_name, begun.step, len(begun.actions)) == (RUNNING, "New", 1, 3)
    change(session, rule.id, name="Newest", actions=[CLUSTER], credit_limit_per_execution=Credits.of(1))
    world.play(session, site)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, len(ended.results), ended.credit_limit) == (COMPLETED, 3, limit)
    assert [each.rule_name for each in world.told] == ["New", "New"]


def test_a_rule_that_is_deleted_before_it_begins_is_skipped(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, actions=[TELL])
    set_off(session, rule)
    session.execute(delete(AutomationRule))
    session.commit()
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, ended.result, ended.rule_id) == (SKIPPED, "The rule was deleted.", None)
    assert world.told == []


@pytest.mark.parametrize("reason", ["succeeds", "fails"])
def test_a_rule_that_is_deleted_or_switched_off_while_it_is_executed_is_executed_to_its_end(
    session: Session, world: World, site: Site, reason: str
) -> None:
    gone = make_rule(session, site, actions=[TELL, CLUSTER, TELL])
    ids = [each.id for each in make_keywords(session, site, 10)]
    make_execution(session, gone, matched_ids=ids)
    session.commit()
    world.round()
    if reason == "succeeds":
        session.execute(delete(AutomationRule))
    else:
        session.execute(update(AutomationRule).values(is_active=False))
    session.commit()
    world.play(session, site)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, len(ended.results)) == (COMPLETED, 3)


@pytest.mark.parametrize(
    ("begun_by", "status"),
    [
        (BegunBy.EVENT, SKIPPED),
        (BegunBy.SCHEDULE, SKIPPED),
        (BegunBy.PERSON, COMPLETED),
        (BegunBy.RETRY, COMPLETED),
    ],
)
def test_a_rule_that_is_off_begins_only_what_people_asked_for(
    session: Session, world: World, site: Site, begun_by: BegunBy, status: ExecutionStatus
) -> None:
    set_off(session, make_rule(session, site, actions=[TELL], is_active=False), begun_by)
    world.round()
    assert only_execution(session, site).status is status


def test_matches_of_another_trigger_are_not_handed_to_the_changed_rule(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[TELL])
    set_off(session, rule)
    change(session, rule.id, trigger=RuleTrigger.CLUSTER_CREATED)
    world.round()
    ended = only_execution(session, site)
    assert (ended.status, "its trigger is cluster_created" in ended.result) == (SKIPPED, True)


def test_a_site_or_a_module_that_is_off_executes_nothing(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, actions=[TELL])
    set_off(session, rule)
    set_module(session, site.account_id, Module.AUTOMATION, enabled=False)
    session.commit()
    world.round()
    set_module(session, site.account_id, Module.AUTOMATION, enabled=True)
    site.status = SiteStatus.INACTIVE
    set_off(session, rule)
    world.round()
    assert [each.status for each in executions(session, site)] == [SKIPPED, SKIPPED]
    assert world.told == []


def test_a_day_has_as_many_executions_as_the_rule_says_of_whatever_kind(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[TELL], max_executions_per_day=3)
    for begun_by in (BegunBy.EVENT, BegunBy.PERSON, BegunBy.RETRY, BegunBy.EVENT, BegunBy.PERSON):
        set_off(session, rule, begun_by)
    world.round()
    assert [each.status for each in executions(session, site)] == [COMPLETED] * 3 + [SKIPPED] * 2
    assert "executed 3 times today" in executions(session, site)[-1].result
    session.refresh(rule)
    assert (rule.executions_counted, rule.failures_in_a_row) == (3, 0)


def test_no_limit_of_a_day_is_no_limit(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, actions=[TELL], max_executions_per_day=0)
    for _ in range(12):
        set_off(session, rule)
    world.round()
    assert {each.status for each in executions(session, site)} == {COMPLETED}


BACK = [("2026-10-24T22:00", 25, 1), ("2026-10-25T22:59", 25, 2), ("2026-10-25T23:00", 26, 1)]
"""Berlin's clocks go back: the day has 25 hours, and is one day. (UTC, the account's day, executions of it)"""
FORWARD = [("2026-03-28T23:00", 29, 1), ("2026-03-29T21:59", 29, 2), ("2026-03-29T22:00", 30, 1)]


@pytest.mark.parametrize(
    ("zone", "instants"),
    [
        ("America/New_York", [("2026-06-10T03:59", 9, 1), ("2026-06-10T04:00", 10, 1)]),
        ("Pacific/Kiritimati", [("2026-06-10T09:59", 10, 1), ("2026-06-10T10:00", 11, 1)]),
        ("Europe/Berlin", BACK),
        ("Europe/Berlin", FORWARD),
    ],
)
def test_the_day_is_the_accounts(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch, zone: str, instants: list[tuple[str, int, int]]
) -> None:
    site = world.make_site(session, timezone="Asia/Tokyo")
    session.execute(update(Account).where(Account.id == site.account_id).values(timezone=zone))
    rule = make_rule(session, site, actions=[TELL], max_executions_per_day=2)
    for instant, day, counted in instants:
        now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda now=now: now)
            set_off(session, rule)
            world.work()
        session.refresh(rule)
        assert rule.executions_day is not None
        assert (rule.executions_day.day, rule.executions_counted) == (day, counted)
    assert {each.status for each in executions(session, site)} == {COMPLETED}


def test_a_limit_that_is_reached_is_free_again_the_next_day(session: Session, world: World, site: Site) -> None:
    long_ago = date(2026, 1, 1)
    rule = make_rule(
        session, site, actions=[TELL], max_executions_per_day=1, executions_day=long_ago, executions_counted=1
    )
    set_off(session, rule)
    world.round()
    assert only_execution(session, site).status is COMPLETED


def test_what_waits_is_not_counted_before_it_begins(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, max_executions_per_day=1)
    run = make_run(session, site)
    keywords = make_keywords(session, site, 10)
    make_event(session, site, RuleTrigger.KEYWORD_ADDED, [each.id for each in keywords])
    session.commit()
    for _ in range(3):
        world.round()
    session.refresh(rule)
    assert rule.executions_counted == 0
    world.end_run(session, run)
    world.round()
    session.refresh(rule)
    assert (rule.executions_counted, only_execution(session, site).status) == (1, RUNNING)
    assert rule.last_executed_at is not None
    assert rule.last_executed_at > clock.now() - timedelta(minutes=5)
