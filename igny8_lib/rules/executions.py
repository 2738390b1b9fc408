"""What became of a site's rules: their executions, the API's scheduled tasks, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.orm import Session, aliased

from igny8_lib.amounts import Credits
from igny8_lib.db.paging import Listed, one_page
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    AutomationRule,
    AutomationRun,
    BegunBy,
    ExecutionStatus,
    RuleExecution,
    RuleTrigger,
    Site,
)
from igny8_lib.rules import reading
from igny8_lib.rules.documents import StepResult

NAMED = 20
"""So many of the items that matched are named."""
RETRYABLE = frozenset({ExecutionStatus.FAILED, ExecutionStatus.SKIPPED})
TIMES = ("created_at", "due_at", "started_at", "finished_at", "waits_since")
PLAIN = (
    *("id", "rule_id", "rule_name", "trigger", "begun_by", "requested_by", "status", *TIMES, "waits_for"),
    *("caused_by_id", "retry_of_id", "looked_at", "step", "result", "error", "credits_used", "credit_limit"),
    *("batch_id", "build_id"),
)
"""What a row says as the database has it. The ids that matched can be a hundred thousand: they are only counted."""


@dataclass(frozen=True)
class ExecutionView:
    """Which executions are wanted; None is no wish."""

    rule_id: int | None = None
    status: ExecutionStatus | None = None
    begun_by: BegunBy | None = None


@dataclass(frozen=True)
class MatchedItem:
    """One of the items that fulfilled the conditions."""

    id: int
    name: str


@dataclass(frozen=True)
class ExecutionRow:
    """One execution."""

    id: int
    rule_id: int | None
    """None where the rule was deleted."""
    rule_name: str
    trigger: RuleTrigger
    begun_by: BegunBy
    requested_by: str
    """Who asked for it by hand; empty where nobody did."""
    status: ExecutionStatus
    created_at: datetime
    due_at: datetime | None
    """The quarter of an hour of the schedule that it answers."""
    started_at: datetime | None
    finished_at: datetime | None
    waits_since: datetime | None
    waits_for: str
    """What its next action waits for, in a sentence; empty where it does not wait."""
    caused_by_id: int | None
    """The execution whose effect set it off."""
    retry_of_id: int | None
    retried_by_id: int | None
    """The latest retry of it."""
    chain: tuple[str, ...]
    """The names of the rules that led here, its own one last."""
    matched: int
    """How many items fulfilled the conditions; none for a schedule, whose item is the site."""
    looked_at: int
    """Of how many."""
    step: int
    """Which of its actions is next or under way, from 0."""
    steps: int
    """How many actions it has."""
    results: tuple[StepResult, ...]
    result: str
    """How it ended, in a sentence; empty while it is open."""
    error: str | None
    credits_used: Credits
    credit_limit: Credits
    """What it may use in all; 0 = no limit but the site's."""
    batch_id: int | None
    """The batch of the action under way."""
    build_id: int | None
    """The build of a website of the action under way."""
    run_id: str | None
    """The name of the run of the action under way, as soon as it has begun."""
    matched_items: tuple[MatchedItem, ...] = ()
    """The first NAMED of the items that matched and are still there; only where one execution is shown."""

    @property
    def is_retryable(self) -> bool:
        """Whether it can be tried again: it failed or was skipped, and its rule is still there."""
        return self.status in RETRYABLE and self.rule_id is not None

    @property
    def says(self) -> str:
        """How it stands, in a sentence."""
        if self.result:
            return self.result
        if self.waits_for:
            return self.waits_for
        if self.status is ExecutionStatus.PENDING:
            return "Waits for its turn: it begins within a minute or two."
        named = {"run": self.run_id, "batch": self.batch_id, "build": self.build_id}
        doing = next((f": {what} {name}" for what, name in named.items() if name), "")
        return f"Action {self.step + 1} of {self.steps} is under way{doing}."

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        facts = {name: getattr(self, name) for name in PLAIN} | {"chain": list(self.chain)}
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in TIMES}
        amounts = {name: getattr(self, name).as_number() for name in ("credits_used", "credit_limit")}
        more = {name: getattr(self, name) for name in ("retried_by_id", "run_id", "matched", "steps")}
        derived = {"is_retryable": self.is_retryable, "says": self.says}
        results = [each.model_dump(mode="json") for each in self.results]
        items = [{"id": each.id, "name": each.name} for each in self.matched_items]
        return facts | more | derived | times | amounts | {"results": results, "matched_items": items}


def list_executions(
    session: Session, site_id: int, view: ExecutionView = ExecutionView(), *, page: int = 1, page_size: int = 50
) -> Listed[ExecutionRow]:
    """The site's executions, the newest first; three statements, however many there are."""
    wanted = conditions_of(site_id, view)
    total = session.scalar(select(func.count()).select_from(RuleExecution).where(*wanted)) or 0
    return Listed(read_rows(session, site_id, one_page(newest_first(*wanted), page, page_size)), total)


def show_execution(session: Session, site_id: int, execution_id: int) -> ExecutionRow:
    """One execution with the names of its first matched items. Raises NotFound, also for another site's."""
    mine = (RuleExecution.site_id == site_id, RuleExecution.id == execution_id)
    rows = read_rows(session, site_id, newest_first(*mine))
    if not rows:
        raise NotFound(f"The site has no execution {execution_id} of a rule.")
    first = session.scalar(select(RuleExecution.matched_ids[1:NAMED]).where(*mine))
    return replace(rows[0], matched_items=named(session, site_id, rows[0].trigger, first or []))


def named(session: Session, site_id: int, trigger: RuleTrigger, ids: Sequence[int]) -> tuple[MatchedItem, ...]:
    """The items that are still there, with their names."""
    if not ids:
        return ()
    site = session.get_one(Site, site_id)
    return tuple(MatchedItem(item.id, item.name) for item in reading.read_items(session, site, trigger, ids=ids))


def conditions_of(site_id: int, view: ExecutionView) -> list[ColumnElement[bool]]:
    """The same for a query."""
    said: list[ColumnElement[bool] | None] = [
        RuleExecution.site_id == site_id,
        RuleExecution.rule_id == view.rule_id if view.rule_id is not None else None,
        RuleExecution.status == view.status if view.status else None,
        RuleExecution.begun_by == view.begun_by if view.begun_by else None,
    ]
    return [each for each in said if each is not None]


def newest_first(*wanted: ColumnElement[bool]) -> Select[Any]:
    """What rows are made of; the wanted executions must be of one site."""
    retry = aliased(RuleExecution)
    retried_by = (
        select(func.max(retry.id))
        .where(retry.site_id == RuleExecution.site_id, retry.retry_of_id == RuleExecution.id)
        .correlate(RuleExecution)
        .scalar_subquery()
    )
    same_run = (
        AutomationRun.rule_execution_id == RuleExecution.id,
        AutomationRun.dag_run_id == RuleExecution.dag_run_id,
    )
    run = select(AutomationRun.run_id).where(AutomationRun.site_id == RuleExecution.site_id, *same_run).limit(1)
    columns = [getattr(RuleExecution, name) for name in (*PLAIN, "chain", "results")]
    counts = (
        func.cardinality(RuleExecution.matched_ids).label("matched"),
        func.jsonb_array_length(RuleExecution.actions).label("steps"),
    )
    named = (retried_by.label("retried_by_id"), run.correlate(RuleExecution).scalar_subquery().label("run_id"))
    query = select(*columns, *counts, *named).where(*wanted)
    return query.order_by(RuleExecution.created_at.desc(), RuleExecution.id.desc())


def read_rows(session: Session, site_id: int, query: Select[Any]) -> list[ExecutionRow]:
    """The executions that a query of `newest_first` finds; two statements."""
    found = session.execute(query).mappings().all()
    names = names_of(session, site_id, {rule_id for each in found for rule_id in each["chain"]})
    return [row_of(each, names) for each in found]


def names_of(session: Session, site_id: int, rule_ids: Iterable[int]) -> dict[int, str]:
    """What the site's rules are called now; one statement."""
    mine = (AutomationRule.site_id == site_id, AutomationRule.id.in_(sorted(rule_ids)))
    return {each.id: each.name for each in session.execute(select(AutomationRule.id, AutomationRule.name).where(*mine))}


def row_of(found: RowMapping, names: dict[int, str]) -> ExecutionRow:
    """One execution; rules of its chain that are gone are told by their numbers, its own one by the name it had."""
    facts = dict(found)
    *before, own = facts.pop("chain") or [facts["rule_id"]]
    chain = (*(names.get(each, f"rule {each}, deleted") for each in before), names.get(own, facts["rule_name"]))
    results = tuple(StepResult.model_validate(each) for each in facts.pop("results"))
    return ExecutionRow(**facts, chain=chain, results=results)
