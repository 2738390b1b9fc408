"""How a run's credits are shared out: shares that must add up to 100, as sliders and as a ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.budgets import Budget, set_site_shares, shares_in_force, site_shares
from igny8_lib.credits.costs import RUN_OPERATIONS
from igny8_lib.credits.ledger import available_credits
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, Operation, Site
from igny8_web.pages.settings.limits import NAMES
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.words import credits_

WHOLE = 100


@dataclass(frozen=True)
class ShareRow:
    """One operation; `value` is what stands in its field."""

    operation: str
    kind: str
    name: str
    value: str
    credits: Credits | None


@dataclass(frozen=True)
class BudgetView:
    """The shares as they are, or as they were typed; `total` is None where one of them is no number."""

    rows: tuple[ShareRow, ...]
    credits: Credits
    own: bool
    error: str = ""
    total: int | None = WHOLE

    @property
    def parts(self) -> list[Part]:
        """The ring."""
        return parts_of(
            (row.kind, row.name, credits_(row.credits), float(share_of(row.value) or 0)) for row in self.rows
        )


def budget_of(session: Session, site: Site, typed: Mapping[str, str] | None = None) -> BudgetView:
    """The budget of a run that started now, with what was typed in place of the stored shares."""
    config = session.get_one(AutomationConfig, site.id)
    stored = shares_in_force(session, site.id)
    budget = Budget.open(available_credits(session, site.account_id), config.max_credits_per_run, stored)
    values = {o: typed.get(o.value, "") if typed is not None else str(stored[o]) for o in RUN_OPERATIONS}
    shares = [share_of(value) for value in values.values()]
    total = None if None in shares else sum(share for share in shares if share is not None)
    rows = tuple(ShareRow(o.value, *NAMES[o], values[o], part_of(budget.total, values[o])) for o in RUN_OPERATIONS)
    return BudgetView(rows, budget.total, bool(site_shares(session, site.id)), complaint(total), total)


def save_shares(session: Session, site: Site, typed: Mapping[str, str]) -> None:
    """Store the shares that were typed. Raises InvalidInput, naming what is wrong."""
    shares: dict[Operation, int] = {}
    for operation in RUN_OPERATIONS:
        share = share_of(typed.get(operation.value, ""))
        if share is None:
            raise InvalidInput(f"{NAMES[operation][1]}: enter a whole number from 0 to 100.")
        shares[operation] = share
    set_site_shares(session, site.id, shares)


def share_of(text: str) -> int | None:
    """A percentage as it was typed; None for what is none."""
    digits = text.strip()
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(WHOLE))
    return int(digits) if is_number and int(digits) <= WHOLE else None


def part_of(total: Credits, text: str) -> Credits | None:
    """Of the run's credits, so many percent."""
    share = share_of(text)
    return None if share is None else Credits(total.hundredths * share // WHOLE)


def complaint(total: int | None) -> str:
    """What is wrong with the sum; empty where nothing is."""
    if total is None:
        return "Each share is a whole number from 0 to 100."
    if total == WHOLE:
        return ""
    return f"{total} %, take {total - WHOLE} away" if total > WHOLE else f"{total} %, {WHOLE - total} are left to give"
