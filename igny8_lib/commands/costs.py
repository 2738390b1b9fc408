"""`igny8 costs`: what operations cost, and who changed that."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import NOTE_LENGTH, check_text
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.credits import cost_changes
from igny8_lib.credits.costs import DEFAULT_COSTS, OperationCost, costs_in_force
from igny8_lib.models import Operation

app = typer.Typer(help="What operations cost.", no_args_is_help=True)

UNIT_LENGTH = 50
"""Characters of the longest name of a unit."""

COLUMNS = ["operation", "cost", "unit_size", "unit", "minimum", "budget_percentage", "source"]
HEADS = ["=operation", ">cost", ">per", "unit", "?>minimum", "?>budget %", "?source"]


@app.command("list")
def list_costs(as_json: JsonOption = False) -> None:
    """List the costs in force; runs keep to those that were in force when they started."""
    with open_sessions()() as session:
        lines = [row_of(line) for line in costs_in_force(session).costs.values()]
    show(lines, as_json=as_json, text=lambda: table(HEADS, [[line[name] for name in COLUMNS] for line in lines]))


@app.command("set")
def set_cost(
    operation: Annotated[Operation, typer.Argument(help="What to change.")],
    by: ByOption,
    cost: Annotated[str | None, typer.Option(help="Credits per unit; for images, of the basic quality.")] = None,
    unit: Annotated[str | None, typer.Option(help="What is counted, such as words.")] = None,
    unit_size: Annotated[str | None, typer.Option(help="How many of them the cost buys.")] = None,
    minimum: Annotated[str | None, typer.Option(help="The least that one request costs.")] = None,
    budget_percentage: Annotated[str | None, typer.Option(help="Its default share of a run's credits.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether this holds, or the constant in code.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Change what an operation costs, from the next run on.

    Example: igny8 costs set content_generation --cost 1 --unit words --unit-size 100
    """
    with open_sessions().begin() as session:
        cost_changes.set_cost(
            session,
            operation,
            by=by,
            cost=cost,
            unit=None if unit is None else check_text(unit, "--unit", most=UNIT_LENGTH),
            unit_size=unit_size,
            minimum=minimum,
            budget_percentage=budget_percentage,
            is_active=active,
            reason=check_text(reason, "--reason", most=NOTE_LENGTH),
        )
        line = costs_in_force(session).costs[operation]
    document = row_of(line)
    sentence = f"From the next run on {operation} costs {line.cost} credits per {line.unit_size} {line.unit}."
    show(document, as_json=as_json, text=lambda: sentence)


@app.command("history")
def show_history(
    operation: Annotated[Operation | None, typer.Argument(help="Only changes of this operation.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List who changed which cost when, from what to what."""
    with open_sessions()() as session:
        changes = [document_of(change) for change in cost_changes.cost_history(session, operation, limit=limit)]
    rows = [[c["changed_at"], c["changed_by"], c["operation"], in_words(c)] for c in changes]
    show(changes, as_json=as_json, text=lambda: table(["when", "who", "operation", "change"], rows))


@app.command("write-defaults")
def write_defaults(by: ByOption, as_json: JsonOption = False) -> None:
    """Write the constants of the operations that the table does not hold yet; changed costs stay as they are."""
    with open_sessions().begin() as session:
        written = cost_changes.write_defaults(session, by=by)
    show({"written": written}, as_json=as_json, text=lambda: f"{written} operations written.")


def row_of(line: OperationCost) -> dict[str, Any]:
    """A line of the price list, and whether it is the constant."""
    source = "default" if line == DEFAULT_COSTS.costs[line.operation] else "configured"
    return {"operation": line.operation.value, **line.as_json(), "source": source}


def document_of(change: cost_changes.CostChange) -> dict[str, Any]:
    """A change as JSON."""
    return {
        "changed_at": change.changed_at.isoformat(timespec="seconds"),
        "changed_by": change.changed_by,
        "operation": change.operation.value,
        "reason": change.reason,
        "old": change.old,
        "new": change.new,
    }


def in_words(change: dict[str, Any]) -> str:
    """What a change changed, and why."""
    changed = difference(change["old"], change["new"])
    return f"{changed} ({change['reason']})" if change["reason"] else changed


def difference(old: dict[str, Any] | None, new: dict[str, Any]) -> str:
    """What a change changed, in words."""
    if old is None:
        return "first written: " + ", ".join(f"{name} {value}" for name, value in sorted(new.items()))
    changed = [name for name in sorted(new) if new[name] != old.get(name)]
    return ", ".join(f"{name} {old.get(name)} → {new[name]}" for name in changed)
