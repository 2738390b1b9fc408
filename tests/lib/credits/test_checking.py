"""The nightly check finds what is kept wrongly, and nothing where all agrees."""

import pytest
from sqlalchemy import Engine, text

from igny8_lib.credits.checking import BooksDiffer, check_account, check_all
from igny8_lib.db.session import Sessions
from tests.factories.tenants import Tenant, make_tenant

DAMAGE = {
    "UPDATE credit_ledger SET balance_after = balance_after + 1": "entries whose running sum",
    "UPDATE credit_balances SET balance = balance + 1": "differences of the balance",
    "UPDATE credit_balances SET reserved = reserved - 1": "differences of the balance",
    "UPDATE credit_run_spending SET settled = settled + 1": "runs' spending",
    "DELETE FROM credit_usage_days": "daily rows of credits",
    "UPDATE credit_usage_days SET entries = 7": "daily rows of credits",
    "UPDATE ai_usage_days SET tokens_in = 7": "daily rows of AI requests",
    "UPDATE ai_usage_days SET told_cost = 7": "daily rows of AI requests",
    "DELETE FROM ai_usage_days": "daily rows of AI requests",
}


@pytest.fixture
def tenant(sessions: Sessions) -> Tenant:
    with sessions.begin() as session:
        return make_tenant(session)


def test_books_that_agree_are_counted(sessions: Sessions, tenant: Tenant) -> None:
    assert tenant
    assert check_all(sessions) == 1


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_was_changed_round_the_triggers_is_found(
    engine: Engine, sessions: Sessions, tenant: Tenant, damage: str
) -> None:
    table = damage.replace("DELETE FROM", "UPDATE").split()[1]
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        connection.execute(text(damage))
    with sessions() as session:
        (found,) = check_account(session, tenant.account_id)
    assert DAMAGE[damage] in found
    with pytest.raises(BooksDiffer, match=f"account {tenant.account_id} has .*Stop all runs"):
        check_all(sessions)
