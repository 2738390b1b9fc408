"""What is to be done next of an execution, and writing down what became of it: two short transactions around the work.

next_turn ──> a turn: one part of one action, to be begun or followed ──> write_began, write_ended, write_wait
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import ExecutionStatus, RuleExecution, Site
from igny8_lib.rules import waiting
from igny8_lib.rules.actions.base import ActionKind, Began, Ended, Work, WorkSite
from igny8_lib.rules.actions.kinds import KINDS
from igny8_lib.rules.beginning import begin, lock_both
from igny8_lib.rules.documents import Action, StepResult
from igny8_lib.rules.ending import end, is_over, outcome_of
from igny8_lib.rules.limits import credits_left, used_up

ACTION: TypeAdapter[Action] = TypeAdapter(Action)


@dataclass(frozen=True)
class Turn:
    """One part of one action, as it is to be begun or followed."""

    work: Work
    action: Action
    kind: ActionKind[Any]

    @property
    def is_under_way(self) -> bool:
        """Whether it was begun, and is to be followed."""
        return any(each is not None for each in (self.work.dag_run_id, self.work.batch_id, self.work.build_id))

    def ended(self, status: str, sentence: str) -> Ended:
        """The part's end without a word of its kind."""
        return Ended(StepResult.model_validate({"action": self.action.type, "status": status, "sentence": sentence}))


def next_turn(session: Session, site: Site, execution_id: int) -> Turn | bool:
    """What to do next; True where something was written down and one looks again, False where nothing is to be done
    now: it is over, or waits."""
    execution, rule = lock_both(session, execution_id)
    if execution is None or execution.status not in (ExecutionStatus.PENDING, ExecutionStatus.RUNNING):
        return False
    execution.worked_at = clock.now()
    if execution.status is ExecutionStatus.PENDING:
        return begin(session, site, execution, rule)
    if is_over(execution):
        end(execution, rule, outcome_of(execution))
        return False
    turn = turn_of(site, execution)
    if turn.is_under_way:
        return turn
    return may_begin(session, site, execution, turn)


def turn_of(site: Site, execution: RuleExecution) -> Turn:
    """The part of a running execution that is next, or under way. Raises ValidationError for an action that this
    version does not know."""
    action = ACTION.validate_python(execution.actions[execution.step])
    work = Work(
        site=WorkSite.of(site),
        execution_id=execution.id,
        rule_name=execution.rule_name,
        trigger=execution.trigger,
        step=execution.step,
        part=execution.part,
        matched_ids=tuple(execution.matched_ids),
        left=credits_left(execution),
        dag_run_id=execution.dag_run_id,
        batch_id=execution.batch_id,
        build_id=execution.build_id,
    )
    return Turn(work, action, KINDS[action.type])


def may_begin(session: Session, site: Site, execution: RuleExecution, turn: Turn) -> Turn | bool:
    """The turn, where nothing keeps it from being begun: neither credits nor a busy site."""
    if turn.kind.is_paid and turn.work.left is not None and not turn.work.left:
        book(execution, turn.ended("skipped", used_up(execution)))
        return True
    if turn.kind.makes_run and (busy := waiting.busy_with(session, site, execution.id)):
        return not let_wait(execution, turn, str(busy), "skipped")
    return turn


def let_wait(execution: RuleExecution, turn: Turn, reason: str, else_status: str) -> bool:
    """Let the action wait; where it has waited as long as it may, it has ended so. Whether it waits."""
    if waiting.wait(execution, reason):
        return True
    book(execution, turn.ended(else_status, waiting.waited(reason)))
    return False


def lock_same(session: Session, turn: Turn) -> RuleExecution | None:
    """The execution, locked; None where another worker has gone on with it meanwhile, or it is gone."""
    work = turn.work
    query = select(RuleExecution).where(
        RuleExecution.site_id == work.site.id,
        RuleExecution.id == work.execution_id,
        RuleExecution.status == ExecutionStatus.RUNNING,
        RuleExecution.step == work.step,
        RuleExecution.part == work.part,
        RuleExecution.dag_run_id.is_not_distinct_from(work.dag_run_id),
        RuleExecution.batch_id.is_not_distinct_from(work.batch_id),
        RuleExecution.build_id.is_not_distinct_from(work.build_id),
    )
    return session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def book(execution: RuleExecution, became: Began | Ended) -> None:
    """Write down that the part was begun, or how it ended and what is next: another part of its items, the next action,
    or nothing after one that failed."""
    execution.waits_since, execution.waits_for = None, ""
    if isinstance(became, Began):
        execution.dag_run_id, execution.batch_id = became.dag_run_id, became.batch_id
        execution.build_id = became.build_id
        return
    execution.dag_run_id = execution.batch_id = execution.build_id = None
    result = became.result
    execution.results = [*execution.results, result.model_dump(mode="json")]
    execution.credits_used += Credits.of(repr(result.credits))
    if result.status == "failed":
        return
    more = became.more
    execution.step, execution.part = (execution.step, execution.part + 1) if more else (execution.step + 1, 0)


def retell(session: Session, turn: Turn, number: int, sentence: str) -> None:
    """Let the result of this number say something else: what came of telling people, once it was written down."""
    mine = (RuleExecution.site_id == turn.work.site.id, RuleExecution.id == turn.work.execution_id)
    query = select(RuleExecution).where(*mine).with_for_update(key_share=True)
    execution = session.scalar(query.execution_options(populate_existing=True))
    if execution is not None:
        results = list(execution.results)
        results[number] = results[number] | {"sentence": sentence}
        execution.results = results
