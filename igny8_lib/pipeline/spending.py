"""What a run may still spend, checked in the transaction that reserves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Charge
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import Budget, spent_by_run
from igny8_lib.credits.ledger import lock_balance
from igny8_lib.credits.reservations import latest_attempt
from igny8_lib.errors import Igny8Error, InsufficientCredits
from igny8_lib.models import Operation, Reservation, ReservationStatus


class BudgetUsedUp(Igny8Error):
    """The run's credits, or an operation's share of them, do not cover the next request.

    `left` is what the operation could spend at that moment, `left_of_run` what the run has left for all operations.
    Both can grow again while other requests are in flight, which may use less than they hold.
    """

    http_status = 402

    def __init__(self, operation: Operation, needed: Credits, left: Credits, left_of_run: Credits) -> None:
        super().__init__(f"{operation.value} needs {needed} credits, {left} are left of its share of the run's budget.")
        self.operation = operation
        self.needed = needed
        self.left = left
        self.left_of_run = left_of_run

    def fits(self, amount: Credits) -> bool:
        """Whether a request of this price would have been let through: this one was too dear, a cheaper one may do."""
        return amount <= self.left


def allow(session: Session, account_id: int, run_id: int, budget: Budget, charge: Charge) -> None:
    """Make sure that balance and budget cover the charge; the account's balance stays locked until the commit.

    Work that is settled is paid: always allowed. What this key holds already (a retry, perhaps of another amount) is
    released or taken over by the reservation that follows, so it counts as free here. Raises InsufficientCredits where
    the account itself is the bound, else BudgetUsedUp; both tell what is left (`fits`). Three statements, however much
    the run has done.
    """
    available = lock_balance(session, account_id)
    latest = latest_attempt(session, account_id, charge.key)
    if latest and latest.status is ReservationStatus.SETTLED:
        return
    own = latest if latest and latest.status is ReservationStatus.PENDING else None
    available += own.amount if own else ZERO
    spent = spent_without(own, run_id, spent_by_run(session, account_id, run_id))
    left = budget.available_for(charge.operation, spent)
    if charge.reserve > available:
        raise InsufficientCredits(charge.reserve, available, left=min(left, available))
    if charge.reserve > left:
        left_of_run = min(budget.total - Credits.total(spent.values()), available)
        raise BudgetUsedUp(charge.operation, charge.reserve, left, max(left_of_run, ZERO))


def spent_without(own: Reservation | None, run_id: int, spent: dict[Operation, Credits]) -> dict[Operation, Credits]:
    """What the run has spent but for its own reservation, which this request is about to replace."""
    if own is None or own.run_id != run_id:
        return spent
    return spent | {own.operation: spent.get(own.operation, ZERO) - own.amount}
