"""What trusted credits cost: reserve + settle against a bare UPDATE, and the budget check by the size of a run.

The plainest alternative keeps one number per account and lowers it by one UPDATE per operation: no ledger, no
reservation, no idempotency. The ratio is the price of safety; both run in the same minute on the same server.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Charge
from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.credits.budgets import Budget
from igny8_lib.credits.costs import DEFAULT_COSTS
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve, settle
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import Operation
from igny8_lib.pipeline.spending import allow
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_account, make_site
from tests.factories.volume import fill_ledger

WORKERS = 16
SECONDS = 6.0
REPEATS = 5
RUN_SIZES = (500, 6_000, 20_000, 60_000)
MORE_THAN_ALL = 10**6
"""Entries per run, so that all of an account belong to one."""
CHECKS = 30
USAGE = Usage(Operation.CONTENT_GENERATION, run_id=1, stage=4)

fork = multiprocessing.get_context("fork")
Work = Callable[[Sessions, int, str], None]


def main() -> None:
    """Print the figures."""
    report = Report("Credits")
    with bench_database() as url:
        for accounts in (1, 50):
            price_of_safety(report, url, accounts)
        checks_by_run_size(report, url)
    report.show()


def price_of_safety(report: Report, url: str, count: int) -> None:
    """Operations per second on so many accounts: with the ledger, and by a bare UPDATE."""
    engine = make_engine(url)
    with session_factory(engine, PLATFORM)() as session:
        accounts = [make_funded_account(session, 10_000_000).id for _ in range(count)]
        session.execute(
            text("CREATE TABLE IF NOT EXISTS plain_balances (account_id bigint PRIMARY KEY, balance bigint)")
        )
        plain = text("INSERT INTO plain_balances SELECT unnest(CAST(:accounts AS bigint[])), 1000000000")
        session.execute(plain, {"accounts": accounts})
        session.commit()
    engine.dispose()
    safe = operations_per_second(url, accounts, reserve_and_settle)
    bare = operations_per_second(url, accounts, bare_update)
    report.add(
        f"reserve_and_settle_{count}_accounts",
        workers=WORKERS,
        pairs_per_second=round(safe, 1),
        bare_updates_per_second=round(bare, 1),
        times_slower_than_bare=round(bare / safe, 2),
    )


def reserve_and_settle(sessions: Sessions, account_id: int, key: str) -> None:
    """The two phases, each in a transaction of its own as around an AI request."""
    with sessions.begin() as session:
        held = reserve(session, account_id, Credits(200), key=key, usage=USAGE)
    with sessions.begin() as session:
        settle(session, held.id, Credits(150), usage=USAGE)


def bare_update(sessions: Sessions, account_id: int, key: str) -> None:  # noqa: ARG001 - has no use for a key
    """The plainest alternative."""
    with sessions.begin() as session:
        session.execute(
            text("UPDATE plain_balances SET balance = balance - 150 WHERE account_id = :account"),
            {"account": account_id},
        )


def operations_per_second(url: str, accounts: list[int], work: Work) -> float:
    """Sixteen processes, each on the accounts in turn, for a few seconds."""
    done = fork.Array("q", WORKERS)
    ready = fork.Barrier(WORKERS)

    def run(number: int) -> None:
        engine = make_engine(url, pool_size=1)
        sessions = session_factory(engine, PLATFORM)
        with sessions() as session:
            session.execute(text("SELECT 1"))
        ready.wait()
        end = time.monotonic() + SECONDS
        count = 0
        while time.monotonic() < end:
            work(sessions, accounts[(number + count) % len(accounts)], f"{number}/{count}")
            count += 1
        done[number] = count
        engine.dispose()

    processes = [fork.Process(target=run, args=(number,)) for number in range(WORKERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(done) / SECONDS


def checks_by_run_size(report: Report, url: str) -> None:
    """How long a request waits for its budget check under the account's lock, by how much its run has done."""
    engine = make_engine(url)
    budget = Budget.open(HIGHEST, ZERO, DEFAULT_COSTS.shares)
    figures = {}
    for entries in RUN_SIZES:
        with session_factory(engine, PLATFORM)() as session:
            site = make_site(session, make_account(session))
            session.commit()
            account_id, pair = site.account_id, (site.account_id, site.id)
        fill_ledger(engine, [pair], entries, per_run=MORE_THAN_ALL, name=f"check/{entries}")
        charge = Charge("next", Operation.CONTENT_GENERATION, Credits.of(1))
        with session_factory(engine, PLATFORM)() as session:
            check: Query = partial(allow_one, budget=budget, charge=charge)
            figures[f"entries_{entries}_ms"] = milliseconds(session, account_id, check, CHECKS)
    report.add("budget_check", **figures)
    engine.dispose()


def allow_one(session: Session, account_id: int, *, budget: Budget, charge: Charge) -> None:
    """One check as before a request, in a transaction of its own."""
    allow(session, account_id, 0, budget, charge)
    session.rollback()


Query = Callable[[Session, int], object]


def milliseconds(session: Session, account_id: int, query: Query, repeats: int = REPEATS) -> float:
    """The median of a few repetitions."""
    times = []
    for _ in range(repeats):
        began = time.monotonic()
        query(session, account_id)
        times.append((time.monotonic() - began) * 1000)
    return round(median(times), 2)


if __name__ == "__main__":
    main()
