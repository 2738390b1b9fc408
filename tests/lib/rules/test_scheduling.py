"""Schedules: each quarter of an hour is answered once, an outage is made up for once, whatever dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.ending import MOST_FAILURES
from igny8_lib.rules.planning import QUARTER, quarter_of
from igny8_lib.rules.scheduling import AT_ONCE, start_due
from tests.factories.rules import TELL, make_rule
from tests.factories.sites import make_site
from tests.killing import do_and_die, side_by_side
from tests.lib.rules.world import executions, only_execution
from tests.statements import count_statements

EVERY_QUARTER = "*/15 * * * *"


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog", timezone="Europe/Berlin")


def make_scheduled(session: Session, site: Site, **given: object) -> AutomationRule:
    """A rule that was due a moment ago; committed."""
    usual = {"trigger": RuleTrigger.SCHEDULE, "schedule": EVERY_QUARTER, "actions": [TELL]}
    planned = {"next_due_at": quarter_of(clock.now()), "planned_zone": site.timezone}
    rule = make_rule(session, site, **(usual | planned | given))
    session.commit()
    return rule


def test_a_rule_that_is_due_is_executed_once_and_planned_anew(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_scheduled(session, site)
    due = rule.next_due_at
    assert start_due(sessions) == 1
    assert start_due(sessions) == 0
    execution = only_execution(session, site)
    assert (execution.begun_by, execution.status, execution.due_at) == (
        BegunBy.SCHEDULE,
        ExecutionStatus.PENDING,
        due,
    )
    assert (execution.chain, execution.matched_ids) == ([rule.id], [])
    session.refresh(rule)
    assert due is not None
    assert rule.next_due_at == quarter_of(clock.now()) + QUARTER


def test_what_was_missed_in_an_outage_is_made_up_for_once(session: Session, sessions: Sessions, site: Site) -> None:
    missed = quarter_of(clock.now()) - timedelta(days=3)
    rule = make_scheduled(session, site, next_due_at=missed)
    assert start_due(sessions) == 1
    assert start_due(sessions) == 0
    assert only_execution(session, site).due_at == missed
    session.refresh(rule)
    assert rule.next_due_at is not None
    assert rule.next_due_at > clock.now()


def test_a_rule_whose_conditions_do_not_hold_is_planned_anew_and_nothing_else(
    session: Session, sessions: Sessions, site: Site
) -> None:
    wants = [{"field": "pending_keywords", "operator": "gte", "value": 10}]
    rule = make_scheduled(session, site, conditions=wants)
    assert start_due(sessions) == 0
    assert executions(session, site) == []
    session.refresh(rule)
    assert rule.next_due_at is not None
    assert rule.next_due_at > clock.now()


def test_what_is_not_due_or_switched_off_is_left_alone(session: Session, sessions: Sessions, site: Site) -> None:
    make_scheduled(session, site, next_due_at=clock.now() + timedelta(seconds=5))
    make_scheduled(session, site, is_active=False)
    make_scheduled(session, site, is_active=False, next_due_at=None)
    assert start_due(sessions) == 0
    assert executions(session, site) == []


def test_a_site_that_moves_to_another_zone_has_its_rules_planned_in_it(
    session: Session, sessions: Sessions, site: Site
) -> None:
    later = clock.now() + timedelta(days=2)
    rule = make_scheduled(session, site, schedule="0 6 * * *", next_due_at=later)
    site.timezone = "Asia/Kathmandu"
    session.commit()
    assert start_due(sessions) == 0
    session.refresh(rule)
    assert rule.planned_zone == "Asia/Kathmandu"
    assert rule.next_due_at is not None
    assert rule.next_due_at.astimezone(UTC).strftime("%H:%M") == "00:15"


def test_conditions_that_nobody_can_judge_fail_the_rule_and_switch_it_off_in_the_end(
    session: Session, sessions: Sessions, site: Site
) -> None:
    broken = make_scheduled(session, site, conditions=[{"field": "weekday"}], failures_in_a_row=MOST_FAILURES - 2)
    whole = make_scheduled(session, site)
    for expected in (quarter_of(clock.now()) + QUARTER, None):
        start_due(sessions)
        session.refresh(broken)
        assert broken.next_due_at == expected
        session.execute(update(AutomationRule).values(next_due_at=AutomationRule.next_due_at - timedelta(hours=1)))
        session.commit()
    assert (broken.is_active, "five times in a row" in (broken.switched_off_because or "")) == (False, True)
    by_rule = select(RuleExecution.status).where(RuleExecution.rule_id == broken.id)
    assert session.scalars(by_rule).all() == [ExecutionStatus.FAILED] * 2
    assert whole.is_active


def test_a_schedule_that_cannot_be_read_switches_its_rule_off_and_says_so(
    session: Session, sessions: Sessions, site: Site
) -> None:
    rule = make_scheduled(session, site, schedule="0 0 30 2 *")
    start_due(sessions)
    session.refresh(rule)
    assert (rule.is_active, rule.next_due_at) == (False, None)
    assert "never fires" in (rule.switched_off_because or "")


def test_a_thousand_rules_that_are_not_due_cost_as_much_as_one(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    make_scheduled(session, site, next_due_at=clock.now() + timedelta(hours=1))
    assert count_statements(engine, lambda: start_due(sessions)) == 2
    for number in range(100):
        make_scheduled(session, make_site(session), next_due_at=clock.now() + timedelta(hours=number + 1))
    assert count_statements(engine, lambda: start_due(sessions)) == 2


def test_rules_that_are_due_at_once_are_executed_page_by_page(session: Session, sessions: Sessions, site: Site) -> None:
    rules = [make_scheduled(session, site).id for _ in range(AT_ONCE + 3)]
    assert start_due(sessions) == AT_ONCE + 3
    assert [each.rule_id for each in executions(session, site)] == rules


@pytest.mark.slow("three processes start sixty rules at once")
def test_processes_that_look_at_once_answer_each_quarter_once(
    session: Session, sessions: Sessions, site: Site, database_url: str
) -> None:
    rules = [make_scheduled(session, site).id for _ in range(AT_ONCE + 10)]
    side_by_side(database_url, start_due, 3)
    assert start_due(sessions) == 0
    assert sorted(each.rule_id or 0 for each in executions(session, site)) == rules


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_look_wherever_each_quarter_is_answered_once(
    session: Session, sessions: Sessions, database_url: str
) -> None:
    kills = 0
    for dies_at in count(1):
        site = make_site(session)
        rules = [make_scheduled(session, site).id for _ in range(2)]
        died = do_and_die(database_url, start_due, dies_at)
        kills += died
        start_due(sessions)
        assert [each.rule_id for each in executions(session, site)] == rules, dies_at
        session.commit()
        if not died:
            break
    assert kills >= 2


def test_a_quarter_that_was_answered_is_not_answered_again(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_scheduled(session, site)
    due = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(2):
        session.execute(update(AutomationRule).where(AutomationRule.id == rule.id).values(next_due_at=due))
        session.commit()
        start_due(sessions)
    assert [each.due_at for each in executions(session, site)] == [due]
