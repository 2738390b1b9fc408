"""What came of the rules: executions with their results and errors, and trying again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus
from igny8_lib.rules.executions import ExecutionView, list_executions, show_execution
from igny8_lib.rules.retrying import retry
from igny8_web.api.shapes import PageNumber
from igny8_web.pages.batches.asking import BLANK_IS_NONE
from igny8_web.pages.improving import RULES, place_of
from igny8_web.pages.rules import states
from igny8_web.pages.rules.doors import HIGHEST_ID, ExecutionId, Reading, Running, on_to
from igny8_web.pages.tables import ON_A_PAGE, Listing, Table
from igny8_web.pages.templating import render
from igny8_web.rates import STARTING_RUNS

router = APIRouter(prefix="/sites/{slug}/rules")
OfRule = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None, BLANK_IS_NONE, Query()]
WORDS = {"state_of": states.state_of, "way_of": states.way_of, "is_open": states.is_open}
"""What templates call executions by."""


@router.get("/history", name="rule_history")
def history(  # noqa: PLR0917 - each is a part of the address
    request: Request,
    door: Reading,
    rule: OfRule = None,
    status: Annotated[ExecutionStatus | None, BLANK_IS_NONE, Query()] = None,
    begun_by: Annotated[BegunBy | None, BLANK_IS_NONE, Query()] = None,
    page: PageNumber = 1,
) -> HTMLResponse:
    """A page of executions, the newest first; the part that changes where htmx asks."""
    with door.begin() as (session, site):
        found = list_executions(session, site.id, ExecutionView(rule, status, begun_by), page=page, page_size=ON_A_PAGE)
        names = rule_names(session, site.id)
        place = place_of(session, site, door.caller.person, RULES, "History")
    chosen = {"rule": str(rule or ""), "status": status.value if status else ""}
    chosen |= {"begun_by": begun_by.value if begun_by else "", "page": str(page) if page > 1 else ""}
    values = {"place": place, "table": Table(found.rows, page, found.total), "columns": states.COLUMNS, "names": names}
    values |= {"statuses": states.STATUSES, "begun": states.BEGUN, "goes_on": any(map(states.is_open, found.rows))}
    values |= {"listing": Listing(f"{place.path}/rules/history", chosen), **WORDS}
    template = "rules/executions.html" if "hx-request" in request.headers else "rules/history.html"
    heading = "History of rules"
    return render(request, template, title=heading, heading=heading, frame=place.frame, **values)


def rule_names(session: Session, site_id: int) -> list[tuple[str, str]]:
    """The site's rules to choose from, by the alphabet; one statement."""
    mine = select(AutomationRule.id, AutomationRule.name).where(AutomationRule.site_id == site_id)
    return [(str(number), name) for number, name in session.execute(mine.order_by(func.lower(AutomationRule.name)))]


@router.get("/executions/{execution_id}", name="rule_execution")
def show(request: Request, door: Reading, execution_id: ExecutionId) -> HTMLResponse:
    """One execution with what matched and how each action ended; the part that changes where htmx asks."""
    with door.begin() as (session, site):
        row = show_execution(session, site.id, execution_id)
        place = place_of(session, site, door.caller.person, RULES, "History")
    values = {"place": place, "row": row, "steps": states.STEP_STATES, "took": states.seconds_of(row), **WORDS}
    template = "rules/one.html" if "hx-request" in request.headers else "rules/execution.html"
    heading = f"Execution {row.id} of “{row.rule_name}”"
    return render(request, template, title=heading, heading=heading, frame=place.frame, **values)


@router.post("/executions/{execution_id}/retry", name="rule_execution_retry", dependencies=[Depends(STARTING_RUNS)])
def try_again(request: Request, door: Running, execution_id: ExecutionId) -> Response:
    """Execute it again with the same matches, and on to that. Raises Conflict for what cannot be retried."""
    with door.begin() as (session, site):
        number = retry(session, site, execution_id, by=door.caller.name).id
    return on_to(request, f"sites/{door.slug}/rules/executions/{number}")
