"""Who is next, who holds it, and what old events are removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRule,
    DomainEvent,
    ExecutionStatus,
    RuleExecution,
    RuleExecutionEvent,
    RuleTrigger,
    Site,
)
from igny8_lib.rules import cleaning
from igny8_lib.rules.cleaning import KEPT, remove_old_events
from igny8_lib.rules.executing import Worker
from igny8_lib.rules.queueing import count_open, hold_execution, next_executions
from tests.factories.rules import TELL, make_event, make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.rules.world import World
from tests.statements import count_statements


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def looked_at(session: Session, rule: AutomationRule, minutes: float | None) -> RuleExecution:
    """An open execution that was looked at so many minutes ago, or never."""
    at = None if minutes is None else clock.now() - timedelta(minutes=minutes)
    return make_execution(session, rule, status=ExecutionStatus.RUNNING, worked_at=at)


def test_the_site_that_waits_longest_is_next_however_many_executions_another_has(session: Session, site: Site) -> None:
    busy, other = make_rule(session, site), make_rule(session, make_site(session))
    of_busy = [looked_at(session, busy, minutes).id for minutes in (1, None, 30)]
    of_other = [looked_at(session, other, minutes).id for minutes in (5,)]
    make_execution(session, busy, status=ExecutionStatus.SKIPPED, finished_at=clock.now())
    now = clock.now()
    assert next_executions(session, before=now) == [*of_other, of_busy[1], of_busy[2], of_busy[0]]
    assert next_executions(session, before=now, besides=of_other) == [of_busy[1], of_busy[2], of_busy[0]]
    assert next_executions(session, before=now - timedelta(minutes=10)) == [of_busy[1], of_busy[2]]
    assert count_open(session) == 4


def test_an_execution_has_one_worker_at_a_time(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_rule(session, site)
    first_id, second_id = (make_execution(session, rule).id for _ in range(2))
    session.commit()
    with sessions() as first, sessions() as second:
        assert hold_execution(first, first_id)
        assert not hold_execution(second, first_id)
        assert hold_execution(second, second_id)
        first.rollback()
        assert hold_execution(second, first_id)


def test_a_worker_passes_over_what_another_one_holds_or_has_just_looked_at(session: Session, world: World) -> None:
    site = world.make_site(session)
    rule = make_rule(session, site, actions=[TELL])
    held, fresh, free = (make_execution(session, rule) for _ in range(3))
    fresh.worked_at = clock.now()
    session.commit()
    with world.sessions() as guard:
        assert hold_execution(guard, held.id)
        tally = Worker(world.doors).work()
    assert tally.looked_at == {free.id}
    session.expire_all()
    assert (held.status, fresh.status) == (ExecutionStatus.PENDING, ExecutionStatus.PENDING)


def test_a_worker_whose_time_is_over_takes_nothing_new(session: Session, world: World) -> None:
    make_execution(session, make_rule(session, world.make_site(session), actions=[TELL]))
    session.commit()
    assert Worker(world.doors).work(seconds=0).looked_at == set()


def test_old_events_are_removed_once_they_were_consumed(
    session: Session, sessions: Sessions, engine: Engine, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = make_rule(session, site)
    execution = make_execution(session, rule)
    ages = [KEPT + timedelta(hours=hours) for hours in (3, 2, 1)]
    old = [make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1]) for _ in ages]
    for event, age in zip(old, ages, strict=True):
        event.consumed_at = clock.now() - age
    young, waiting = (make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1]) for _ in range(2))
    young.consumed_at = clock.now() - KEPT + timedelta(hours=1)
    waiting.created_at = clock.now() - timedelta(days=30)
    keys = {"rule_id": rule.id, "execution_id": execution.id, "site_id": site.id}
    session.add_all(RuleExecutionEvent(event_id=event.id, **keys) for event in (old[0], young))
    session.commit()
    monkeypatch.setattr(cleaning, "AT_ONCE", 2)
    assert [remove_old_events(sessions) for _ in range(3)] == [2, 1, 0]
    assert set(session.scalars(select(DomainEvent.id))) == {young.id, waiting.id}
    assert session.scalar(select(func.count()).select_from(RuleExecutionEvent)) == 1
    assert count_statements(engine, lambda: remove_old_events(sessions)) == 1
