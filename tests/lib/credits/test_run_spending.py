"""What each run spends, as rows: made from what was booked before, and kept where one account is broken."""

import logging
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.clock import now
from igny8_lib.credits.budgets import charged_by_stage, spent_by_run
from igny8_lib.credits.ledger import Usage, add_credits, balance_of
from igny8_lib.credits.reservations import expire, release, reserve, settle
from igny8_lib.db.migrate import config, upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.models import EntryType, Operation
from tests.factories.credits import make_funded_account
from tests.run_spending import SPENDING_AGAINST_SUMS

WRITING = Usage(Operation.CONTENT_GENERATION, run_id=5, stage=4)
GROUPING = Usage(Operation.CLUSTERING, run_id=5, stage=1)
BEFORE = "0011"


def book_a_little(session: Session, account_id: int) -> None:
    """Charged, refunded, held and released, in a run and outside of any."""
    for number, usage in enumerate((WRITING, GROUPING, Usage(Operation.LINKING), Usage(Operation.LINKING, run_id=6))):
        held = reserve(session, account_id, Credits.of(4), key=f"paid {number}", usage=usage)
        settle(session, held, Credits.of(3), usage=usage)
        reserve(session, account_id, Credits.of(2), key=f"held {number}", usage=usage)
        release(session, reserve(session, account_id, Credits.of(9), key=f"let go {number}", usage=usage))
    add_credits(
        session, account_id, Credits.of(1), entry_type=EntryType.REFUND, key="back", created_by="ada", usage=WRITING
    )


def test_the_rows_of_what_was_booked_before_are_made_by_the_migration(engine: Engine) -> None:
    with session_factory(engine, PLATFORM).begin() as session:
        account_id = make_funded_account(session, 100).id
        book_a_little(session, account_id)  # by the newest functions: the tables keep it on their way back
    with engine.begin() as connection:
        command.downgrade(config(connection=connection), BEFORE)
    upgrade(engine)
    with session_factory(engine, PLATFORM)() as session:
        assert session.execute(text(SPENDING_AGAINST_SUMS)).one() == (3, 0)
        assert spent_by_run(session, account_id, 5) == {
            Operation.CONTENT_GENERATION: Credits.of(4),
            Operation.CLUSTERING: Credits.of(5),
        }
        assert charged_by_stage(session, account_id, 5) == {1: Credits.of(3), 4: Credits.of(2)}
        assert charged_by_stage(session, account_id, 6) == {0: Credits.of(3)}
        reserve(session, account_id, Credits.of(2), key="new", usage=WRITING)
        assert session.execute(text(SPENDING_AGAINST_SUMS)).one() == (3, 0)


def test_another_accounts_run_of_the_same_number_is_kept_apart(session: Session) -> None:
    ours, theirs = (make_funded_account(session, 100).id for _ in range(2))
    reserve(session, ours, Credits.of(4), key="a", usage=WRITING)
    assert spent_by_run(session, theirs, 5) == {}


def test_an_account_that_cannot_be_expired_does_not_keep_the_others_credits(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    broken, usual = (make_funded_account(session, 10).id for _ in range(2))
    for account_id in (broken, usual):
        reserve(session, account_id, Credits.of(4), key="old", usage=WRITING)
    session.execute(text(f"ALTER TABLE credit_balances ADD CONSTRAINT odd CHECK (account_id <> {broken}) NOT VALID"))
    session.commit()
    with caplog.at_level(logging.ERROR):
        assert expire(session, now() + timedelta(days=1)) == 1
    assert (balance_of(session, broken).reserved, balance_of(session, usual).reserved) == (Credits.of(4), ZERO)
    assert f"account {broken} that are over cannot be closed" in caplog.text


def test_an_account_that_is_being_booked_on_is_expired_the_next_time(sessions: Sessions) -> None:
    with sessions.begin() as session:
        busy, usual = (make_funded_account(session, 10).id for _ in range(2))
        for account_id in (busy, usual):
            reserve(session, account_id, Credits.of(4), key="old", usage=WRITING)
    later = now() + timedelta(days=1)
    with sessions.begin() as booking, sessions.begin() as reaping:
        reserve(booking, busy, Credits.of(1), key="new", usage=WRITING)
        assert expire(reaping, later) == 1
    with sessions.begin() as session:
        assert expire(session, later) == 2
