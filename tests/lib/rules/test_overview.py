"""A site's rules at one glance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import AutomationRule, ExecutionStatus, RuleExecution, Site
from igny8_lib.rules.overview import LATEST, MOST_NAMED, RuleShare, dashboard
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.statements import count_statements

COMPLETED, FAILED, SKIPPED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def ended(
    session: Session, rule: AutomationRule, status: ExecutionStatus = COMPLETED, used: int = 0, **given: Any
) -> RuleExecution:
    """An execution that is over."""
    return make_execution(session, rule, status=status, credits_used=Credits.of(used), finished_at=clock.now(), **given)


def test_a_site_without_rules_has_nothing_to_tell(session: Session, site: Site) -> None:
    found = dashboard(session, site)
    assert (found.total, found.active, found.success_rate, found.credits, found.waiting) == (0, 0, None, ZERO, 0)
    assert (found.by_rule, found.latest, set(found.executions.values())) == ([], [], {0})


def test_executions_of_the_last_days_are_counted_by_how_they_ended(session: Session, site: Site) -> None:
    rule = make_rule(session, site)
    make_rule(session, site, is_active=False)
    for status, used in ((COMPLETED, 1), (COMPLETED, 2), (COMPLETED, 3), (FAILED, 4), (SKIPPED, 0)):
        ended(session, rule, status, used)
    make_execution(session, rule)
    ended(session, rule, FAILED, 50, created_at=clock.now() - timedelta(days=31))
    ended(session, make_rule(session, make_site(session)), FAILED, 7)
    found = dashboard(session, site)
    assert (found.total, found.active, found.waiting, found.credits) == (2, 1, 1, Credits.of(10))
    assert {status.value: number for status, number in found.executions.items()} == {
        "pending": 1,
        "running": 0,
        "completed": 3,
        "failed": 1,
        "skipped": 1,
    }
    assert found.success_rate == 0.75
    assert [(share.executions, share.credits) for share in found.by_rule] == [(6, Credits.of(10))]
    assert dashboard(session, site, days=60).credits == Credits.of(60)


def test_rules_are_ranked_by_what_they_used_under_the_names_they_have_or_had(session: Session, site: Site) -> None:
    cheap, dear, gone = (make_rule(session, site, name=name) for name in ("Cheap", "Dear", "Gone"))
    for rule, used in ((cheap, 1), (cheap, 2), (dear, 9), (gone, 5)):
        ended(session, rule, used=used)
    dear.name = "Dear one"
    session.delete(gone)
    session.flush()
    assert dashboard(session, site).by_rule == [
        RuleShare(dear.id, "Dear one", 1, Credits.of(9)),
        RuleShare(None, "Gone", 1, Credits.of(5)),
        RuleShare(cheap.id, "Cheap", 2, Credits.of(3)),
    ]


def test_the_glance_stays_short_and_takes_the_same_statements_however_much_there_is(
    session: Session, site: Site
) -> None:
    ended(session, make_rule(session, site))
    few = count_statements(session, lambda: dashboard(session, site))
    for _ in range(MOST_NAMED + 5):
        ended(session, make_rule(session, site))
    assert count_statements(session, lambda: dashboard(session, site)) == few <= 7
    found = dashboard(session, site)
    assert (len(found.by_rule), len(found.latest)) == (MOST_NAMED, LATEST)
