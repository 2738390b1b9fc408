"""Testing a rule, saved or not: what matches now, why the rest does not, and what its actions would do and cost.

Nothing is written, and nothing is started: what an execution would meet is asked of the code that would execute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import RuleTrigger, Site
from igny8_lib.pipeline.runs import active_run
from igny8_lib.rules.actions.base import Asked, Plan
from igny8_lib.rules.actions.kinds import KINDS, check_actions
from igny8_lib.rules.conditions import check_conditions
from igny8_lib.rules.documents import Action, RuleDocument
from igny8_lib.rules.facts import ITEM_WORDS
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.reading import Matches, find_matches
from igny8_lib.sites.account_day import day_of


@dataclass(frozen=True)
class Tested:
    """What a rule would do if it were executed now."""

    matches: Matches
    plans: list[Plan]
    """One for each action, in order; none where nothing matches."""
    cost: Credits
    """Of all of them, within the rule's limit."""
    available: Credits
    """What the account has."""
    would: str
    """What would happen, in a sentence or two."""
    limit: str
    """How often the rule may still be executed today, in a sentence."""


def test(session: Session, site: Site, document: RuleDocument, *, rule_id: int | None = None) -> Tested:  # noqa: PT028 - no test of the code, but of a rule
    """Test a rule on everything that is there now; one statement for each page of items, and some for each action.

    `rule_id` says which rule it is, for the executions of today; another site's is NotFound. Raises BadRule for
    conditions and actions that do not fit.
    """
    check_conditions(document.trigger, document.conditions)
    check_actions(session, site, document.trigger, document.actions)
    limit = limit_of(session, site, document, rule_id)
    matches = find_matches(session, site, document.trigger, document.conditions)
    plans = plans_of(session, site, document, matches) if matches.holds else []
    return Tested(
        matches=matches,
        plans=plans,
        cost=Credits.total(plan.cost for plan in plans),
        available=available_credits(session, site.account_id),
        would=would(session, site, document, matches, plans),
        limit=limit,
    )


def plans_of(session: Session, site: Site, document: RuleDocument, matches: Matches) -> list[Plan]:
    """What each action would do: what the ones before it would cost is not left for it."""
    asked, plans = Asked(site, document.trigger, matches.ids), list[Plan]()
    limit = Credits.of(str(document.credit_limit_per_execution))
    for action in document.actions:
        spent = Credits.total(plan.cost for plan in plans)
        plans.append(plan_of(session, asked, action, limit, spent))
    return plans


def plan_of(session: Session, asked: Asked, action: Action, limit: Credits, spent: Credits) -> Plan:
    """What one action would do with what is left of the rule's limit; 0 = no limit."""
    kind = KINDS[action.type]
    if limit and kind.is_paid and spent >= limit:
        return Plan.refusing(f"The rule's limit of {limit} credits is used up by what comes before.")
    return kind.plan(session, asked, action.params, max(limit - spent, ZERO) if limit else None)


def would(session: Session, site: Site, document: RuleDocument, matches: Matches, plans: Sequence[Plan]) -> str:
    """What would happen now."""
    found = matched(document.trigger, matches)
    if not matches.holds:
        return f"{found} Nothing would happen."
    told = " ".join(plan.sentence for plan in plans)
    makes_run = any(KINDS[action.type].makes_run for action in document.actions)
    busy = active_run(session, site.id) if makes_run else None
    wait = f" It would wait for run {busy.run_id}, which is {busy.status.value}." if busy else ""
    return f"{found} {told}{wait}"


def matched(trigger: RuleTrigger, matches: Matches) -> str:
    """ "3 of 40 keywords match.", or of a schedule whether its conditions hold."""
    if trigger is RuleTrigger.SCHEDULE:
        return f"The conditions {'hold' if matches.holds else 'do not hold'} on the site now."
    one, many = ITEM_WORDS[trigger]
    if not matches.looked_at:
        return f"The site has no {one} yet."
    verb = "matches" if len(matches.ids) == 1 else "match"
    return f"{len(matches.ids):,} of {matches.looked_at:,} {one if matches.looked_at == 1 else many} {verb}."


def limit_of(session: Session, site: Site, document: RuleDocument, rule_id: int | None) -> str:
    """How many of today's executions are used. Raises NotFound."""
    used = executed_today(session, site, rule_id) if rule_id is not None else 0
    most = document.max_executions_per_day
    if not most:
        return f"It may be executed any number of times a day; {used:,} today."
    full = " It would be executed again tomorrow." if used >= most else ""
    return f"{min(used, most):,} of {most:,} executions of today are used.{full}"


def executed_today(session: Session, site: Site, rule_id: int) -> int:
    """How often the rule was executed on the account's day. Raises NotFound, also for another site's rule."""
    rule = find_rule(session, site.id, rule_id)
    today = day_of(session, site.account_id, clock.now())
    return rule.executions_counted if rule.executions_day == today else 0
