"""The rules of a site: what they did lately, each as a sentence with its switch; executing and deleting one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import Field
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import ExecutionStatus
from igny8_lib.rules.by_hand import execute
from igny8_lib.rules.listing import list_rules
from igny8_lib.rules.overview import Dashboard, dashboard
from igny8_lib.rules.saving import MOST_RULES, delete, switch
from igny8_web.doors import SiteDoor
from igny8_web.pages.batches.asking import BLANK_IS_NONE
from igny8_web.pages.going import go
from igny8_web.pages.improving import RULES, place_of
from igny8_web.pages.rules import states
from igny8_web.pages.rules.doors import HIGHEST_ID, Managing, Reading, RuleId, Running, on_to
from igny8_web.pages.rules.history import WORDS
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.site import say
from igny8_web.pages.templating import render
from igny8_web.pages.words import credits_, plural
from igny8_web.rates import STARTING_RUNS

router = APIRouter(prefix="/sites/{slug}/rules")
Saved = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None, BLANK_IS_NONE, Query()]
COLOURS = ("f1", "f2", "f3", "f4", "f5", "f6")


@router.get("", name="rules")
def list_all(
    request: Request,
    door: Reading,
    saved: Saved = None,
    gone: Annotated[str, Query(max_length=100, description="The name of a rule that was just deleted.")] = "",
) -> HTMLResponse:
    """All rules with what they did lately; the part that changes where htmx asks."""
    return show(request, door, saved=saved, gone=gone)


@router.post("/{rule_id}/switch", name="rule_switch")
def switch_one(
    request: Request, door: Managing, rule_id: RuleId, on: Annotated[Literal["", "on"], Form()] = ""
) -> Response:
    """Switch a rule on or off."""
    with door.begin() as (session, site):
        name = switch(session, site, rule_id, on=on == "on", by=door.caller.name).name
    if "hx-request" not in request.headers:
        return go(request, f"sites/{door.slug}/rules")
    return say(show(request, door), f"“{name}” is {'on' if on else 'off'}.")


@router.post("/{rule_id}/execute", name="rule_execute", dependencies=[Depends(STARTING_RUNS)])
def execute_one(request: Request, door: Running, rule_id: RuleId) -> Response:
    """Execute a rule with what matches now, and on to that. Raises InvalidInput where nothing matches."""
    with door.begin() as (session, site):
        number = execute(session, site, rule_id, by=door.caller.name).id
    return on_to(request, f"sites/{door.slug}/rules/executions/{number}")


@router.post("/{rule_id}/delete", name="rule_delete")
def delete_one(request: Request, door: Managing, rule_id: RuleId) -> Response:
    """Delete a rule; its history stays."""
    with door.begin() as (session, site):
        name = delete(session, site.id, rule_id)
    return on_to(request, f"sites/{door.slug}/rules", gone=name)


def show(request: Request, door: SiteDoor, *, saved: int | None = None, gone: str = "") -> HTMLResponse:
    """The page, or the part that htmx asks for."""
    with door.begin() as (session, site):
        rows = list_rules(session, site, page_size=MOST_RULES).rows
        figures = dashboard(session, site)
        place = place_of(session, site, door.caller.person, RULES, "Rules")
    values = {"place": place, "rows": rows, "figures": figures, "shares": shares_of(figures), "gone": gone}
    values |= {"saved": next((each for each in rows if each.id == saved), None), "lead": lead_of(figures)}
    values |= {"state_of_rule": states.state_of_rule, "failed": figures.executions[ExecutionStatus.FAILED], **WORDS}
    values |= {"tried": figures.executions[ExecutionStatus.COMPLETED] + figures.executions[ExecutionStatus.FAILED]}
    template = "rules/list.html" if "hx-request" in request.headers else "rules/page.html"
    return render(request, template, title=f"Rules, {place.name}", heading="Rules", frame=place.frame, **values)


def lead_of(figures: Dashboard) -> str:
    """What the rules did, in a sentence."""
    if not figures.total:
        return "When this happens and that holds, do this, within these limits."
    on = f"{figures.active} of {plural(figures.total, 'rule')} {'is' if figures.active == 1 else 'are'} on"
    count = sum(figures.executions.values())
    if not count:
        return f"{on}. None was executed in the last {figures.days} days."
    used = f"{credits_(figures.credits)} credits" if figures.credits else "no credits"
    times = "once" if count == 1 else plural(count, "time")
    waits = f" {plural(figures.waiting, 'execution')} under way." if figures.waiting else ""
    return f"{on}. In the last {figures.days} days they were executed {times} for {used}.{waits}"


def shares_of(figures: Dashboard) -> list[Part]:
    """The credits by rule; those of the fewest together."""
    paid = [(each.rule_name, each.credits) for each in figures.by_rule if each.credits]
    *first, last = COLOURS
    named = [(colour, name, credits_(used), used.hundredths) for colour, (name, used) in zip(first, paid, strict=False)]
    left = figures.credits.hundredths - sum(each[3] for each in named)
    return parts_of([*named, (last, "all others", credits_(left / 100), left)] if left > 0 else named)
