from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import balance_of
from igny8_lib.models import Plan
from tests.dags.conftest import on_database
from tests.factories.sites import make_account

DUE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def module(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The DAG's file, on the test's database."""
    with on_database("replenish_credits", database_url, monkeypatch) as module:
        yield module


def test_it_runs_on_the_first_of_the_month_at_midnight_utc_and_makes_a_missed_start_up(module: ModuleType) -> None:
    dag = module.replenish_credits()
    assert (dag.timetable.expression, str(dag.timetable.timezone)) == ("0 0 1 * *", "UTC")
    assert not dag.catchup
    assert dag.max_active_runs == 1
    assert dag.doc_md == module.__doc__


def test_its_task_pays_the_month_that_was_due_once(module: ModuleType, session: Session) -> None:
    plan = Plan(name="basic", monthly_credits=Credits.of(500), features={})
    session.add(plan)
    session.flush()
    account = make_account(session, plan_id=plan.id, created_at=datetime(2026, 2, 10, tzinfo=UTC))
    session.commit()
    task = module.replenish_credits().get_task("replenish_accounts")
    outcomes = [task.python_callable(SimpleNamespace(run_after=DUE)) for _ in range(2)]
    assert [outcome["paid"] for outcome in outcomes] == [1, 0]
    assert balance_of(session, account.id).balance == Credits.of(500)
