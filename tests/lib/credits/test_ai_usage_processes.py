"""Sixteen processes ask for the same place at once, killed at random moments: the days are the sums, nobody waits."""

import multiprocessing
import random
import time
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import AICall, AICallStatus, AIUsageDay
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_account, make_site
from tests.run_spending import AI_DAYS_AGAINST_SUMS

PROCESSES = 16
REQUESTS = 40
KILLS = 12

fork = multiprocessing.get_context("fork")


def request(site_id: int, key: str, **facts: object) -> AICall:
    return AICall(
        site_id=site_id,
        charge_key=key,
        idempotency_key=f"{key}/ask/1",
        operation="generate_content",
        model="m",
        prompt_version="v1",
        status=AICallStatus.PENDING,
        stage=4,
        **facts,
    )


def work(url: str, process: int, life: int, site_id: int) -> None:
    """Ask, and keep the answer, each in a transaction of its own; every fifth is given up after it was written."""
    engine = make_engine(url, pool_size=1)
    sessions = session_factory(engine, PLATFORM)
    dice = random.Random(process)  # noqa: S311 - a repeatable choice, no secret
    for number in range(REQUESTS):
        with sessions.begin() as session:
            call = request(site_id, f"{process}/{life}/{number}")
            session.add(call)
        with sessions() as session:
            call = session.merge(call)
            call.tokens_in, call.tokens_out = dice.choice([None, 7]), dice.randint(1, 9)
            call.provider_cost = dice.choice([None, Decimal("0.001")])
            session.flush()
            session.rollback() if number % 5 == 0 else session.commit()
    engine.dispose()


def wrong(session: Session) -> int:
    return int(session.execute(text(AI_DAYS_AGAINST_SUMS)).one().wrong)


@pytest.mark.slow("16 processes, and 12 kills")
def test_days_are_the_sums_of_the_requests_whatever_meets_and_whoever_dies(
    database_url: str, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        site_id = make_site(session, make_account(session)).id
    dice, compared = random.Random(1), 0  # noqa: S311 - a repeatable choice, no secret
    start = lambda n, life: fork.Process(target=work, args=(database_url, n, life, site_id))  # noqa: E731 - short
    running = [start(number, 0) for number in range(PROCESSES)]
    for process in running:
        process.start()
    for life in range(1, KILLS + 1):
        time.sleep(dice.uniform(0, 0.1))
        number = dice.randrange(PROCESSES)
        running[number].kill()  # which does nothing to one that has ended
        running[number].join()
        running[number] = start(number, life)
        running[number].start()
        with sessions() as session:
            assert wrong(session) == 0
            compared += 1
    for process in running:
        process.join()
    with sessions() as session:
        assert wrong(session) == 0
        assert session.query(AICall).count() >= PROCESSES * REQUESTS
        assert 1 <= session.query(AIUsageDay).count() <= 2 * PROCESSES  # as many as ever met, not one per request
    assert compared == KILLS
    assert [process.exitcode for process in running] == [0] * PROCESSES


def test_a_request_takes_a_row_that_nobody_holds_and_makes_one_where_all_are_held(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site_id = make_site(session, make_account(session)).id
    with sessions() as one, sessions() as other:
        one.add(request(site_id, "one"))
        one.flush()
        other.add(request(site_id, "other"))
        other.commit()  # although the first one's row is held
        one.commit()
    with sessions.begin() as session:
        session.add(request(site_id, "later"))
    with sessions() as session:
        assert sorted(row.calls for row in session.query(AIUsageDay)) == [1, 2]
        assert wrong(session) == 0


def test_a_deleted_run_or_request_or_site_moves_its_figures(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session, make_account(session))
        run = make_ended_run(session, site, {})
        site_id, run_id = site.id, run.id
        session.add_all([request(site_id, f"k{n}", run_id=run_id, tokens_in=n or None) for n in range(3)])
    for statement in (
        "UPDATE ai_calls SET run_id = NULL WHERE site_id = :site",
        "DELETE FROM ai_calls WHERE site_id = :site AND charge_key = 'k1'",
        "UPDATE ai_calls SET created_at = created_at - interval '3 days' WHERE site_id = :site AND charge_key = 'k2'",
    ):
        with sessions.begin() as session:
            session.execute(text(statement), {"site": site_id})
            assert wrong(session) == 0
    with sessions.begin() as session:
        session.execute(text("DELETE FROM automation_runs WHERE site_id = :site"), {"site": site_id})
        session.execute(text("DELETE FROM sites WHERE id = :site"), {"site": site_id})
    with sessions() as session:
        assert session.query(AIUsageDay).count() == wrong(session) == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET day = day - 1", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} SELECT * FROM {}"],
)
@pytest.mark.parametrize("table", ["ai_usage_days", "credit_usage_days"])
def test_days_are_changed_by_what_they_sum_up_alone(engine: Engine, table: str, statement: str) -> None:
    from tests.factories.tenants import make_tenant  # noqa: PLC0415 - beside its one use

    with session_factory(engine, PLATFORM).begin() as session:
        make_tenant(session)
    with engine.connect() as connection, pytest.raises(Exception, match="is kept by the"):
        connection.execute(text(statement.format(table, table).replace("SELECT *", "OVERRIDING USER VALUE SELECT *")))
