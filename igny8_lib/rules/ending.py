"""The end of an execution, and what it means for its rule: one that fails five times in a row is switched off, and
people are told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, ExecutionStatus, RuleExecution, Site
from igny8_lib.notifications.rule_notice import NoticeKind, RuleNotice
from igny8_lib.rules.documents import StepResult

MOST_FAILURES = 5
"""Failures in a row that switch a rule off."""
TOLD_AT_ONCE = 100
"""Rules that one worker tells people of."""


class Outcome(NamedTuple):
    """How an execution ended, for people; `error` is what went wrong, of one that failed."""

    status: ExecutionStatus
    result: str
    error: str | None = None

    @classmethod
    def skipped(cls, reason: str) -> Outcome:
        """Of an execution of which nothing was begun."""
        return cls(ExecutionStatus.SKIPPED, reason)

    @classmethod
    def failed(cls, error: str) -> Outcome:
        """Of an execution that came to no action."""
        return cls(ExecutionStatus.FAILED, error, error)


def results_of(execution: RuleExecution) -> list[StepResult]:
    """How its actions ended so far."""
    return [StepResult.model_validate(each) for each in execution.results]


def is_over(execution: RuleExecution) -> bool:
    """Whether nothing of a running execution is left to do: all actions have ended, or one has failed."""
    return execution.step >= len(execution.actions) or any(each.status == "failed" for each in results_of(execution))


def outcome_of(execution: RuleExecution) -> Outcome:
    """The outcome of an execution that is over."""
    results, actions = results_of(execution), len(execution.actions)
    failed = next((each for each in results if each.status == "failed"), None)
    sentences = " ".join(each.sentence for each in results)
    if failed is None:
        done = any(each.status == "completed" for each in results)
        return Outcome(ExecutionStatus.COMPLETED if done else ExecutionStatus.SKIPPED, sentences)
    if actions == 1:
        return Outcome(ExecutionStatus.FAILED, sentences, failed.sentence)
    left = actions - execution.step - 1
    others = f" {left} after it {'was' if left == 1 else 'were'} not begun." if left else ""
    told = f"Action {execution.step + 1} of {actions} failed. {sentences}{others}"
    return Outcome(ExecutionStatus.FAILED, told, failed.sentence)


def end(execution: RuleExecution, rule: AutomationRule | None, outcome: Outcome) -> None:
    """End the execution, and count its failure against its rule; both are locked. Commits nothing."""
    execution.status, execution.result, execution.error = outcome
    execution.finished_at = clock.now()
    execution.waits_since, execution.waits_for = None, ""
    if rule is None:
        return
    if outcome.status is ExecutionStatus.COMPLETED:
        rule.failures_in_a_row = 0
    if outcome.status is ExecutionStatus.FAILED:
        count_failure(rule, outcome.error or outcome.result)


def count_failure(rule: AutomationRule, error: str) -> None:
    """One more failure of the rule; the fifth in a row switches it off. One that is off stays as it is."""
    rule.failures_in_a_row += 1
    if rule.is_active and rule.failures_in_a_row >= MOST_FAILURES:
        switch_off(rule, f"It failed five times in a row; last: {error}")


def switch_off(rule: AutomationRule, reason: str) -> None:
    """The product switches a rule off by itself; people are told later, once."""
    rule.is_active, rule.next_due_at = False, None
    rule.switched_off_because, rule.switched_off_told_at = reason, None


def tell_switched_off(sessions: Sessions, tell: Callable[[RuleNotice], str]) -> int:
    """Tell people of the rules that were switched off and that nobody told them of; how many.

    The claim is committed before anything is sent: nothing is told twice, and a process killed in between tells nobody.
    """
    with sessions.begin() as session:
        notices = claim_untold(session)
    for notice in notices:
        tell(notice)
    return len(notices)


def claim_untold(session: Session) -> list[RuleNotice]:
    """What is to be told, the caller's alone from now on; two statements, one where there is nothing."""
    rule = AutomationRule
    untold = select(rule.id).where(rule.switched_off_because.is_not(None), rule.switched_off_told_at.is_(None))
    untold = untold.order_by(rule.id).limit(TOLD_AT_ONCE).with_for_update(skip_locked=True, key_share=True)
    claimed = update(rule).where(rule.id.in_(untold)).values(switched_off_told_at=clock.now())
    rows = session.execute(
        claimed.returning(rule.site_id, rule.name, rule.switched_off_because),
        execution_options={"synchronize_session": False},
    ).all()
    if not rows:
        return []
    of_ids = select(Site).where(Site.id.in_({row.site_id for row in rows}))
    sites = {site.id: site for site in session.scalars(of_ids)}
    return [notice_of(sites[row.site_id], row.name, row.switched_off_because) for row in rows]


def notice_of(site: Site, rule_name: str, reason: str) -> RuleNotice:
    """What people are told of a rule that was switched off."""
    return RuleNotice(
        account_id=site.account_id,
        site_slug=site.slug,
        site_name=site.name,
        domain=site.domain,
        rule_name=rule_name,
        kind=NoticeKind.SWITCHED_OFF,
        sentence=reason,
    )
