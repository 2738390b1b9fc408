"""What the reconciler asks every half minute is read by index, however many runs there ever were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.notifications.claim import untold_runs
from igny8_lib.pipeline.missed_starts import find_missed_starts
from igny8_lib.pipeline.reconcile import reconcile
from tests.airflow_fake import FakeAirflow
from tests.factories.sites import make_site
from tests.query_plans import plans_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
RUNS = """
INSERT INTO automation_runs (account_id, site_id, run_id, run_number, trigger, triggered_by, status, started_at,
                             completed_at, total_credits_used, initial_snapshot, stopped_reason, stopped_detail,
                             dag_id, dag_run_id, notified_at)
SELECT :account, :site, 'run_' || n, n, 'manual', '', 'completed', CAST(:now AS timestamptz) - n * interval '1 hour',
       CAST(:now AS timestamptz) - n * interval '1 hour' + interval '5 minutes', 0, '{}', 'completed', 'Done.',
       'site__old', 'manual__' || n, now()
FROM generate_series(1, 20000) n
"""


@pytest.fixture
def old_platform(sessions: Sessions, engine: Engine) -> Engine:
    """20,000 runs, the last two dozen of them of the last day."""
    with sessions.begin() as session:
        site = make_site(session, slug="old", config={"is_enabled": True})
        session.execute(text(RUNS), {"account": site.account_id, "site": site.id, "now": NOW})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE automation_runs"))
    return engine


def test_ends_that_nobody_was_told_about_and_starts_that_met_a_run_are_looked_up_by_index(old_platform: Engine) -> None:
    def look(session: Session) -> None:
        untold_runs(session, since=NOW - timedelta(days=1))
        find_missed_starts(session, NOW)

    assert reads(old_platform, look) == set()


def test_a_round_of_repairs_reads_runs_by_index(old_platform: Engine) -> None:
    airflow = FakeAirflow()
    airflow.add("site__old", "manual__7")
    assert reads(old_platform, lambda _: reconcile(session_factory(old_platform, PLATFORM), airflow.api())) == set()


def reads(engine: Engine, work: object) -> set[str]:
    """Statements' scans of all runs there ever were."""
    found = plans_of(engine, work)  # type: ignore[arg-type]
    assert found
    return {node["Node Type"] for node in found if node.get("Relation Name") == "automation_runs"} & {"Seq Scan"}
