"""The ledger against a model of a few dictionaries: whatever is done in whatever order, both agree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.clock import now
from igny8_lib.credits import reservations
from igny8_lib.credits.ledger import KeyReused, Usage, add_credits, balance_of, deduct_credits
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import EntryType, LedgerEntry, Operation, Reservation, RunSpending
from tests.factories.sites import make_account

PLACES = [
    (None, None, Operation.LINKING),
    (1, 4, Operation.CONTENT_GENERATION),
    (1, 6, Operation.IMAGE_GENERATION),
    (1, None, Operation.CONTENT_GENERATION),
    (2, 4, Operation.CONTENT_GENERATION),
]
"""Run, stage and operation of what is paid for; keys are reserved at whichever, whatever they were before."""
USAGES = st.sampled_from([Usage(operation, run_id=run, stage=stage) for run, stage, operation in PLACES])
OPENING = Credits(150)
KEYS = st.sampled_from([f"key {number}" for number in range(6)])
"""Of movements and reservations alike, so that they meet."""
AMOUNTS = st.integers(0, 60).map(Credits)
POSITIVE = st.integers(1, 60).map(Credits)
OLD = timedelta(days=1)
"""How long model reservations live; the reaper comes after two."""


@dataclass
class Held:
    """The model's reservation: the latest attempt of its key."""

    amount: int
    usage: Usage
    status: str = "pending"
    attempt: int = 1
    used: int = 0


@dataclass
class Model:
    """What the ledger should be: entries by key, reservations by key."""

    entries: dict[str, tuple[str, int]] = field(default_factory=dict)
    paid_for: dict[str, Usage] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        return sum(amount for _, amount in self.entries.values())

    @property
    def reserved(self) -> int:
        return sum(held.amount for held in self.held.values() if held.status == "pending")

    @property
    def available(self) -> int:
        return self.balance - self.reserved

    def spending(self) -> dict[tuple[int, int, str], tuple[int, int]]:
        """What each run was charged and holds, by run, stage (0 for none) and operation, added up from scratch."""
        moves = [(usage, -self.entries[key][1], 0) for key, usage in self.paid_for.items()]
        moves += [(held.usage, 0, held.amount) for held in self.held.values() if held.status == "pending"]
        rows: dict[tuple[int, int, str], tuple[int, int]] = {}
        for usage, settled, reserved in moves:
            if usage.run_id:
                place = (usage.run_id, usage.stage or 0, usage.operation.value)
                before = rows.get(place, (0, 0))
                rows[place] = (before[0] + settled, before[1] + reserved)
        return {place: sums for place, sums in rows.items() if any(sums)}

    def post(self, key: str, kind: str, amount: int, usage: Usage | None = None) -> type[Exception] | None:
        if key in self.entries:
            return None if self.entries[key] == (kind, amount) else KeyReused
        if amount < 0 and -amount > self.available:
            return InsufficientCredits
        self.entries[key] = (kind, amount)
        if usage:
            self.paid_for[key] = usage
        return None

    def reserve(self, key: str, amount: int, usage: Usage) -> type[Exception] | None:
        held = self.held.get(key)
        pending = held is not None and held.status == "pending"
        if held and (held.status == "settled" or (pending and (held.amount, held.usage) == (amount, usage))):
            return None
        if amount > self.available + (held.amount if held and pending else 0):
            return InsufficientCredits
        self.held[key] = Held(amount, usage, attempt=held.attempt + 1 if held else 1)
        return None

    def settle(self, key: str, used: int) -> type[Exception] | None:
        held = self.held[key]
        if held.status == "settled":
            return None if held.used == used else KeyReused
        if used == 0:
            held.status = "released" if held.status == "pending" else held.status
            return None
        if held.status != "pending":
            return reservations.ReservationClosed
        if key in self.entries:
            return KeyReused
        charged = min(used, held.amount + self.available)
        held.status, held.used = "settled", used
        self.entries[key] = ("usage", -charged)
        self.paid_for[key] = held.usage
        return None

    def close_all(self, status: str, run: int | None = None) -> int:
        pending = [h for h in self.held.values() if h.status == "pending" and run in (None, h.usage.run_id)]
        for held in pending:
            held.status = status
        return len(pending)


class LedgerMachine(RuleBasedStateMachine):
    """Does the same to the database and to the model, and compares the outcome of each step and the whole state."""

    engine: Engine

    @initialize()
    def open_account(self) -> None:
        self.model = Model()
        self.model.post("opening", "grant", OPENING.hundredths)
        with session_factory(self.engine, PLATFORM)() as session:
            self.account_id = make_account(session).id
            kind = EntryType.GRANT
            add_credits(session, self.account_id, OPENING, entry_type=kind, key="opening", created_by="machine")
            session.commit()

    def teardown(self) -> None:
        """Leave nothing pending behind: the sweeps see all accounts."""
        with session_factory(self.engine, PLATFORM)() as session:
            reservations.expire(session, now() + 2 * OLD)
            session.commit()

    @contextmanager
    def expecting(self, error: type[Exception] | None) -> Iterator[Session]:
        """One transaction that must end with the error, or commit where there is none."""
        with session_factory(self.engine, PLATFORM)() as session:
            if error is None:
                yield session
                session.commit()
            else:
                with pytest.raises(error):
                    yield session

    def reservation_id(self, session: Session, key: str) -> int:
        query = select(Reservation.id).where(Reservation.account_id == self.account_id, Reservation.key == key)
        return session.scalars(query.order_by(Reservation.attempt.desc()).limit(1)).one()

    @rule(key=KEYS, amount=POSITIVE)
    def give(self, key: str, amount: Credits) -> None:
        with self.expecting(self.model.post(key, "grant", amount.hundredths)) as session:
            kind = EntryType.GRANT
            add_credits(session, self.account_id, amount, entry_type=kind, key=key, created_by="machine")

    @rule(key=KEYS, amount=POSITIVE, usage=st.none() | USAGES)
    def refund(self, key: str, amount: Credits, usage: Usage | None) -> None:
        with self.expecting(self.model.post(key, "refund", amount.hundredths, usage)) as session:
            kind = EntryType.REFUND
            add_credits(session, self.account_id, amount, entry_type=kind, key=key, created_by="m", usage=usage)

    @rule(key=KEYS, amount=POSITIVE)
    def take_back(self, key: str, amount: Credits) -> None:
        with self.expecting(self.model.post(key, "adjustment", -amount.hundredths)) as session:
            kind = EntryType.ADJUSTMENT
            add_credits(session, self.account_id, -amount, entry_type=kind, key=key, created_by="machine")

    @rule(key=KEYS, amount=POSITIVE, usage=USAGES)
    def deduct(self, key: str, amount: Credits, usage: Usage) -> None:
        with self.expecting(self.model.post(key, "usage", -amount.hundredths, usage)) as session:
            deduct_credits(session, self.account_id, amount, key=key, usage=usage)

    @rule(key=KEYS, amount=AMOUNTS, usage=USAGES)
    def reserve(self, key: str, amount: Credits, usage: Usage) -> None:
        with self.expecting(self.model.reserve(key, amount.hundredths, usage)) as session:
            reservations.reserve(session, self.account_id, amount, key=key, usage=usage, ttl=OLD)

    @precondition(lambda self: self.model.reserved)
    @rule(data=st.data(), amount=AMOUNTS)
    def reserve_what_changed(self, data: st.DataObject, amount: Credits) -> None:
        key = data.draw(st.sampled_from(sorted(k for k, held in self.model.held.items() if held.status == "pending")))
        self.reserve(key, amount, self.model.held[key].usage)

    @precondition(lambda self: self.model.held)
    @rule(data=st.data(), used=AMOUNTS)
    def settle_any(self, data: st.DataObject, used: Credits) -> None:
        self.settle(data.draw(st.sampled_from(sorted(self.model.held))), used)

    @precondition(lambda self: self.model.reserved)
    @rule(data=st.data(), used=POSITIVE)
    def settle_pending(self, data: st.DataObject, used: Credits) -> None:
        pending = [key for key, held in self.model.held.items() if held.status == "pending"]
        self.settle(data.draw(st.sampled_from(sorted(pending))), used)

    def settle(self, key: str, used: Credits) -> None:
        with self.expecting(self.model.settle(key, used.hundredths)) as session:
            usage = self.model.held[key].usage
            reservations.settle(session, self.reservation_id(session, key), used, usage=usage)

    @precondition(lambda self: self.model.held)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.held)))
        held = self.model.held[key]
        held.status = "released" if held.status == "pending" else held.status
        with self.expecting(None) as session:
            reservations.release(session, self.reservation_id(session, key))

    @rule(
        sweep=st.sampled_from(
            [
                ("released", 1, lambda session: reservations.release_run(session, 1)),
                ("expired", None, lambda session: reservations.expire(session, now() + 2 * OLD)),
            ]
        )
    )
    def sweep(self, sweep: tuple[str, int | None, Callable[[Session], int]]) -> None:
        status, run, work = sweep
        with self.expecting(None) as session:
            assert work(session) == self.model.close_all(status, run)

    @rule(key=KEYS, amount=POSITIVE, usage=USAGES)
    def die_before_the_commit(self, key: str, amount: Credits, usage: Usage) -> None:
        with session_factory(self.engine, PLATFORM)() as session:
            add_credits(session, self.account_id, amount, entry_type=EntryType.GRANT, key=f"lost {key}", created_by="")
            reservations.reserve(session, self.account_id, amount, key=f"lost {key}", usage=usage)
            session.rollback()

    @invariant()
    def database_and_model_agree(self) -> None:
        if not hasattr(self, "account_id"):
            return
        with session_factory(self.engine, PLATFORM)() as session:
            balance = balance_of(session, self.account_id)
            query = select(LedgerEntry).where(LedgerEntry.account_id == self.account_id).order_by(LedgerEntry.id)
            entries = session.scalars(query).all()
            query = select(Reservation).where(Reservation.account_id == self.account_id).order_by(Reservation.attempt)
            latest = {held.key: held for held in session.scalars(query)}
            rows = session.scalars(select(RunSpending).where(RunSpending.account_id == self.account_id)).all()
        assert (balance.balance, balance.reserved) == (Credits(self.model.balance), Credits(self.model.reserved))
        assert balance.ledger_sum == balance.balance
        found = {entry.idempotency_key: (entry.entry_type.value, entry.amount.hundredths) for entry in entries}
        assert found == self.model.entries
        sums = {(r.run_id, r.stage, r.operation.value): (r.settled.hundredths, r.reserved.hundredths) for r in rows}
        assert {place: both for place, both in sums.items() if any(both)} == self.model.spending()
        running = 0
        for entry in entries:
            running += entry.amount.hundredths
            assert entry.balance_after == Credits(running) >= Credits(0)
        states = {key: (held.status.value, held.attempt, held.amount.hundredths) for key, held in latest.items()}
        assert states == {key: (held.status, held.attempt, held.amount) for key, held in self.model.held.items()}


def test_the_ledger_does_what_a_simple_model_does(engine: Engine) -> None:
    machine = type("BoundMachine", (LedgerMachine,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
