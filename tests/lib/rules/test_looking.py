"""Whether a round of the rules would find anything: by one statement, for each kind of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ExecutionStatus, RuleTrigger, Site
from igny8_lib.rules.looking import is_anything_due
from tests.factories.rules import make_event, make_execution, make_rule
from tests.factories.sites import make_site
from tests.statements import statements_on

NOW = clock.now()


def scheduled(session: Session, site: Site, **facts: object) -> None:
    planned = {"next_due_at": NOW + timedelta(hours=1), "planned_zone": site.timezone}
    make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="0 6 * * *", **planned | facts)


def make_idle(session: Session, site: Site) -> None:
    """What looks like work and is none."""
    scheduled(session, site)
    scheduled(session, site, next_due_at=NOW - timedelta(hours=1), is_active=False)
    scheduled(session, site, planned_zone="Asia/Tokyo", is_active=False)
    make_execution(session, make_rule(session, site), status=ExecutionStatus.SKIPPED, finished_at=NOW)
    make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1]).consumed_at = NOW - timedelta(days=30)


WORK: dict[str, Callable[[Session, Site], object]] = {
    "an event that waits": lambda session, site: make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1]),
    "a schedule that is due": lambda session, site: scheduled(session, site, next_due_at=NOW),
    "a site in another zone": lambda session, site: scheduled(session, site, planned_zone="Asia/Tokyo"),
    "an execution": lambda session, site: make_execution(session, make_rule(session, site)),
    "somebody to be told": lambda session, site: make_rule(
        session, site, is_active=False, switched_off_because="It failed five times."
    ),
}


def test_a_platform_without_work_is_told_by_one_statement(engine: Engine, session: Session) -> None:
    make_idle(session, make_site(session))
    session.flush()
    with statements_on(engine) as sent:
        assert not is_anything_due(session, NOW)
    assert len(sent) == 1


@pytest.mark.parametrize("work", sorted(WORK))
def test_each_kind_of_work_is_seen(session: Session, work: str) -> None:
    site = make_site(session)
    make_idle(session, site)
    WORK[work](session, site)
    session.flush()
    assert is_anything_due(session, NOW)
