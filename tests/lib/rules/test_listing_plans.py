"""What people look at of rules is read by index, however many executions there ever were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, ExecutionStatus, Site
from igny8_lib.rules.executions import ExecutionView, list_executions, show_execution
from igny8_lib.rules.listing import list_rules, show_rule
from igny8_lib.rules.overview import dashboard
from tests.factories.rules import make_rule
from tests.factories.sites import make_site
from tests.query_plans import plans_of

EXECUTIONS = """
INSERT INTO rule_executions (site_id, rule_id, rule_name, trigger, begun_by, status, created_at, finished_at, chain,
                             matched_ids, actions, retry_of_id)
SELECT rules.site_id, rules.id, 'A rule', 'keyword_added', 'event', 'completed', now() - n * interval '1 hour', now(),
       ARRAY[rules.id], ARRAY[1, 2, 3]::bigint[], '[]', NULL
FROM generate_series(1, 2000) n, automation_rules rules
"""


@pytest.fixture
def old_site(sessions: Sessions, engine: Engine) -> Site:
    """One of 10 sites, each with 2 rules that were executed 2,000 times: hourly for 12 weeks."""
    with sessions.begin() as session:
        sites = [make_site(session) for _ in range(10)]
        for site in sites:
            make_rule(session, site)
            make_rule(session, site)
        session.execute(text(EXECUTIONS))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE rule_executions, automation_rules"))
    return sites[0]


@pytest.mark.parametrize(
    "look",
    [
        list_rules,
        lambda session, site: show_rule(session, site, first_rule(session, site)),
        lambda session, site: list_executions(session, site.id),
        lambda session, site: list_executions(session, site.id, ExecutionView(rule_id=first_rule(session, site))),
        lambda session, site: list_executions(session, site.id, ExecutionView(status=ExecutionStatus.FAILED)),
        lambda session, site: show_execution(session, site.id, 1),
        dashboard,
    ],
    ids=["rules", "rule", "history", "history of a rule", "failed", "execution", "overview"],
)
def test_executions_are_read_by_index(engine: Engine, old_site: Site, look: Callable[[Session, Site], object]) -> None:
    found = [
        node
        for node in plans_of(engine, lambda session: look(session, old_site))
        if node.get("Relation Name") == "rule_executions"
    ]
    assert found
    assert {node["Node Type"] for node in found} & {"Seq Scan"} == set()


def test_a_page_of_the_history_reads_no_more_rows_than_it_shows(engine: Engine, old_site: Site) -> None:
    nodes = plans_of(engine, lambda session: list_executions(session, old_site.id, page_size=50))
    scans = [
        each for each in nodes if each["Node Type"] == "Index Scan Backward" or each.get("Scan Direction") == "Backward"
    ]
    assert [each["Index Name"] for each in scans] == ["ix_rule_executions_site_id"]
    assert not [each for each in nodes if each["Node Type"] == "Sort"]


def first_rule(session: Session, site: Site) -> int:
    return session.scalars(select(AutomationRule.id).where(AutomationRule.site_id == site.id)).first() or 0
