"""Changing what operations cost. The database records who changed what, when, from what to what, for ever."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits, shorten
from igny8_lib.clock import now
from igny8_lib.credits.costs import DEFAULT_COSTS, RUN_OPERATIONS, OperationCost, costs_in_force, override
from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import CreditCostChange, CreditCostConfig, Operation

Amount = str | int | Decimal
HIGHEST_COST = Credits.of(1_000_000)
"""Beyond any price; a typing error rather than a wish."""


@dataclass(frozen=True)
class CostChange:
    """One line of the audit trail. `old` is None for the first row of an operation; credits are numbers."""

    operation: Operation
    changed_by: str
    changed_at: datetime
    reason: str
    old: dict[str, Any] | None
    new: dict[str, Any]


@dataclass(frozen=True)
class CostLine:
    """What an operation costs now, and by whom."""

    in_force: OperationCost
    default: OperationCost
    changed_by: str = ""
    """Empty where nobody has touched it."""
    changed_at: datetime | None = None
    reason: str = ""
    version: int = field(default=0, kw_only=True)
    """Of the last change; 0 where there was none. Whoever changes the cost says which one he saw."""

    @property
    def is_default(self) -> bool:
        """Whether the constant in code is what holds."""
        return self.in_force == self.default


def cost_lines(session: Session) -> list[CostLine]:
    """The price list with its last changes, in the order of the operations; three statements."""
    in_force = costs_in_force(session).costs
    rows = {row.operation: row for row in session.scalars(select(CreditCostConfig))}
    versions = versions_of(session)
    lines = []
    for operation, default in DEFAULT_COSTS.costs.items():
        row, version = rows.get(operation), versions.get(operation, 0)
        changed = (row.updated_by, row.updated_at, row.reason) if row else ("", None, "")
        lines.append(CostLine(in_force[operation], default, *changed, version=version))
    return lines


def versions_of(session: Session) -> dict[Operation, int]:
    """The number of each operation's last change."""
    latest = func.max(CreditCostChange.id).label("latest")
    rows = session.execute(select(CreditCostChange.operation, latest).group_by(CreditCostChange.operation))
    return {row.operation: row.latest for row in rows}


def write_defaults(session: Session, *, by: str = "defaults") -> int:
    """Write the constants of the operations that have no row yet; returns how many. Changed rows stay as they are."""
    rows = [columns(line, is_active=True, by=by) for line in DEFAULT_COSTS.costs.values()]
    written = session.scalars(
        insert(CreditCostConfig).on_conflict_do_nothing().returning(CreditCostConfig.operation), rows
    )
    return len(written.all())


def set_cost(
    session: Session,
    operation: Operation,
    *,
    by: str,
    cost: Amount | None = None,
    unit: str | None = None,
    unit_size: int | str | None = None,
    minimum: Amount | None = None,
    is_active: bool | None = None,
    budget_percentage: int | str | None = None,
    reason: str = "",
    version: int | None = None,
) -> OperationCost:
    """Change the override of an operation, starting from the constant where there is none; None leaves a value alone.

    Holds from the next run on. Raises InvalidInput for a value that makes no sense, saying which and why, and
    ChangedMeanwhile where a `version` is given and the last change is another one.
    """
    if not by.strip():
        raise InvalidInput("Say who changes the cost.")
    # One administrator at a time: the default shares are checked across all rows.
    session.execute(text("LOCK TABLE credit_cost_configs IN SHARE ROW EXCLUSIVE MODE"))
    if version is not None and version != (latest := versions_of(session).get(operation, 0)):
        raise ChangedMeanwhile(f"the cost of {operation}", yours=version, now=latest)
    row = session.get(CreditCostConfig, operation, populate_existing=True)
    before = override(row) if row else DEFAULT_COSTS.costs[operation]
    line = replace(
        before,
        **parse_values(
            operation, cost=cost, unit=unit, unit_size=unit_size, minimum=minimum, budget_percentage=budget_percentage
        ),
    )
    active = is_active if is_active is not None else row.is_active if row else True
    values = columns(line, is_active=active, by=by) | {"reason": reason.strip()}
    changed = insert(CreditCostConfig).values(values)
    session.execute(changed.on_conflict_do_update(index_elements=["operation"], set_=values))
    check_default_shares(session)
    return line


def parse_values(
    operation: Operation,
    *,
    cost: Amount | None,
    unit: str | None,
    unit_size: int | str | None,
    minimum: Amount | None,
    budget_percentage: int | str | None,
) -> dict[str, Any]:
    """The values that were given, checked, by the names of OperationCost."""
    values = {
        "cost": None if cost is None else parse_amount("cost", cost),
        "unit": None if unit is None else parse_unit(unit),
        "unit_size": None if unit_size is None else parse_integer("unit size", unit_size, 1, 10**9),
        "minimum": None if minimum is None else parse_amount("minimum", minimum),
        "budget_percentage": None if budget_percentage is None else parse_share(operation, budget_percentage),
    }
    return {name: value for name, value in values.items() if value is not None}


def columns(line: OperationCost, *, is_active: bool, by: str) -> dict[str, Any]:
    """A line of the price list as a row."""
    return {
        "operation": line.operation,
        "cost": line.cost,
        "unit": line.unit,
        "unit_size": line.unit_size,
        "minimum": line.minimum,
        "is_active": is_active,
        "budget_percentage": line.budget_percentage if line.operation in RUN_OPERATIONS else None,
        "updated_at": now(),
        "updated_by": by,
    }


def parse_amount(what: str, value: Amount) -> Credits:
    """Credits from 0 up to the highest cost."""
    try:
        amount = Credits.of(value)
    except ValueError as error:
        raise InvalidInput(f"The {what} cannot be used: {error}.") from None
    if not ZERO <= amount <= HIGHEST_COST:
        raise InvalidInput(f"The {what} must be from 0 to {HIGHEST_COST} credits, not {amount}.")
    return amount


def parse_unit(value: str) -> str:
    """The name of a unit."""
    if not value.strip():
        raise InvalidInput("The unit needs a name, for example words.")
    return value.strip()


def parse_integer(what: str, value: int | str, lowest: int, highest: int) -> int:
    """A whole number within bounds."""
    try:
        number = int(str(value))
    except ValueError:
        raise InvalidInput(f"The {what} {shorten(str(value))} is not a whole number.") from None
    if not lowest <= number <= highest:
        raise InvalidInput(f"The {what} must be from {lowest} to {highest}, not {number}.")
    return number


def parse_share(operation: Operation, value: int | str) -> int:
    """A share of a run's credits, for an operation that runs pay for."""
    if operation not in RUN_OPERATIONS:
        raise InvalidInput(f"No run pays for {operation}, so it has no share of a run's credits.")
    return parse_integer("budget percentage", value, 0, 100)


def check_default_shares(session: Session) -> None:
    """The shares in force sum to 1…100 %. Less than 100 is fine in between two changes: shares are weights then."""
    shares = costs_in_force(session).shares
    total = sum(shares.values())
    if not 0 < total <= 100:
        listed = ", ".join(f"{operation} {share}" for operation, share in shares.items())
        raise InvalidInput(
            f"The budget percentages would sum to {total} % ({listed}); lower one first, to 100 % at most."
        )


def cost_history(
    session: Session, operation: Operation | None = None, *, limit: int = 100, offset: int = 0
) -> list[CostChange]:
    """Changes of costs, newest first."""
    query = select(CreditCostChange).order_by(CreditCostChange.id.desc()).limit(limit).offset(offset)
    if operation is not None:
        query = query.where(CreditCostChange.operation == operation)
    return [
        CostChange(row.operation, row.changed_by, row.changed_at, row.reason, row.old, row.new)
        for row in session.scalars(query)
    ]


def count_changes(session: Session, operation: Operation | None = None) -> int:
    """How many changes there are, of one operation or of all."""
    query = select(func.count()).select_from(CreditCostChange)
    return session.scalar(query if operation is None else query.where(CreditCostChange.operation == operation)) or 0
