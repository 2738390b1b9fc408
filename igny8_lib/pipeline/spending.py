"""What a run may still spend, checked in the transaction that reserves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Charge
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import Budget, spent_by_run
from igny8_lib.credits.ledger import lock_balance, require
from igny8_lib.errors import Igny8Error
from igny8_lib.models import Operation, Reservation, ReservationStatus


class BudgetUsedUp(Igny8Error):
    """The run's credits, or an operation's share of them, do not cover the next request."""

    http_status = 402

    def __init__(self, operation: Operation, needed: Credits, left: Credits, left_of_run: Credits) -> None:
        super().__init__(f"{operation.value} needs {needed} credits, {left} are left of its share of the run's budget.")
        self.operation = operation
        self.needed = needed
        self.left = left
        self.left_of_run = left_of_run

    def fits(self, amount: Credits) -> bool:
        """Whether what is left for the operation covers another amount."""
        return amount <= self.left


def allow(session: Session, account_id: int, run_id: int, budget: Budget, charge: Charge) -> None:
    """Make sure that balance and budget cover the charge; the account's balance stays locked until the commit.

    A reservation that this key holds already (a retry) is not counted twice. Raises InsufficientCredits where the
    account itself is the bound, else BudgetUsedUp.
    """
    available = lock_balance(session, account_id)
    own = held_by_key(session, account_id, charge.key)
    require(charge.reserve, available + own)
    spent = spent_by_run(session, account_id, run_id)
    spent[charge.operation] = spent.get(charge.operation, ZERO) - own
    left = budget.available_for(charge.operation, spent)
    if charge.reserve > left:
        left_of_run = budget.total - Credits.total(spent.values())
        raise BudgetUsedUp(charge.operation, charge.reserve, left, left_of_run)


def held_by_key(session: Session, account_id: int, key: str) -> Credits:
    """What the key's pending reservation holds."""
    query = select(Reservation.amount).where(
        Reservation.account_id == account_id, Reservation.key == key, Reservation.status == ReservationStatus.PENDING
    )
    return session.scalar(query) or ZERO
