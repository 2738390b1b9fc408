"""Rows of the ledger and of the price list, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.cost_changes import CostChange, CostLine
from igny8_lib.credits.entries import Places
from igny8_lib.models import EntryType, LedgerEntry, Operation
from igny8_web.pages.operations import LOOKS
from igny8_web.pages.states import State
from igny8_web.pages.words import credits_, number

TYPES = {
    EntryType.USAGE: State("run", "coin", "Used"),
    EntryType.GRANT: State("ok", "plus", "Granted"),
    EntryType.MONTHLY_REPLENISHMENT: State("ok", "clock", "Monthly credits"),
    EntryType.REFUND: State("ok", "redo", "Refunded"),
    EntryType.ADJUSTMENT: State("wait", "pen", "Adjusted"),
}
FACTS = {
    "cost": "cost",
    "unit": "unit",
    "unit_size": "units",
    "minimum": "at least",
    "is_active": "in force",
    "budget_percentage": "share of a run",
}
"""What a change of a cost is about, as people read it."""


@dataclass(frozen=True)
class EntryRow:
    """One entry."""

    at: datetime
    state: State
    what: str
    title: str
    note: str
    site: str
    run: str
    run_number: int
    credits: str
    positive: bool
    balance_after: Credits


def rows_of(entries: Sequence[LedgerEntry], places: Places) -> list[EntryRow]:
    """The entries with the names of what they are about."""
    return [row_of(entry, places) for entry in entries]


def row_of(entry: LedgerEntry, places: Places) -> EntryRow:
    """One of them."""
    run, run_number = places.runs.get(entry.run_id or 0, ("", 0))
    title = places.titles.get(entry.related_id or 0, "") if entry.related_type == "content" else ""
    return EntryRow(
        entry.created_at,
        TYPES[entry.entry_type],
        LOOKS[entry.operation].name if entry.operation else f"by {entry.created_by or 'the platform'}",
        title,
        str(entry.metadata_.get("note", "")),
        places.sites.get(entry.site_id or 0, ""),
        run,
        run_number,
        signed(entry.amount),
        entry.amount > ZERO,
        entry.balance_after,
    )


def signed(amount: Credits) -> str:
    """+250, −3."""
    return f"+{credits_(amount)}" if amount > ZERO else credits_(amount).replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class CostRow:
    """An operation's price."""

    operation: Operation
    name: str
    line: CostLine

    @property
    def price(self) -> str:
        """1 per 500 words."""
        price = self.line.in_force
        size = "" if price.unit_size == 1 else f"{number(price.unit_size)} "
        return f"{credits_(price.cost)} per {size}{price.unit}"

    @property
    def default(self) -> str:
        """What the constant says, where it is another."""
        return "" if self.line.is_default else f"default {credits_(self.line.default.cost)}"


def cost_rows(lines: Sequence[CostLine]) -> list[CostRow]:
    """The price list."""
    return [CostRow(line.in_force.operation, LOOKS[line.in_force.operation].name, line) for line in lines]


@dataclass(frozen=True)
class ChangeRow:
    """A change of a price."""

    name: str
    change: CostChange
    said: str


def change_rows(changes: Sequence[CostChange]) -> list[ChangeRow]:
    """Changes in words."""
    return [ChangeRow(LOOKS[change.operation].name, change, difference(change)) for change in changes]


def difference(change: CostChange) -> str:
    """Cost 8 → 7.5, or that it was first written."""
    old = change.old
    if old is None:
        return f"first written: {told(change.new['cost'])} per {told(change.new['unit_size'])} {change.new['unit']}"
    changed = [name for name in FACTS if change.new.get(name) != old.get(name)]
    return ", ".join(f"{FACTS[name]} {told(old.get(name))} → {told(change.new.get(name))}" for name in changed)


def told(value: Any) -> str:  # noqa: ANN401 - a value of a JSON document
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int | float) else str(value or "–")
