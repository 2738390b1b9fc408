"""What the database itself refuses and keeps, whoever writes: no library function is used to break it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, Credits
from igny8_lib.credits.budgets import spent_by_run
from igny8_lib.credits.cost_changes import set_cost
from igny8_lib.credits.ledger import Usage, balance_of
from igny8_lib.credits.reservations import release, reserve, settle
from igny8_lib.models import Operation, ReservationStatus, RunSpending
from tests.factories.credits import make_funded_account

CLUSTERING = Usage(Operation.CLUSTERING, run_id=7, stage=1)
ENTRY = (
    "INSERT INTO credit_ledger (account_id, entry_type, amount, idempotency_key, created_by, metadata)"
    " VALUES (:account, 'grant', :amount, :key, 'sql', '{}')"
)


@pytest.fixture
def account_id(session: Session) -> int:
    """An account with 10 credits, one settled and one pending reservation, one changed cost."""
    account = make_funded_account(session, 10)
    settle(
        session, reserve(session, account.id, Credits.of(2), key="a", usage=CLUSTERING), Credits(1), usage=CLUSTERING
    )
    reserve(session, account.id, Credits.of(3), key="b", usage=CLUSTERING)
    set_cost(session, Operation.LINKING, by="ada", cost=9)
    session.commit()
    return account.id


@pytest.fixture
def application_role(engine: Engine) -> Iterator[str]:
    """A role as a deployment gives it to the application: every right on every table, no superuser.

    Under a name of its own: roles belong to the whole server, which other workers' tests have, too.
    """
    role = f"{engine.url.database}_app"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"))
    yield role
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


REFUSED = [
    "UPDATE credit_ledger SET amount = 1",
    "UPDATE credit_ledger SET metadata = '{}' WHERE false",
    "DELETE FROM credit_ledger",
    "TRUNCATE credit_ledger",
    "UPDATE credit_balances SET balance = 10000000",
    "UPDATE credit_balances SET reserved = 0",
    "DELETE FROM credit_balances",
    "UPDATE credit_run_spending SET settled = 0",
    "UPDATE credit_run_spending SET reserved = 0",
    "UPDATE credit_run_spending SET run_id = 8",
    "INSERT INTO credit_run_spending SELECT account_id, 8, 1, 'clustering', 1, 0 FROM credit_balances",
    "DELETE FROM credit_run_spending",
    "TRUNCATE credit_run_spending",
    "TRUNCATE credit_balances",
    "UPDATE credit_reservations SET status = 'pending', closed_at = NULL, settled_amount = NULL WHERE key = 'a'",
    "UPDATE credit_reservations SET settled_amount = 7 WHERE key = 'a'",
    "UPDATE credit_reservations SET amount = 1 WHERE key = 'b'",
    "UPDATE credit_reservations SET key = 'c' WHERE key = 'b'",
    "UPDATE credit_reservations SET run_id = 8 WHERE key = 'b'",
    "UPDATE credit_reservations SET run_id = NULL WHERE key = 'b'",
    "UPDATE credit_reservations SET stage = 2 WHERE key = 'b'",
    "UPDATE credit_reservations SET operation = 'linking', status = 'released', closed_at = now() WHERE key = 'b'",
    "DELETE FROM credit_reservations WHERE key = 'b'",
    "TRUNCATE credit_reservations",
    "UPDATE credit_cost_changes SET changed_by = 'nobody'",
    "DELETE FROM credit_cost_changes",
    "TRUNCATE credit_cost_changes",
    "DELETE FROM credit_cost_configs",
    "TRUNCATE credit_cost_configs",
]


@pytest.mark.parametrize("statement", REFUSED)
@pytest.mark.usefixtures("account_id")
def test_history_cannot_be_rewritten_by_the_owner_of_the_tables(engine: Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match=r"refused|final|fixed|pending"):
        connection.execute(text(statement))


@pytest.mark.usefixtures("account_id")
def test_nor_by_the_applications_own_role_nor_by_a_session_that_replays_a_replica(
    engine: Engine, application_role: str
) -> None:
    for setting in (f"SET LOCAL ROLE {application_role}", "SET LOCAL session_replication_role = replica"):
        for statement in REFUSED:
            with engine.connect() as connection:
                connection.execute(text(setting))
                with pytest.raises(DBAPIError, match=r"refused|final|fixed|pending"):
                    connection.execute(text(statement))


def test_the_applications_role_can_post_entries(engine: Engine, application_role: str, account_id: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {application_role}"))
        connection.execute(text(ENTRY), {"account": account_id, "amount": 100, "key": "sql"})


def test_an_entry_written_by_plain_sql_moves_the_balance_too(session: Session, account_id: int) -> None:
    before = balance_of(session, account_id).balance
    rows = [{"account": account_id, "amount": 100, "key": f"sql{number}"} for number in range(3)]
    session.execute(text(ENTRY), rows)
    session.execute(
        text(
            "INSERT INTO credit_ledger (account_id, entry_type, amount, idempotency_key, created_by, metadata)"
            " SELECT :account, 'grant', 100, 'many' || n, 'sql', '{}' FROM generate_series(1, 3) n"
        ),
        {"account": account_id},
    )
    after = session.scalars(text("SELECT balance_after FROM credit_ledger ORDER BY id DESC LIMIT 6")).all()
    total = before.hundredths + 600
    assert after == [total, total - 100, total - 200, total - 300, total - 400, total - 500]
    balance = balance_of(session, account_id)
    assert balance.balance == balance.ledger_sum == Credits(total)


def test_a_repeated_key_is_refused_even_where_sql_would_rather_skip_it(session: Session, account_id: int) -> None:
    values = {"account": account_id, "amount": 100, "key": "sql"}
    session.execute(text(ENTRY), values)
    before = balance_of(session, account_id)
    with pytest.raises(DBAPIError, match="already"), session.begin_nested():
        session.execute(text(ENTRY + " ON CONFLICT DO NOTHING"), values)
    assert balance_of(session, account_id) == before


@pytest.mark.parametrize(
    ("columns", "values", "rule"),
    [
        ("entry_type, amount, idempotency_key", "'grant', 1, NULL", "null value"),
        ("entry_type, amount, idempotency_key", "'grant', 1, ''", "key_not_empty"),
        ("entry_type, amount, idempotency_key", "'grant', -1, 'k'", "amount_fits_type"),
        ("entry_type, amount, idempotency_key", "'adjustment', 0, 'k'", "amount_fits_type"),
        ("entry_type, amount, idempotency_key, operation", "'usage', 1, 'k', 'linking'", "amount_fits_type"),
        ("entry_type, amount, idempotency_key", "'usage', -1, 'k'", "usage_names_operation"),
        ("entry_type, amount, idempotency_key", "'gift', 1, 'k'", "entrytype"),
        ("entry_type, amount, idempotency_key, operation", "'usage', -800, 'k', 'linking'", "reserved_is_covered"),
        ("entry_type, amount, idempotency_key, operation", "'usage', -5000, 'k', 'linking'", "balance_not_negative"),
    ],
)
def test_an_entry_must_make_sense(engine: Engine, account_id: int, columns: str, values: str, rule: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match=rule):
        connection.execute(
            text(
                f"INSERT INTO credit_ledger (account_id, created_by, metadata, {columns})"  # noqa: S608 - this test's own
                f" VALUES ({account_id}, '', '{{}}', {values})"
            )
        )


def test_a_balance_starts_at_zero(session: Session) -> None:
    with pytest.raises(DBAPIError, match="refused"):
        session.execute(text("INSERT INTO credit_balances (account_id, balance) VALUES (1, 5)"))


def test_a_reservation_starts_pending_and_within_what_is_available(engine: Engine, account_id: int) -> None:
    insert = (
        "INSERT INTO credit_reservations (account_id, key, attempt, amount, status, operation, expires_at, closed_at)"
        " VALUES (:account, 'sql', 1, :amount, :status, 'linking', now(), :closed)"
    )
    released = {"account": account_id, "amount": 1, "status": "released", "closed": "2026-01-01"}
    too_much = {"account": account_id, "amount": 100_000, "status": "pending", "closed": None}
    for values, rule in ((released, "starts pending"), (too_much, "reserved_is_covered")):
        with engine.connect() as connection, pytest.raises(DBAPIError, match=rule):
            connection.execute(text(insert), values)


def test_a_reservation_closed_by_plain_sql_gives_its_credits_back(session: Session, account_id: int) -> None:
    session.execute(text("UPDATE credit_reservations SET status = 'expired', closed_at = now() WHERE key = 'b'"))
    assert balance_of(session, account_id).reserved == Credits(0)


def test_what_plain_sql_books_and_holds_for_a_run_is_counted_too(session: Session, account_id: int) -> None:
    session.execute(
        text(
            "INSERT INTO credit_ledger (account_id, entry_type, amount, idempotency_key, operation, run_id, stage,"
            " created_by, metadata) SELECT :account, 'usage', -3, 'many' || n, 'clustering', 7, 1, '', '{}'"
            " FROM generate_series(1, 5) n"
        ),
        {"account": account_id},
    )
    row = session.get_one(RunSpending, (account_id, 7, 1, Operation.CLUSTERING))
    assert (row.settled, row.reserved) == (Credits(1 + 15), Credits(300))
    session.execute(text("UPDATE credit_reservations SET status = 'expired', closed_at = now() WHERE key = 'b'"))
    session.refresh(row)
    assert (row.settled, row.reserved) == (Credits(16), Credits(0))


def test_a_row_of_zeros_may_go_and_comes_back_when_the_run_goes_on(session: Session, account_id: int) -> None:
    held = reserve(session, account_id, Credits(5), key="c", usage=replace(CLUSTERING, run_id=9))
    release(session, held)
    session.execute(text("DELETE FROM credit_run_spending WHERE run_id = 9"))
    reserve(session, account_id, Credits(5), key="c", usage=replace(CLUSTERING, run_id=9))
    assert spent_by_run(session, account_id, 9) == {Operation.CLUSTERING: Credits(5)}


def test_an_entry_cannot_bring_a_balance_beyond_the_highest_amount(engine: Engine, account_id: int) -> None:
    with engine.connect() as connection:
        balance = connection.scalar(text("SELECT balance FROM credit_balances"))
        values = {"account": account_id, "amount": HIGHEST.hundredths - balance, "key": "room"}
        connection.execute(text(ENTRY), values)
        with pytest.raises(DBAPIError, match="the highest is 100000000000 hundredths"):
            connection.execute(text(ENTRY), values | {"amount": 1, "key": "too much"})


def test_closed_reservations_may_be_pruned(session: Session, account_id: int) -> None:
    before = balance_of(session, account_id)
    pruned = text("DELETE FROM credit_reservations WHERE status = :settled")
    session.execute(pruned, {"settled": ReservationStatus.SETTLED})
    assert balance_of(session, account_id) == before


def test_a_cost_changed_by_plain_sql_is_recorded_too(session: Session, account_id: int) -> None:  # noqa: ARG001
    session.execute(text("UPDATE credit_cost_configs SET cost = 1000, updated_by = 'sql' WHERE operation = 'linking'"))
    who, old, new = session.execute(
        text("SELECT changed_by, old->'cost', new->'cost' FROM credit_cost_changes ORDER BY id DESC LIMIT 1")
    ).one()
    assert (who, old, new) == ("sql", 9, 10)
