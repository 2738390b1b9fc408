"""How a run's credits are shared out among its operations.

    total = min(available credits, max_credits_per_run)        0 = no limit of its own
    ├── clustering 15 %   ideas 10 %   content 40 %   image prompts 5 %   images 30 %      (SPEC §6, or the site's own)
    ├── what an earlier operation left unused rolls on to the later ones
    └── linking and optimization have no share: theirs is the rest, what all others have left when they are over

An operation may spend what all shares up to its own add up to, less what was spent so far. The shares are rounded
down as running totals (15, 25, 65, 70, 100 % of the total), so a hundredth that one share loses to rounding belongs
to the next, and the last share ends exactly at the total: nothing is lost, nothing is given twice.

The rest is the total less all that was spent, on whatever. A run links and optimizes after its pictures are drawn, when
none of the five operations can spend any more: what nobody has spent by then nobody still needs. Linking comes first
and leaves to optimization what it has not spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import REST_OPERATIONS, RUN_OPERATIONS, CostTable, costs_in_force
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Operation, RunSpending, Site, SiteBudgetShare

Shares = Mapping[Operation, int]
"""Percent of a run's credits by operation."""
Spent = Mapping[Operation, Credits]
"""Credits by operation: charged, and reserved for requests in flight."""


@dataclass(frozen=True)
class Budget:
    """A run's credits and their shares; pure, and part of the run's snapshot."""

    total: Credits
    shares: Shares

    @classmethod
    def open(cls, available: Credits, max_credits_per_run: Credits, shares: Shares) -> Budget:
        """The budget of a run that starts with so many available credits.

        Raises InvalidInput for shares that are negative or all zero, or of an operation that no run pays for.
        """
        if set(shares) - set(RUN_OPERATIONS) or any(s < 0 for s in shares.values()) or not any(shares.values()):
            raise InvalidInput(f"A run's budget needs shares of 0 or more for {', '.join(RUN_OPERATIONS)}.")
        total = min(available, max_credits_per_run) if max_credits_per_run else available
        in_order = {operation: shares.get(operation, 0) for operation in RUN_OPERATIONS}
        return cls(max(total, ZERO), MappingProxyType(in_order))

    def up_to(self, operation: Operation) -> Credits:
        """What all operations up to this one may spend together; shares that do not sum to 100 are weights."""
        share = sum(self.shares[o] for o in upstream_of(operation))
        return Credits(self.total.hundredths * share // sum(self.shares.values()))

    def share_of(self, operation: Operation) -> Credits:
        """The operation's own share, without what rolls on to it. The shares sum to the total."""
        earlier = upstream_of(operation)[:-1]
        return self.up_to(operation) - (self.up_to(earlier[-1]) if earlier else ZERO)

    def available_for(self, operation: Operation, spent: Spent) -> Credits:
        """What the operation may still spend: its share and what rolled on to it, never more than the run has left;
        without a share of its own the rest.

        Zero for an operation that no run pays for.
        """
        if operation in REST_OPERATIONS:
            return self.rest(spent)
        if operation not in self.shares:
            return ZERO
        by_earlier = Credits.total(spent.get(o, ZERO) for o in upstream_of(operation))
        of_share = self.up_to(operation) - by_earlier
        return max(min(of_share, self.rest(spent)), ZERO)

    def rest(self, spent: Spent) -> Credits:
        """What is left of the total when all operations have spent so much, on whatever; never below zero."""
        return max(self.total - Credits.total(spent.values()), ZERO)

    def as_json(self) -> dict[str, Any]:
        """For a run's snapshot."""
        return {
            "total": self.total.as_number(),
            "shares": {operation.value: share for operation, share in self.shares.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Budget:
        """The inverse of `as_json`."""
        shares = {Operation(name): int(share) for name, share in data["shares"].items()}
        return cls.open(Credits.of(str(data["total"])), ZERO, shares)


def upstream_of(operation: Operation) -> tuple[Operation, ...]:
    """The run's operations up to and including this one."""
    return RUN_OPERATIONS[: RUN_OPERATIONS.index(operation) + 1]


def shares_in_force(session: Session, site_id: int, costs: CostTable | None = None) -> dict[Operation, int]:
    """The site's own shares, or the price list's default ones."""
    own = site_shares(session, site_id)
    return own or (costs or costs_in_force(session)).shares


def site_shares(session: Session, site_id: int) -> dict[Operation, int]:
    """The shares that the site has set for itself; empty where it has none."""
    rows = session.execute(
        select(SiteBudgetShare.operation, SiteBudgetShare.percentage).where(SiteBudgetShare.site_id == site_id)
    )
    own = {row.operation: row.percentage for row in rows}
    return {operation: own.get(operation, 0) for operation in RUN_OPERATIONS} if own else {}


def set_site_shares(session: Session, site_id: int, shares: Shares) -> None:
    """Give the site shares of its own; an operation that is not named gets 0. They hold from its next run on.

    Raises InvalidInput unless they are whole percentages of the run's operations that sum to 100.
    """
    check_site_shares(shares)
    replace_site_shares(session, site_id, {operation: shares.get(operation, 0) for operation in RUN_OPERATIONS})


def clear_site_shares(session: Session, site_id: int) -> None:
    """Let the site follow the default shares again."""
    replace_site_shares(session, site_id, {})


def check_site_shares(shares: Shares) -> None:
    """Raise InvalidInput, naming what is wrong."""
    if unknown := set(shares) - set(RUN_OPERATIONS):
        raise InvalidInput(f"{', '.join(sorted(unknown))}: no run pays for this; use {', '.join(RUN_OPERATIONS)}.")
    if wrong := {o.value: s for o, s in shares.items() if not 0 <= s <= 100}:
        raise InvalidInput(f"A share is a percentage from 0 to 100, not {wrong}.")
    if (total := sum(shares.values())) != 100:
        raise InvalidInput(f"The shares sum to {total} %, they must sum to 100 %.")


def replace_site_shares(session: Session, site_id: int, shares: Shares) -> None:
    """Write the site's shares; its row is locked so that two changes at once follow one another."""
    if session.scalar(select(Site.id).where(Site.id == site_id).with_for_update(key_share=True)) is None:
        raise NotFound(f"There is no site {site_id}.")
    session.execute(delete(SiteBudgetShare).where(SiteBudgetShare.site_id == site_id))
    session.add_all(SiteBudgetShare(site_id=site_id, operation=o, percentage=share) for o, share in shares.items())
    session.flush()


def spent_by_run(session: Session, account_id: int, run_id: int) -> dict[Operation, Credits]:
    """What the run was charged so far, less refunds, and what it holds for requests in flight, by operation.

    A handful of rows, however much the run has done.
    """
    query = (
        select(RunSpending.operation, func.sum(RunSpending.settled), func.sum(RunSpending.reserved))
        .where(RunSpending.account_id == account_id, RunSpending.run_id == run_id)
        .group_by(RunSpending.operation)
    )
    return {operation: settled + reserved for operation, settled, reserved in session.execute(query)}


def charged_by_stage(session: Session, account_id: int, run_id: int) -> dict[int, Credits]:
    """What the run was charged so far, less refunds, by stage; under 0 what names no stage."""
    query = (
        select(RunSpending.stage, func.sum(RunSpending.settled).label("charged"))
        .where(RunSpending.account_id == account_id, RunSpending.run_id == run_id)
        .group_by(RunSpending.stage)
    )
    return {row.stage: row.charged for row in session.execute(query)}
