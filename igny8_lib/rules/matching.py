"""Which rules a round's events set off, and with which of their items: judged before anything is written."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Igny8Error
from igny8_lib.models import AutomationRule, DomainEvent, Site
from igny8_lib.rules.conditions import Judge
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.reading import Item, read_items

log = logging.getLogger(__name__)


@dataclass
class Match:
    """A rule, and what of one cause set it off."""

    rule: AutomationRule
    cause_id: int | None
    event_ids: list[int] = field(default_factory=list)
    """Those of which something matched."""
    ids: list[int] = field(default_factory=list)
    looked_at: int = 0
    error: str | None = None
    """Why its conditions could not be judged; None where they could."""


def rules_for(session: Session, events: Sequence[DomainEvent]) -> list[AutomationRule]:
    """The active rules that wait for what happened, of all sites; one statement."""
    wanted = sorted({(event.site_id, event.kind.value) for event in events})
    waits = tuple_(AutomationRule.site_id, AutomationRule.trigger).in_(wanted)
    query = select(AutomationRule).where(AutomationRule.is_active, waits)
    return list(session.scalars(query.order_by(AutomationRule.id)))


def find_matches_of(
    sessions: Sessions, sites: Mapping[int, Site], rules: Iterable[AutomationRule], events: Sequence[DomainEvent]
) -> list[Match]:
    """Every rule that the events set off, once for each cause. The items of an event are read once for all rules."""
    waiting: dict[tuple[int, object], list[AutomationRule]] = {}
    for rule in rules:
        waiting.setdefault((rule.site_id, rule.trigger), []).append(rule)
    found: dict[tuple[int, int | None], Match] = {}
    for event in events:
        meant = [each for each in waiting.get((event.site_id, event.kind), []) if each.active_since <= event.created_at]
        if meant:
            judge_event(sessions, sites[event.site_id], event, meant, found)
    return [match for match in found.values() if match.event_ids]


def judge_event(
    sessions: Sessions,
    site: Site,
    event: DomainEvent,
    rules: Iterable[AutomationRule],
    found: dict[tuple[int, int | None], Match],
) -> None:
    """Add what of the event sets the rules off. A rule whose conditions cannot be judged is set off, too: to fail, and
    to say so."""
    items, unread = items_of(sessions, site, event)
    for rule in rules:
        match = found.setdefault((rule.id, event.cause_id), Match(rule, event.cause_id))
        match.looked_at += len(event.item_ids)
        ids, error = ([], unread) if unread else matching(rule, items)
        match.error = match.error or error
        if ids or error:
            match.event_ids.append(event.id)
            match.ids += ids


def items_of(sessions: Sessions, site: Site, event: DomainEvent) -> tuple[list[Item], str | None]:
    """The event's items, or why they cannot be read. What the database has to say is raised: it is no rule's fault."""
    try:
        with scoped(sessions, Scope.of_sites(site.account_id, [site.id]))() as session:
            return read_items(session, site, event.kind, ids=event.item_ids), None
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("The items of event %s", event.id)
        return [], unjudged(error)


def matching(rule: AutomationRule, items: Iterable[Item]) -> tuple[list[int], str | None]:
    """Those of the items that fulfil all of the rule's conditions; or why these cannot be judged."""
    try:
        judge = Judge(rule.trigger, [Condition.model_validate(each) for each in rule.conditions])
        return [item.id for item in items if judge.verdict(item.values).holds], None
    except Exception as error:
        log.exception("The conditions of rule %s", rule.id)
        return [], unjudged(error)


def unjudged(error: Exception) -> str:
    """What is said of conditions that cannot be judged."""
    reason = str(error) if isinstance(error, Igny8Error) else type(error).__name__
    return f"Its conditions cannot be judged ({reason}): change them."
