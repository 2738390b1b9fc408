"""What operations cost and plans bring: the platform's, the same for everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.credits import cost_changes
from igny8_lib.credits.cost_changes import CostLine
from igny8_lib.models import Account, Operation, Plan
from igny8_web.api.billing_shapes import Cost, CostChange, CostHistory, Costs, Plans
from igny8_web.api.shapes import PageNumber, PageSize, pagination
from igny8_web.caller import SignedIn
from igny8_web.doors import ByPlatformAdmin

router = APIRouter(prefix="/billing", tags=["billing"])
OperationName = Annotated[Operation, Path(description="The operation.")]


@router.get("/costs/")
def list_costs(caller: SignedIn) -> Costs:
    """The price list in force. A run keeps to the costs that it started with."""
    with caller.sessions() as session:
        lines = cost_changes.cost_lines(session)
    return Costs.model_validate({"costs": [document_of(line) for line in lines]})


@router.put("/costs/{operation}/")
def change_cost(caller: ByPlatformAdmin, operation: OperationName, change: CostChange) -> Cost:
    """Change what an operation costs, from the next run on; for the platform's admins.

    Sent twice, the second is refused, for the cost has another version then: nothing is changed twice.
    """
    with caller.sessions.begin() as session:
        cost_changes.set_cost(session, operation, by=caller.name, **amounts(change))
        return Cost.model_validate(document_of(line_of(session, operation)))


def amounts(change: CostChange) -> dict[str, Any]:
    """The values as the library takes them: credits as they were typed, not as a float."""
    given = change.model_dump()
    typed = {name: None if given[name] is None else repr(given[name]) for name in ("cost", "minimum")}
    return given | typed


def line_of(session: Session, operation: Operation) -> CostLine:
    """The operation's line of the price list."""
    return next(line for line in cost_changes.cost_lines(session) if line.in_force.operation is operation)


def document_of(line: CostLine) -> dict[str, Any]:
    """A line as a document."""
    return (
        asdict(line)
        | line.in_force.as_json()
        | {"operation": line.in_force.operation, "is_default": line.is_default, "default": line.default.as_json()}
    )


@router.get("/costs/history/")
def list_cost_changes(
    caller: SignedIn,
    operation: Annotated[Operation | None, Query(description="Only changes of this one.")] = None,
    page: PageNumber = 1,
    page_size: PageSize = 50,
) -> CostHistory:
    """Who changed which cost when, from what to what and why; newest first."""
    with caller.sessions() as session:
        total = cost_changes.count_changes(session, operation)
        found = cost_changes.cost_history(session, operation, limit=page_size, offset=(page - 1) * page_size)
    return CostHistory.model_validate(
        {"changes": [vars(change) for change in found], "pagination": pagination(page, page_size, total)}
    )


@router.get("/plans/")
def list_plans(caller: SignedIn) -> Plans:
    """All plans for the platform's admins; for everybody else that of his account."""
    query = select(Plan).order_by(Plan.monthly_credits, Plan.id)
    if not caller.person.is_platform_admin:
        query = query.join(Account, Account.plan_id == Plan.id).where(Account.id == caller.person.account_id)
    with caller.sessions() as session:
        found = session.scalars(query).all()
    documents = [vars(plan) | {"monthly_credits": plan.monthly_credits.as_number()} for plan in found]
    return Plans.model_validate({"plans": documents})
