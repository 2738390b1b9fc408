"""Making and changing a rule: the form, its rows, and what the rule would do while it is still being written."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import ChangedMeanwhile, Conflict, NotFound
from igny8_lib.models import RuleTrigger, Site
from igny8_lib.rules.documents import BadRule, RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.listing import RuleRow, show_rule
from igny8_lib.rules.ready_made import READY_MADE
from igny8_lib.rules.saving import NameTaken, change, create
from igny8_lib.rules.sentences import sentence
from igny8_web.doors import SiteDoor
from igny8_web.pages.forms import Posted
from igny8_web.pages.improving import RULES, place_of
from igny8_web.pages.rules import doors, filling, testing, typed
from igny8_web.pages.rules.changing import fitted, focus_after, pressed
from igny8_web.pages.rules.doors import Managing, Reading, RuleId, Running
from igny8_web.pages.rules.states import state_of_rule
from igny8_web.pages.rules.typed import Typed
from igny8_web.pages.rules.view import Stale, Wizard
from igny8_web.pages.rules.written import RULE, DoesNotFit, document_of, told
from igny8_web.pages.templating import render
from igny8_web.rates import TESTING_RULES

router = APIRouter(prefix="/sites/{slug}/rules")
BLANK = "blank"
"""In place of a ready-made rule's key: begin with nothing."""


@router.get("/new", name="rule_new")
def new(
    request: Request, door: Managing, start: Annotated[str, Query(max_length=100, description="A key.")] = ""
) -> HTMLResponse:
    """What to begin with; with `start`, the form of a new rule. Raises NotFound for a key that is none."""
    form = form_to_start(start) if start else None
    if form is not None:
        return show(request, door, form, None)
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, RULES)
    offered = [(each, sentence(each.document, place.zone)) for each in READY_MADE]
    values = {"place": place, "offered": offered}
    return render(request, "rules/start.html", title="New rule", heading="New rule", frame=place.frame, **values)


def form_to_start(key: str) -> Typed:
    """The form that a new rule begins with. Raises NotFound."""
    if key == BLANK:
        return fitted(Typed(RuleTrigger.KEYWORD_ADDED))
    document = next((each.document for each in READY_MADE if each.key == key), None)
    if document is None:
        raise NotFound(f"There is no ready-made rule {key!r}: choose one of those that are offered.")
    return filling.form_of(document)


@router.post("/new", name="rule_create")
def save_new(request: Request, door: Managing, posted: Posted) -> Response:
    """Save a new rule, or say beside each field what is wrong; what was typed stays."""
    return save(request, door, posted, None)


@router.post("/draft", name="rule_draft")
def draft(request: Request, door: Managing, posted: Posted) -> Response:
    """The form after one of its own buttons, or another choice; nothing is saved."""
    door.check()
    form = pressed(typed.read(posted), posted.get("press", ""))
    rule_id = doors.rule_in(posted)
    tested = None
    if posted.get("press") == "test":
        with door.begin() as (session, site):
            tested = testing.test_of_form(session, site, form, rule_id)
    answer = show(request, door, form, rule_id, tested=tested, focus=focus_after(form, posted.get("press", "")))
    answer.headers["HX-Trigger"] = "rule-changed"
    return answer


@router.post("/test", name="rule_test", dependencies=[Depends(TESTING_RULES)])
def test_form(request: Request, door: Running, posted: Posted) -> HTMLResponse:
    """What the form's rule would do now; nothing is executed or saved."""
    door.check()
    form = typed.read(posted)
    with door.begin() as (session, site):
        tested = testing.test_of_form(session, site, form, doors.rule_in(posted))
    return render(request, "rules/tested.html", tested=tested)


@router.get("/{rule_id}", name="rule")
def edit(request: Request, door: Reading, rule_id: RuleId) -> HTMLResponse:
    """The form of a rule; who may not manage reads it."""
    with door.begin() as (session, site):
        row = show_rule(session, site, rule_id)
    return show(request, door, filling.form_of(row.document, row.version), row.id)


@router.get("/{rule_id}/test", name="rule_tested", dependencies=[Depends(TESTING_RULES)])
def test_stored(request: Request, door: Running, rule_id: RuleId) -> HTMLResponse:
    """What a stored rule would do now, for who reads it."""
    with door.begin() as (session, site):
        row = show_rule(session, site, rule_id)
        tested = testing.test_of(session, site, row.document, row.id)
    return render(request, "rules/tested.html", tested=tested)


@router.post("/{rule_id}", name="rule_change")
def save_changed(request: Request, door: Managing, rule_id: RuleId, posted: Posted) -> Response:
    """Save a rule, or say beside each field what is wrong; an older version is refused with both named."""
    return save(request, door, posted, rule_id)


def save(request: Request, door: SiteDoor, posted: Posted, rule_id: int | None) -> Response:
    """Save, and on to the list; else the form with what is wrong. Raises NotFound for a rule that is gone."""
    with door.begin() as (session, site):
        if rule_id is not None:
            find_rule(session, site.id, rule_id)
    form = typed.read(posted)
    try:
        document = document_of(form)
        with door.begin() as (session, site):
            saved = keep(session, site, document, form.version, rule_id, by=door.caller.name)
    except DoesNotFit as problem:
        return show(request, door, replace(form, errors=problem.errors), rule_id, status=422)
    except BadRule as bad:
        return show(request, door, replace(form, errors=told(bad)), rule_id, status=422)
    except ChangedMeanwhile as newer:
        return show_stale(request, door, form, rule_id, newer)
    except Conflict as refused:
        field = "name" if isinstance(refused, NameTaken) else RULE
        return show(request, door, replace(form, errors={field: str(refused)}), rule_id, status=409)
    return doors.on_to(request, f"sites/{door.slug}/rules", saved=saved)


def keep(session: Session, site: Site, document: RuleDocument, version: int, rule_id: int | None, *, by: str) -> int:
    """Write it down; its number."""
    if rule_id is None:
        return create(session, site, document, by=by).id
    return change(session, site, rule_id, document, version=version, by=by).id


def show_stale(
    request: Request, door: SiteDoor, form: Typed, rule_id: int | None, newer: ChangedMeanwhile
) -> HTMLResponse:
    """What was typed, and what somebody else saved; saved again, it is put over that."""
    with door.begin() as (session, site):
        row = show_rule(session, site, rule_id or 0)
    stale = Stale(newer.yours, row.version, row.sentence)
    return show(request, door, replace(form, version=row.version), rule_id, status=409, stale=stale)


def show(
    request: Request,
    door: SiteDoor,
    form: Typed,
    rule_id: int | None,
    *,
    status: int = 200,
    stale: Stale | None = None,
    tested: testing.Shown | None = None,
    focus: str = "",
) -> HTMLResponse:
    """The page, or the form alone where htmx asks."""
    row: RuleRow | None = None
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, RULES)
        if rule_id is not None:
            row = show_rule(session, site, rule_id)
    heading = row.name if row else "New rule"
    values = {"place": place, "view": Wizard(form, place.zone, rule_id, stale, focus), "row": row, "tested": tested}
    values |= {"state": state_of_rule(row) if row else None}
    template = "rules/form.html" if "hx-request" in request.headers else "rules/wizard.html"
    return render(request, template, status=status, title=heading, heading=heading, frame=place.frame, **values)
