"""What ends mean for the rule: five failures in a row switch it off, and people are told once."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, ExecutionStatus, RuleTrigger, Site
from igny8_lib.notifications.rule_notice import NoticeKind
from igny8_lib.rules.ending import MOST_FAILURES, tell_switched_off
from igny8_lib.rules.queueing import count_open
from tests.factories.rules import TELL, make_execution, make_rule
from tests.killing import do_and_die
from tests.lib.rules.world import World, executions

FAILS = {"type": "link_content", "params": {"articles": [10**9]}}
"""An article that is not there."""


@pytest.fixture
def site(session: Session, world: World) -> Site:
    return world.make_site(session, slug="blog")


def execute_once(session: Session, world: World, rule: AutomationRule) -> None:
    """One more execution to its end."""
    make_execution(session, rule)
    session.commit()
    world.work()
    session.refresh(rule)


def test_five_failures_in_a_row_switch_a_rule_off_and_people_are_told_once(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, name="Link them", actions=[FAILS], max_executions_per_day=0)
    for number in range(1, MOST_FAILURES + 1):
        assert rule.is_active
        execute_once(session, world, rule)
        assert rule.failures_in_a_row == number
    assert not rule.is_active
    assert (rule.switched_off_because or "").startswith("It failed five times in a row; last: Site blog has no article")
    assert rule.switched_off_told_at is not None
    (told,) = world.told
    assert (told.kind, told.rule_name, told.site_slug) == (NoticeKind.SWITCHED_OFF, "Link them", "blog")
    assert told.sentence == rule.switched_off_because
    world.round()
    assert len(world.told) == 1
    assert {each.status for each in executions(session, site)} == {ExecutionStatus.FAILED}


def test_a_completed_execution_begins_the_count_anew_and_a_skipped_one_leaves_it(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[FAILS], max_executions_per_day=0)
    for _ in range(MOST_FAILURES - 1):
        execute_once(session, world, rule)
    rule.max_executions_per_day = 1
    execute_once(session, world, rule)
    assert (rule.failures_in_a_row, rule.is_active) == (MOST_FAILURES - 1, True)
    rule.max_executions_per_day, rule.actions = 0, [TELL]
    execute_once(session, world, rule)
    assert rule.failures_in_a_row == 0
    rule.actions = [FAILS]
    execute_once(session, world, rule)
    assert (rule.failures_in_a_row, rule.is_active) == (1, True)


def test_a_schedule_that_is_switched_off_is_not_planned_any_more(session: Session, world: World, site: Site) -> None:
    rule = make_rule(
        session,
        site,
        trigger=RuleTrigger.SCHEDULE,
        schedule="0 6 * * *",
        next_due_at=clock.now(),
        planned_zone=site.timezone,
        actions=[FAILS],
        failures_in_a_row=MOST_FAILURES - 1,
    )
    execute_once(session, world, rule)
    assert (rule.is_active, rule.next_due_at) == (False, None)


def test_a_rule_that_is_off_already_is_not_told_of_when_a_retry_fails(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, actions=[FAILS], is_active=False, failures_in_a_row=7)
    execute_once(session, world, rule)
    assert (rule.failures_in_a_row, rule.switched_off_because, world.told) == (7, None, [])


def test_there_is_work_as_long_as_somebody_is_to_be_told(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_rule(session, site)
    assert count_open(session) == 0
    rule.is_active, rule.switched_off_because = False, "It failed."
    session.commit()
    assert count_open(session) == 1
    assert tell_switched_off(sessions, lambda _: "") == 1
    assert count_open(session) == 0
    assert tell_switched_off(sessions, lambda _: "") == 0


@pytest.mark.slow("a process dies before and after each commit")
def test_whatever_kills_who_tells_nothing_is_told_twice(
    session: Session, sessions: Sessions, site: Site, database_url: str
) -> None:
    rule = make_rule(session, site, is_active=False, switched_off_because="It failed.")
    session.commit()
    for dies_at in count(1):
        session.execute(update(AutomationRule).values(switched_off_told_at=None))
        session.commit()
        died = do_and_die(database_url, lambda own: tell_switched_off(own, lambda _: ""), dies_at)
        claimed = 0 if tell_switched_off(sessions, lambda _: "") else 1
        assert claimed == (0 if died and dies_at == 1 else 1)
        session.refresh(rule)
        assert rule.switched_off_told_at is not None
        session.commit()
        if not died:
            break
