"""Making, changing, switching and deleting the rules of a site. Nothing is committed here.

A change names the version that it was made from, and is refused where somebody else saved a newer one. Executions keep
what they need of their rule: one that is under way goes on as it began, whatever becomes of the rule meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.errors import ChangedMeanwhile, Conflict, InvalidInput
from igny8_lib.models import AutomationRule, RuleTrigger, Site
from igny8_lib.rules import cron, planning
from igny8_lib.rules.checking import check_rule
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.text.names import clean_name
from igny8_lib.text.normalisation import normalise

log = logging.getLogger(__name__)

MOST_RULES = 100
"""Rules of a site: each event of it is held against all of them."""
RULES_LOCK = 0x4967524C << 32
"""The advisory locks of names and numbers of rules: this, and the site's number."""
STARTS_ANEW = frozenset({"is_active", "trigger", "schedule", "conditions"})
"""What happened before one of these changed does not set the rule off."""
PLANNED_BY = frozenset({"is_active", "trigger", "schedule"})


class NameTaken(Conflict):
    """Another rule of the site is called so."""

    def __init__(self, other: str) -> None:
        super().__init__(f"The site has a rule that is called “{other}” already: give this one another name.")
        self.field = "name"


def create(session: Session, site: Site, document: RuleDocument, *, by: str) -> AutomationRule:
    """A new rule of the site. Raises BadRule, and Conflict for a name that is taken or one rule too many."""
    wanted = tidied(document)
    check_rule(session, site, wanted)
    lock_names(session, site.id)
    require_room(session, site)
    require_free(session, site.id, wanted.name)
    rule = AutomationRule(site_id=site.id, created_by=by, **columns_of(wanted))
    plan(rule, site)
    session.add(rule)
    session.flush()
    session.refresh(rule)
    log.info("%s made rule %d %r of site %s.", by, rule.id, rule.name, site.slug)
    return rule


def change(
    session: Session, site: Site, rule_id: int, document: RuleDocument, *, version: int, by: str
) -> AutomationRule:
    """Make the rule what the document says; where it is that already, nothing is done and its version stays.

    Raises NotFound, ChangedMeanwhile for an older version than the newest, InvalidInput for one that is still to come,
    BadRule, and Conflict for a name that is taken.
    """
    rule = find_rule(session, site.id, rule_id, lock=True)
    require_version(rule, version)
    wanted = tidied(document)
    check_rule(session, site, wanted)
    values = changed(rule, columns_of(wanted))
    if "name" in values:
        lock_names(session, site.id)
        require_free(session, site.id, wanted.name, besides=rule.id)
    apply(session, site, rule, values, by=by)
    return rule


def switch(session: Session, site: Site, rule_id: int, *, on: bool, by: str) -> AutomationRule:
    """Switch a rule on or off; one that stands there already is left alone.

    Switched on, it starts anew: its failures are forgotten, and what happened meanwhile does not set it off. Raises
    NotFound, and BadRule where it could not be saved today as it is, such as for an article that is gone.
    """
    rule = find_rule(session, site.id, rule_id, lock=True)
    if on:
        check_rule(session, site, document_of(rule))
    apply(session, site, rule, changed(rule, {"is_active": on}), by=by)
    return rule


def delete(session: Session, site_id: int, rule_id: int) -> str:
    """Delete a rule; the name that it had. What was executed stays in the history. Raises NotFound.

    The rule is locked first and its executions then, which lose it: the order in which workers lock them, too.
    """
    rule = find_rule(session, site_id, rule_id, lock=True)
    name = rule.name
    session.delete(rule)
    session.flush()
    return name


def document_of(rule: AutomationRule) -> RuleDocument:
    """The rule as people write it down."""
    stored = {name: getattr(rule, name) for name in RuleDocument.model_fields}
    return RuleDocument.model_validate(
        stored | {"credit_limit_per_execution": rule.credit_limit_per_execution.as_number()}
    )


def tidied(document: RuleDocument) -> RuleDocument:
    """The document as it is kept: its name without what nobody sees, its schedule's fields one blank apart."""
    return document.model_copy(
        update={"name": clean_name(document.name), "schedule": " ".join(document.schedule.split())}
    )


def columns_of(document: RuleDocument) -> dict[str, Any]:
    """The rule's columns that the document fills."""
    written = document.model_dump(mode="json")
    limit = Credits.of(str(document.credit_limit_per_execution))
    return written | {"trigger": document.trigger, "credit_limit_per_execution": limit}


def changed(rule: AutomationRule, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the columns that are not so already; JSON has both `true` and `1`, which Python takes for equal."""
    return {name: value for name, value in values.items() if as_text(value) != as_text(getattr(rule, name))}


def as_text(value: object) -> str:
    """A column's value for comparison; PostgreSQL orders the names of a JSON object as it likes."""
    return json.dumps(value, default=str, sort_keys=True)


def apply(session: Session, site: Site, rule: AutomationRule, values: Mapping[str, Any], *, by: str) -> None:
    """Give a locked rule other columns, as its next version; with none it stays as it is."""
    if not values:
        return
    for name, value in values.items():
        setattr(rule, name, value)
    if values.get("is_active"):
        rule.failures_in_a_row, rule.switched_off_because, rule.switched_off_told_at = 0, None, None
    # The database's clock, which dates events, too; now() would be the time at which this transaction began to wait.
    if values.keys() & STARTS_ANEW:
        rule.active_since = func.clock_timestamp()
    if values.keys() & PLANNED_BY or rule.planned_zone not in {"", site.timezone}:
        plan(rule, site)
    rule.version += 1
    rule.updated_at = func.clock_timestamp()
    session.flush()
    session.refresh(rule)
    what = ", ".join(values)
    log.info(
        "%s changed rule %d %r of site %s to version %d: %s.", by, rule.id, rule.name, site.slug, rule.version, what
    )


def plan(rule: AutomationRule, site: Site) -> None:
    """Set when its schedule is next looked at: never for other triggers, and while it is switched off."""
    if rule.is_active and rule.trigger is RuleTrigger.SCHEDULE:
        rule.next_due_at = planning.next_due(cron.parse(rule.schedule), site.timezone, clock.now())
        rule.planned_zone = site.timezone
    else:
        rule.next_due_at, rule.planned_zone = None, ""


def lock_names(session: Session, site_id: int) -> None:
    """Let only one transaction at a time give names to rules of the site, and count them."""
    session.execute(select(func.pg_advisory_xact_lock(RULES_LOCK + site_id)))


def require_room(session: Session, site: Site) -> None:
    """Raises Conflict where the site has as many rules as it may."""
    there = session.scalar(select(func.count()).select_from(AutomationRule).where(AutomationRule.site_id == site.id))
    if (there or 0) >= MOST_RULES:
        raise Conflict(f"Site {site.slug} has {MOST_RULES} rules, the most there can be: delete or change one of them.")


def require_free(session: Session, site_id: int, name: str, *, besides: int = 0) -> None:
    """Raises NameTaken where another rule of the site has the name, or one that people take for it."""
    others = select(AutomationRule.name).where(AutomationRule.site_id == site_id, AutomationRule.id != besides)
    for other in session.scalars(others):
        if normalise(other) == normalise(name):
            raise NameTaken(other)


def require_version(rule: AutomationRule, version: int) -> None:
    """Raises ChangedMeanwhile for an older version than the rule's newest, InvalidInput for one that is to come."""
    if version < rule.version:
        raise ChangedMeanwhile(f"the rule {rule.id} {rule.name!r}", version, rule.version)
    if version > rule.version:
        raise InvalidInput(f"The rule {rule.id} has no version {version:,}; its newest is {rule.version}.")
