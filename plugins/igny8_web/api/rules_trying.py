"""Trying automation rules: of what they are made, what one would do now, and doing it by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.rules import by_hand, executions, saving, testing
from igny8_lib.rules.checking import check_rule
from igny8_lib.rules.finding import find_rule
from igny8_web.api.automation import Reading, Running
from igny8_web.api.rules_shapes import RuleFacts, RuleTested, RuleWish
from igny8_web.api.rules_told import facts_of_triggers, tested_of
from igny8_web.api.scheduled_tasks_shapes import RuleId, ScheduledTaskWhole, whole_task_of
from igny8_web.rates import STARTING_RUNS, TESTING_RULES
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/automation/rules", tags=["automation"])


@router.get("/facts/")
def rule_facts(door: Reading) -> RuleFacts:
    """Of what rules are made: for each trigger its facts with their operators and values, and the actions that fit."""
    door.check()
    return facts_of_triggers()


@router.post("/test/", dependencies=[Depends(TESTING_RULES)])
def try_unsaved_rule(door: Running, wish: Annotated[RuleWish, Body()]) -> RuleTested:
    """What a rule would do now that is not saved: what matches, why the rest does not, what it would cost. Nothing is
    changed; what could not be saved is refused in the same way."""
    document = wish.document()
    with door.begin() as (session, site):
        check_rule(session, site, document)
        return tested_of(testing.test(session, site, document), document)


@router.post("/{rule_id}/test/", dependencies=[Depends(TESTING_RULES)])
def try_rule(door: Running, rule_id: RuleId) -> RuleTested:
    """What a rule would do now: what matches, why the rest does not, what it would cost. Nothing is changed."""
    with door.begin() as (session, site):
        document = saving.document_of(find_rule(session, site.id, rule_id))
        return tested_of(testing.test(session, site, document, rule_id=rule_id), document)


@router.post("/{rule_id}/execute/", status_code=202, dependencies=[Depends(STARTING_RUNS)])
def execute_rule(door: Running, rule_id: RuleId, request: Named) -> ScheduledTaskWhole:
    """Execute a rule with what matches now, also one that is off; a worker begins it within a minute.

    Refused where nothing matches. The same key makes one execution, however often it is sent.
    """

    def do(session: Session, site: Site) -> ScheduledTaskWhole:
        made = by_hand.execute(session, site, rule_id, by=door.caller.name)
        session.flush()
        return whole_task_of(executions.show_execution(session, site.id, made.id), site.slug)

    return do_once(door, request, ScheduledTaskWhole, do)
