"""Many processes on few accounts, killed at random moments: the sums come out exact and nothing deadlocks."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ctypes import Array, c_int
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.clock import now
from igny8_lib.credits.budgets import charged_by_stage
from igny8_lib.credits.ledger import Usage, add_credits, balance_of, deduct_credits
from igny8_lib.credits.reservations import expire, latest_attempt, release, reserve, settle
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import EntryType, LedgerEntry, Operation, ReservationStatus
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.run_spending import DAYS_AGAINST_SUMS, SPENDING_AGAINST_SUMS

PROCESSES = 16
OPERATIONS = 500
KILLS = 30
REDONE = 3
"""Steps that a restarted process does again before it goes on."""
USAGE = Usage(Operation.CONTENT_GENERATION)
RUN_OPERATIONS = [Operation.CLUSTERING, Operation.CONTENT_GENERATION, Operation.IMAGE_GENERATION]
GONE = timedelta(seconds=-1)

fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Step:
    """One piece of work of one process; the same whenever it is worked out again."""

    key: str
    kind: str
    account: int
    amount: Credits
    used: Credits
    usage: Usage

    @property
    def operations(self) -> int:
        """Calls of the library, each in a transaction of its own."""
        return {"settle": 2, "release": 2, "change": 3}.get(self.kind, 1)

    @property
    def moves(self) -> Credits:
        """What it adds to the balance when it is not refused."""
        moves = {"add": self.amount, "refund": self.amount, "deduct": -self.amount}
        return (moves | {"settle": -self.used, "change": -self.used}).get(self.kind, ZERO)


def steps_of(process: int, accounts: list[int]) -> list[Step]:
    """The process's steps, which make 500 operations of the library."""
    dice = random.Random(process)  # noqa: S311 - a repeatable choice, no secret
    steps: list[Step] = []
    while sum(step.operations for step in steps) < OPERATIONS:
        step = Step(
            key=f"{process}/{len(steps)}",
            kind=dice.choice(["add", "deduct", "refund", "settle", "settle", "change", "release", "abandon"]),
            account=dice.choice(accounts),
            amount=Credits(dice.randint(1, 50)),
            used=Credits(dice.randint(1, 80)),
            usage=Usage(dice.choice(RUN_OPERATIONS), run_id=dice.randint(1, 3), stage=dice.choice([None, 1, 4])),
        )
        steps.append(step)
    return steps


def do(sessions: Sessions, step: Step) -> None:
    """Each phase in a transaction of its own, as around an AI request."""
    with sessions.begin() as session:
        if step.kind == "add":
            kind = EntryType.GRANT
            add_credits(session, step.account, step.amount, entry_type=kind, key=step.key, created_by="test")
        elif step.kind == "refund":
            kind, facts = EntryType.REFUND, step.usage
            add_credits(
                session, step.account, step.amount, entry_type=kind, key=step.key, created_by="test", usage=facts
            )
        elif step.kind == "deduct":
            deduct_credits(session, step.account, step.amount, key=step.key, usage=step.usage)
        else:
            ttl = GONE if step.kind == "abandon" else timedelta(hours=1)
            reserve(session, step.account, step.amount, key=step.key, usage=step.usage, ttl=ttl)
    if step.kind == "change":
        with sessions.begin() as session:
            reserve(session, step.account, step.amount + Credits(1), key=step.key, usage=step.usage)
    if step.kind in {"settle", "change", "release"}:
        with sessions.begin() as session:
            close_step(session, step)


def close_step(session: Session, step: Step) -> None:
    """The second phase, where the first is still open."""
    held = latest_attempt(session, step.account, step.key)
    if held is None or held.status is not ReservationStatus.PENDING:
        return
    if step.kind == "release":
        release(session, held.id)
    else:
        settle(session, held.id, step.used, usage=step.usage)


def work(url: str, process: int, accounts: list[int], progress: "Array[c_int]") -> None:
    """One process: its steps, from a little before the point that its killed predecessor had reached."""
    engine = make_engine(url, pool_size=1)
    sessions = session_factory(engine, PLATFORM)
    steps = steps_of(process, accounts)
    for number in range(max(progress[process] - REDONE, 0), len(steps)):
        with suppress(InsufficientCredits):
            do(sessions, steps[number])
        progress[process] = number + 1
    engine.dispose()


class Crowd:
    """The processes, each started again when it was killed."""

    def __init__(self, url: str, accounts: list[int]) -> None:
        # Without a lock: each process writes its own number, and one that is killed inside of a lock keeps it for ever.
        self.progress = fork.RawArray("i", PROCESSES)
        self.steps = sum(len(steps_of(number, accounts)) for number in range(PROCESSES))
        self.start = lambda n: fork.Process(target=work, args=(url, n, accounts, self.progress))
        self.processes = [self.start(number) for number in range(PROCESSES)]
        self.kills = 0

    def run(self, dice: random.Random) -> None:
        """Until all operations are done; the kills are spread over the first four fifths of the work, however quick."""
        for process in self.processes:
            process.start()
        while any(process.is_alive() for process in self.processes):
            time.sleep(dice.uniform(0, 0.05))
            alive = [n for n, process in enumerate(self.processes) if process.is_alive()]
            if alive and self.kills < min(KILLS, KILLS * sum(self.progress) / (0.8 * self.steps)):
                self.kill(dice.choice(alive))

    def kill(self, number: int) -> None:
        """SIGKILL, in whatever the process is doing, and a successor."""
        victim: BaseProcess = self.processes[number]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        self.kills += victim.exitcode == -signal.SIGKILL
        self.processes[number] = self.start(number)
        self.processes[number].start()


@pytest.mark.chaos
@pytest.mark.timeout(1800)
@pytest.mark.slow("8,000 operations of 16 processes on two cores, and 30 kills")
def test_16_processes_of_500_operations_with_random_kills_leave_exact_sums(
    database_url: str, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        rich = [make_funded_account(session, 100_000).id for _ in range(3)]
        poor = make_funded_account(session, 3).id
    accounts = [*rich, poor]
    crowd = Crowd(database_url, accounts)
    stop = threading.Event()
    compared: list[tuple[int, int]] = []
    besides = [threading.Thread(target=reap, args=(sessions, stop))]
    besides.append(threading.Thread(target=compare, args=(sessions, stop, compared)))
    for thread in besides:
        thread.start()
    crowd.run(random.Random(1))  # noqa: S311 - a repeatable choice, no secret
    stop.set()
    for thread in besides:
        thread.join()
    assert len(compared) > 20
    assert [found for found in compared if found[1]] == []
    assert max(rows for rows, _ in compared) > 20
    assert crowd.kills == KILLS
    assert [process.exitcode for process in crowd.processes] == [0] * PROCESSES
    steps = [steps_of(number, accounts) for number in range(PROCESSES)]
    assert list(crowd.progress) == [len(own) for own in steps]
    every = [step for own in steps for step in own]
    with sessions.begin() as session:
        expire(session, now() + timedelta(days=1))
        for account_id in rich:
            balance = balance_of(session, account_id)
            moved = Credits.total(step.moves for step in every if step.account == account_id)
            assert (balance.balance, balance.reserved) == (Credits.of(100_000) + moved, ZERO)
            assert_runs_were_charged_for_their_steps(session, every, account_id)
        assert balance_of(session, poor).reserved == ZERO
        assert session.execute(text(SPENDING_AGAINST_SUMS)).one().wrong == 0
        assert session.execute(text(DAYS_AGAINST_SUMS)).one().wrong == 0
        assert_ledger_is_sound(session, accounts)
        assert_each_step_was_booked_once(session, every, poor)


def reap(sessions: Sessions, stop: threading.Event) -> None:
    """The reaper works all the time, over all accounts at once."""
    while not stop.wait(0.1):
        with sessions.begin() as session:
            expire(session, now())


def compare(sessions: Sessions, stop: threading.Event, compared: list[tuple[int, int]]) -> None:
    """All the time: how many rows runs and days have, and how many differ from the sums, each in one snapshot."""
    while not stop.wait(0.1):
        with sessions() as session:
            for question in (SPENDING_AGAINST_SUMS, DAYS_AGAINST_SUMS):
                rows, wrong = session.execute(text(question)).one()
                compared.append((rows, wrong))


def assert_ledger_is_sound(session: Session, accounts: list[int]) -> None:
    """Balance = sum of the entries, and every entry's balance is the running sum."""
    for account_id in accounts:
        balance = balance_of(session, account_id)
        assert balance.balance == balance.ledger_sum
    wrong = session.scalar(
        text(
            "SELECT count(*) FROM (SELECT balance_after, sum(amount) OVER (PARTITION BY account_id ORDER BY id) AS sum"
            " FROM credit_ledger) entries WHERE balance_after <> sum"
        )
    )
    assert wrong == 0


def assert_runs_were_charged_for_their_steps(session: Session, every: list[Step], account_id: int) -> None:
    """Each run and stage of the account was charged what its steps used, less what they paid back."""
    for run in (1, 2, 3):
        expected: dict[int, Credits] = {}
        for step in every:
            if step.account == account_id and step.usage.run_id == run and step.kind != "add" and step.moves:
                stage = step.usage.stage or 0
                expected[stage] = expected.get(stage, ZERO) - step.moves
        assert charged_by_stage(session, account_id, run) == expected


def assert_each_step_was_booked_once(session: Session, every: list[Step], poor: int) -> None:
    """Exactly the steps that move credits have an entry, of exactly their amount; the poor account's may be fewer."""
    booked = {
        (entry.account_id, entry.idempotency_key): entry.amount
        for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.idempotency_key.contains("/")))
    }
    expected = {(step.account, step.key): step.moves for step in every if step.moves}
    assert set(booked) <= set(expected)
    assert {key: amount for key, amount in booked.items() if key[0] != poor} == {
        key: amount for key, amount in expected.items() if key[0] != poor
    }


def test_two_sites_of_one_account_cannot_overspend_it_together(sessions: Sessions) -> None:
    with sessions.begin() as session:
        account = make_funded_account(session, 100)
        sites = [make_site(session, account).id for _ in range(2)]

    def spend(number: int) -> bool:
        usage = Usage(Operation.CONTENT_GENERATION, site_id=sites[number % 2], run_id=number % 2)
        try:
            with sessions.begin() as session:
                held = reserve(session, account.id, Credits.of(7), key=f"work/{number}", usage=usage)
            with sessions.begin() as session:
                settle(session, held.id, Credits.of(7), usage=usage)
        except InsufficientCredits:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(spend, range(60)))
    with sessions() as session:
        balance = balance_of(session, account.id)
    assert outcomes[True] == 14
    assert (balance.balance, balance.reserved, balance.ledger_sum) == (Credits.of(2), ZERO, Credits.of(2))


def test_the_same_work_at_the_same_time_is_reserved_and_paid_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        account_id = make_funded_account(session, 100).id

    def pay(_: int) -> int | None:
        with sessions.begin() as session:
            held = reserve(session, account_id, Credits.of(5), key="same", usage=USAGE)
        with sessions.begin() as session:
            entry = settle(session, held.id, Credits.of(4), usage=USAGE)
            return entry.id if entry else None

    with ThreadPoolExecutor(12) as pool:
        entries = set(pool.map(pay, range(24)))
    with sessions() as session:
        balance = balance_of(session, account_id)
    assert len(entries) == 1
    assert (balance.balance, balance.reserved) == (Credits.of(96), ZERO)
