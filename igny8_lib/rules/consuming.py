"""Consuming events: each is shown once to the rules that wait for it, whatever dies and however many consumers work.

One transaction locks some events, writes the executions that they set off, and marks them consumed. Whoever dies before
its commit has done nothing; two consumers share the work, for each passes over what the other has locked.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRule,
    BegunBy,
    DomainEvent,
    ExecutionStatus,
    RuleExecution,
    RuleExecutionEvent,
    Site,
)
from igny8_lib.rules import chains, matching
from igny8_lib.rules.ending import Outcome, end
from igny8_lib.rules.matching import Match

AT_ONCE = 20
"""Events of one transaction: at most 100,000 items, whose facts are read 5,000 at a time."""
SECONDS = 30.0
"""A consumer that worked so long leaves the rest to the next round."""


def consume(sessions: Sessions, *, seconds: float = SECONDS) -> int:
    """Show waiting events to the rules, oldest first; how many events. One statement where none waits."""
    consumed, until = 0, time.monotonic() + seconds
    while seen := consume_some(sessions):
        consumed += seen
        if seen < AT_ONCE or time.monotonic() >= until:
            break
    return consumed


def consume_some(sessions: Sessions) -> int:
    """The next few in one transaction; how many."""
    with sessions.begin() as session:
        events = take_events(session)
        if not events:
            return 0
        matches = match_events(sessions, session, events)
        if matches:
            write_executions(session, matches)
        mark_consumed(session, events)
    return len(events)


def take_events(session: Session) -> list[DomainEvent]:
    """Events that nobody consumed and no other consumer has, locked."""
    query = select(DomainEvent).where(DomainEvent.consumed_at.is_(None)).order_by(DomainEvent.id).limit(AT_ONCE)
    return list(session.scalars(query.with_for_update(skip_locked=True, key_share=True)))


def mark_consumed(session: Session, events: Sequence[DomainEvent]) -> None:
    """The rules have seen them; one statement."""
    seen = update(DomainEvent).where(DomainEvent.id.in_([event.id for event in events]))
    session.execute(seen.values(consumed_at=clock.now()).execution_options(synchronize_session=False))


def match_events(sessions: Sessions, session: Session, events: Sequence[DomainEvent]) -> list[Match]:
    """What the events set off. Nothing but the events is locked while conditions are judged."""
    rules = matching.rules_for(session, events)
    if not rules:
        return []
    of_ids = select(Site).where(Site.id.in_(sorted({rule.site_id for rule in rules})))
    sites = {site.id: site for site in session.scalars(of_ids)}
    return matching.find_matches_of(sessions, sites, rules, events)


def write_executions(session: Session, matches: Sequence[Match]) -> None:
    """Write what the matches set off, or why they do not; a rule that was changed meanwhile is not set off."""
    matches = still_meant(session, matches)
    causes = causes_of(session, matches)
    names = names_in_chains(session, matches, causes)
    there = joinable(session, matches)
    answered: list[tuple[RuleExecution, Match]] = []
    for match in matches:
        written = write_match(match, cause_of(match, causes), names, there)
        if written not in session:
            session.add(written)
            there.append(written)
        answered.append((written, match))
    session.flush()
    note_events(session, answered)


def still_meant(session: Session, matches: Sequence[Match]) -> list[Match]:
    """The matches of rules that are still there and wait for the same: locked in the order in which all lock them, so
    of two consumers the second one sees what the first has written."""
    since = {match.rule.id: match.rule.active_since for match in matches}
    sites = sorted({match.rule.site_id for match in matches})
    query = select(AutomationRule).where(AutomationRule.site_id.in_(sites), AutomationRule.id.in_(sorted(since)))
    locked = query.order_by(AutomationRule.id).with_for_update(key_share=True)
    rules = session.scalars(locked.execution_options(populate_existing=True))
    meant = {rule.id for rule in rules if rule.is_active and rule.active_since == since[rule.id]}
    return [match for match in matches if match.rule.id in meant]


def causes_of(session: Session, matches: Iterable[Match]) -> dict[int, RuleExecution]:
    """The executions that brought the events about; one statement, none where people did."""
    ids = {match.cause_id for match in matches if match.cause_id is not None}
    sites = {match.rule.site_id for match in matches}
    if not ids:
        return {}
    query = select(RuleExecution).where(RuleExecution.site_id.in_(sorted(sites)), RuleExecution.id.in_(sorted(ids)))
    return {execution.id: execution for execution in session.scalars(query)}


def cause_of(match: Match, causes: Mapping[int, RuleExecution]) -> RuleExecution | None:
    """The execution that brought about what matched; None where people did."""
    return None if match.cause_id is None else causes.get(match.cause_id)


def names_in_chains(session: Session, matches: Iterable[Match], causes: Mapping[int, RuleExecution]) -> dict[int, str]:
    """The names of all rules of chains that end here; no statement where none does."""
    caused = [(match.rule, cause) for match in matches if (cause := cause_of(match, causes)) is not None]
    ended = [(rule.site_id, cause.chain) for rule, cause in caused if chains.ends_chain(rule.id, cause)]
    return chains.names_of(session, {site for site, _ in ended}, {each for _, chain in ended for each in chain})


def joinable(session: Session, matches: Iterable[Match]) -> list[RuleExecution]:
    """Executions of the rules that new matches may be added to, locked in their order: pending ones that an event set
    off, and what was not set off by the same cause."""
    rule_ids = sorted({match.rule.id for match in matches})
    sites = sorted({match.rule.site_id for match in matches})
    causes = sorted({match.cause_id for match in matches if match.cause_id is not None})
    refused = (RuleExecution.status == ExecutionStatus.SKIPPED) & RuleExecution.caused_by_id.in_(causes)
    query = select(RuleExecution).where(
        RuleExecution.site_id.in_(sites),
        RuleExecution.rule_id.in_(rule_ids),
        RuleExecution.begun_by == BegunBy.EVENT,
        (RuleExecution.status == ExecutionStatus.PENDING) | refused,
    )
    query = query.order_by(RuleExecution.id).with_for_update(key_share=True)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def write_match(
    match: Match, cause: RuleExecution | None, names: Mapping[int, str], there: Iterable[RuleExecution]
) -> RuleExecution:
    """The execution of the match: one that is there and takes it, or a new one."""
    new = new_execution(match, cause)
    if match.error is not None:
        end(new, match.rule, Outcome.failed(match.error))
        return new
    if cause is not None and chains.ends_chain(match.rule.id, cause):
        end(new, match.rule, Outcome.skipped(chains.why_ended(match.rule, cause, names)))
    for each in there:
        if takes(each, new):
            add_matches(each, match)
            return each
    return new


def takes(there: RuleExecution, new: RuleExecution) -> bool:
    """Whether what is there is the same but for its matches: it waits in the same chain, or was not set off for the
    same reason."""
    same = there.rule_id == new.rule_id and there.status is new.status and list(there.chain) == list(new.chain)
    return same and there.result == new.result


def new_execution(match: Match, cause: RuleExecution | None) -> RuleExecution:
    """A pending one with all that matched."""
    rule = match.rule
    return RuleExecution(
        site_id=rule.site_id,
        rule_id=rule.id,
        rule_name=rule.name,
        trigger=rule.trigger,
        begun_by=BegunBy.EVENT,
        status=ExecutionStatus.PENDING,
        chain=[*(cause.chain if cause is not None else []), rule.id],
        caused_by_id=cause.id if cause is not None else None,
        matched_ids=list(dict.fromkeys(match.ids)),
        looked_at=match.looked_at,
        actions=rule.actions,
        result="",
    )


def add_matches(execution: RuleExecution, match: Match) -> None:
    """Let it take these matches along; what it has already is there once."""
    execution.matched_ids = list(dict.fromkeys([*execution.matched_ids, *match.ids]))
    execution.looked_at += match.looked_at


def note_events(session: Session, answered: Iterable[tuple[RuleExecution, Match]]) -> None:
    """Which events the executions answer: the key lets no second one answer them for the same rule; one statement."""
    rows = [
        {"rule_id": match.rule.id, "event_id": event_id, "execution_id": execution.id, "site_id": match.rule.site_id}
        for execution, match in answered
        for event_id in match.event_ids
    ]
    if rows:
        session.execute(insert(RuleExecutionEvent), rows)
