"""Automation rules of a site: read, written, switched, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from igny8_lib.rules import listing, overview, saving
from igny8_lib.rules.ready_made import READY_MADE
from igny8_web.api.automation import Managing, Reading
from igny8_web.api.rules_shapes import (
    ReadyMadeList,
    Rule,
    RuleChange,
    RuleDeleted,
    RuleList,
    RulesOverview,
    RuleSwitch,
    RuleWish,
)
from igny8_web.api.rules_told import overview_of, ready_made_of, rule_of
from igny8_web.api.scheduled_tasks_shapes import RuleId
from igny8_web.api.writer_doors import Paging
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/automation/rules", tags=["automation"])

MOST_DAYS = 365
Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="Of how many days, today among them.")]


@router.get("/")
def list_rules(door: Reading, paging: Paging) -> RuleList:
    """The site's rules with what they say and their latest executions, by name."""
    with door.begin() as (session, site):
        found = listing.list_rules(session, site, page=paging.page, page_size=paging.page_size)
        rows = [rule_of(row, site.slug) for row in found.rows]
    return RuleList(rules=rows, pagination=paging.among(found.total))


@router.post("/", status_code=201)
def create_rule(door: Managing, wish: Annotated[RuleWish, Body()], request: Named) -> Rule:
    """Make a rule. What does not fit together is refused and `field` says where: facts that the trigger does not have,
    operators and values that do not fit, items of others, a schedule that never fires."""

    def do(session: Session, site: Site) -> Rule:
        made = saving.create(session, site, wish.document(), by=door.caller.name)
        return told(session, site, made.id)

    return do_once(door, request, Rule, do)


@router.get("/overview/")
def rules_overview(door: Reading, days: Days = 30) -> RulesOverview:
    """The site's rules at a glance: how many are on, what they did, how often that went well, what it cost."""
    with door.begin() as (session, site):
        return overview_of(overview.dashboard(session, site, days=days), site.slug)


@router.get("/ready-made/")
def list_ready_made_rules(door: Reading) -> ReadyMadeList:
    """Rules to start from."""
    with door.begin() as (_, site):
        return ReadyMadeList(ready_made=[ready_made_of(each, site.timezone) for each in READY_MADE])


@router.get("/{rule_id}/")
def show_rule(door: Reading, rule_id: RuleId) -> Rule:
    """One rule."""
    with door.begin() as (session, site):
        return told(session, site, rule_id)


@router.put("/{rule_id}/")
def change_rule(door: Managing, rule_id: RuleId, change: Annotated[RuleChange, Body()], request: Named) -> Rule:
    """Put a whole rule in the place of what it was; executions that have begun keep to what it was then."""

    def do(session: Session, site: Site) -> Rule:
        saving.change(session, site, rule_id, change.document(), version=change.version, by=door.caller.name)
        return told(session, site, rule_id)

    return do_once(door, request, Rule, do)


@router.delete("/{rule_id}/")
def delete_rule(door: Managing, rule_id: RuleId, request: Named) -> RuleDeleted:
    """Delete a rule; what it did is still told, and what has begun is ended."""

    def do(session: Session, site: Site) -> RuleDeleted:
        return RuleDeleted(id=rule_id, name=saving.delete(session, site.id, rule_id))

    return do_once(door, request, RuleDeleted, do)


@router.post("/{rule_id}/switch/")
def switch_rule(door: Managing, rule_id: RuleId, wish: Annotated[RuleSwitch, Body()], request: Named) -> Rule:
    """Switch a rule on or off. On, it begins anew: its failures are forgotten, and what happened before is not made up
    for."""

    def do(session: Session, site: Site) -> Rule:
        saving.switch(session, site, rule_id, on=wish.is_active, by=door.caller.name)
        return told(session, site, rule_id)

    return do_once(door, request, Rule, do)


def told(session: Session, site: Site, rule_id: int) -> Rule:
    """A rule as it is now. Raises NotFound, also for another site's."""
    session.flush()
    return rule_of(listing.show_rule(session, site, rule_id), site.slug)
