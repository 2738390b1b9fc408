"""The rounds of automation rules: what an idle one costs, how many workers there are, and what one does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ExecutionStatus, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.planning import quarter_of
from tests.dags.conftest import on_database
from tests.factories.planner import make_keywords
from tests.factories.rules import TELL, make_event, make_execution, make_rule
from tests.factories.sites import make_account, make_site
from tests.statements import count_statements

SKIPPED = ExecutionStatus.SKIPPED


@pytest.fixture
def rules(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """What the DAG's tasks call, on the test's database."""
    with on_database("igny8_dags.rules", database_url, monkeypatch) as module:
        yield module


def make_rules(session: Session, number: int) -> list[Site]:
    """So many sites, each with a rule that waits for keywords, one for its schedule and one that is off; committed."""
    account = make_account(session)
    sites = [make_site(session, account) for _ in range(number)]
    for site in sites:
        make_rule(session, site)
        later = {"next_due_at": clock.now() + timedelta(hours=1), "planned_zone": site.timezone}
        make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="0 6 * * *", **later)
        make_rule(session, site, is_active=False)
    session.commit()
    return sites


def test_an_idle_minute_of_a_thousand_rules_has_no_worker_and_costs_what_one_of_three_does(
    rules: ModuleType, session: Session
) -> None:
    (site,) = make_rules(session, 1)
    engine = rules.sessions().kw["bind"]
    few = count_statements(engine, rules.look_around)
    make_rules(session, 333)
    ended = make_execution(session, make_rule(session, site), status=SKIPPED, finished_at=clock.now())
    event = make_event(session, site, RuleTrigger.KEYWORD_ADDED, [1])
    event.consumed_at = ended.finished_at
    session.commit()
    assert rules.look_around() == []
    assert count_statements(engine, rules.look_around) == few == 5


def test_there_is_a_worker_for_each_execution_and_four_at_most(rules: ModuleType, session: Session) -> None:
    rule = make_rule(session, make_site(session))
    for number in range(1, 7):
        make_execution(session, rule)
        session.commit()
        assert rules.look_around() == [f"worker {each}" for each in range(1, min(number, 4) + 1)]


def test_a_round_answers_what_happened_and_what_is_due_and_the_next_one_is_idle(
    rules: ModuleType, session: Session
) -> None:
    site = make_site(session)
    make_rule(session, site, actions=[TELL])
    due = {"next_due_at": quarter_of(clock.now()), "planned_zone": site.timezone}
    make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="*/15 * * * *", actions=[TELL], **due)
    make_event(session, site, RuleTrigger.KEYWORD_ADDED, [each.id for each in make_keywords(session, site, 2)])
    session.commit()
    assert rules.look_around() == ["worker 1", "worker 2"]
    assert rules.work_some() == {"executions": 2, "completed": 0, "failed": 0, "skipped": 2, "told": 0}
    assert rules.look_around() == []
    found = session.scalars(select(RuleExecution)).all()
    assert all("Nobody was told" in each.result for each in found)
