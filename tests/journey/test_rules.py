"""Automation rules in a real Airflow: what happens sets them off, and limits, busy sites and loops hold them back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRule,
    AutomationRun,
    BegunBy,
    DomainEvent,
    ExecutionStatus,
    Keyword,
    KeywordStatus,
    RuleExecution,
    RuleTrigger,
    RunStatus,
    StoppedReason,
    Trigger,
)
from igny8_lib.rules.executing import PAUSE
from igny8_lib.sites.configuration import configure
from tests.factories.planner import make_keywords
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import site_of
from tests.journey.sites import make_site
from tests.stack import LONGER, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(2400),
    pytest.mark.slow("rules wait for the next round of their DAG, and what they begin is runs of a real Airflow"),
]

ADDED, BUSY, LOOP, TIMED = "rule-added", "rule-busy", "rule-loop", "rule-timed"
SMALL = {"stage_1_batch_size": 20, "stage_1_in_flight": 1, "second_look_enabled": False}
"""A request for each twenty keywords, which costs four credits."""
DAG = "run_rules"
QUARTER = timedelta(minutes=15)
ENDED = (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED)
numbers = itertools.count(1)


@pytest.fixture(scope="module", autouse=True)
def sites(stack: Stack) -> None:
    """Sites whose DAGs Airflow knows, without a keyword."""
    stack.reset_sandbox()
    for slug in (ADDED, BUSY, LOOP, TIMED):
        make_site(stack, slug, keywords=None)
        with stack.sessions.begin() as session:
            configure(session, site_of(session, slug).id, SMALL)
    for slug in (ADDED, BUSY, LOOP, TIMED):
        stack.wait_for_dag(f"site__{slug}")


@pytest.fixture(autouse=True)
def quick_provider(stack: Stack) -> Iterator[None]:
    stack.reset_sandbox()
    yield
    stack.reset_sandbox()


def igny8(stack: Stack, *words: str) -> Any:
    """What the command line answers, as JSON."""
    done = stack.igny8(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def add_rule(stack: Stack, slug: str, name: str, *words: str) -> int:
    """Write a rule down as people do; its number."""
    return int(igny8(stack, "rules", "add", slug, name, *words)["id"])


def add_keywords(stack: Stack, slug: str, folder: Path, count: int) -> list[int]:
    """Import so many new keywords; their numbers."""
    path = folder / f"export-{next(numbers)}.csv"
    path.write_text("Keyword\n" + "".join(f"{slug} garden shed {next(numbers)}\n" for _ in range(count)))
    done = stack.igny8("keywords", "import", str(path), "--site", slug)
    assert done.returncode == 0, done.stderr
    with stack.sessions() as session:
        mine = (Keyword.site_id == site_of(session, slug).id, Keyword.source_file == path.name)
        return list(session.scalars(select(Keyword.id).where(*mine).order_by(Keyword.id)))


def executions(stack: Stack, rule_id: int) -> list[RuleExecution]:
    """Of a rule, in the order in which they were made."""
    with stack.sessions() as session:
        query = select(RuleExecution).where(RuleExecution.rule_id == rule_id).order_by(RuleExecution.id)
        return list(session.scalars(query))


def ended(stack: Stack, rule_id: int, number: int = 1, *, by_itself: bool = False) -> RuleExecution:
    """Wait until so many executions of the rule are over; the last of them. Unless all is to go by itself, a round of
    the rules' DAG is begun whenever it can do something, which saves waiting for the next minute."""

    def over() -> RuleExecution | None:
        found = executions(stack, rule_id)[number - 1 : number]
        if found and found[0].status in ENDED:
            return found[0]
        if not by_itself and a_round_helps(stack, found):
            stack.airflow.trigger(DAG, {})
        return None

    return until(over, f"{number} executions of rule {rule_id} are over", LONGER)


def a_round_helps(stack: Stack, found: list[RuleExecution]) -> bool:
    """Whether a round could go on: none is under way, and the execution is not there, or no worker has just looked at
    it and its run is over."""
    if stack.airflow.open_runs([DAG]):
        return False
    if not found:
        return True
    if found[0].worked_at is not None and clock.now() - found[0].worked_at < PAUSE + timedelta(seconds=1):
        return False
    with stack.sessions() as session:
        mine = (AutomationRun.rule_execution_id == found[0].id, AutomationRun.status.in_(ACTIVE_RUN))
        return session.scalar(select(AutomationRun.id).where(*mine)) is None


def run_of(stack: Stack, execution: RuleExecution) -> AutomationRun:
    """The one run that the execution started."""
    with stack.sessions() as session:
        query = select(AutomationRun).where(AutomationRun.rule_execution_id == execution.id)
        return session.scalars(query).one()


def rounds_after(stack: Stack, since: Any, until_: Any) -> int:
    """How many rounds of the rules' DAG began between these moments."""
    between = f"start_date_gte={since.isoformat()}&start_date_lte={until_.isoformat()}".replace("+", "%2B")
    return int(stack.airflow.call("GET", f"/dags/{DAG}/dagRuns?{between}")["total_entries"])


def a_round_later(stack: Stack) -> None:
    """Wait until a whole round of the rules' DAG has passed."""
    assert stack.wait(stack.airflow.trigger(DAG, {}), dag_id=DAG)["state"] == "success"


def count_keywords(stack: Stack, slug: str, status: KeywordStatus) -> int:
    with stack.sessions() as session:
        mine = (Keyword.site_id == site_of(session, slug).id, Keyword.status == status)
        return session.scalar(select(func.count()).where(*mine)) or 0


def test_imported_keywords_are_clustered_by_their_rule_two_rounds_later_at_most(stack: Stack, tmp_path: Path) -> None:
    rule = add_rule(stack, ADDED, "Cluster", "--when", "keyword_added", "--do", "cluster_keywords")
    added = add_keywords(stack, ADDED, tmp_path, 25)
    execution = ended(stack, rule, by_itself=True)
    assert (execution.status, execution.error) == (ExecutionStatus.COMPLETED, None), execution.result
    assert (execution.matched_ids, execution.looked_at, execution.chain) == (added, 25, [rule])
    run = run_of(stack, execution)
    assert (run.status, run.trigger, run.triggered_by) == (RunStatus.COMPLETED, Trigger.RULE, "rule: Cluster")
    assert execution.credits_used == run.total_credits_used == Credits.of(5)
    assert count_keywords(stack, ADDED, KeywordStatus.MAPPED) == 25
    with stack.sessions() as session:
        mine = (DomainEvent.site_id == run.site_id, DomainEvent.kind == RuleTrigger.KEYWORD_ADDED)
        event = session.scalars(select(DomainEvent).where(*mine)).one()
        assert event.item_ids == added
        assert event.cause_id is None
    assert rounds_after(stack, event.created_at, execution.started_at) <= 2
    assert len(executions(stack, rule)) == 1
    assert_at_rest(stack.sessions, ADDED)
    assert igny8(stack, "rules", "off", ADDED, str(rule))["is_active"] is False


def test_the_limit_of_a_rule_ends_its_run_and_the_execution_is_a_good_one(stack: Stack, tmp_path: Path) -> None:
    """Sixty keywords would cost twelve credits, in three requests."""
    told = ("--when", "keyword_added", "--do", "cluster_keywords", "--credits", "10")
    rule_id = add_rule(stack, ADDED, "Cluster a few", *told)
    add_keywords(stack, ADDED, tmp_path, 60)
    execution = ended(stack, rule_id)
    run = run_of(stack, execution)
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, StoppedReason.CREDIT_BUDGET), run.stopped_detail
    assert execution.status is ExecutionStatus.COMPLETED
    assert run.stopped_detail in execution.result
    assert execution.credits_used == run.total_credits_used == Credits.of(8)
    assert count_keywords(stack, ADDED, KeywordStatus.NEW) == 20
    assert_at_rest(stack.sessions, ADDED)


def test_an_execution_waits_while_its_site_is_busy_and_begins_when_it_is_free(stack: Stack, tmp_path: Path) -> None:
    with stack.sessions.begin() as session:
        make_keywords(session, site_of(session, BUSY), [f"oak flooring {number}" for number in range(45)])
    stack.switch(latency_seconds=6)
    rule = add_rule(stack, BUSY, "Cluster", "--when", "keyword_added", "--do", "cluster_keywords")
    before = stack.trigger(f"site__{BUSY}", {"stages": [1]})
    until(lambda: stack.sandbox_requests()["started"] or None, "the run asks the AI", LONGER)
    paused = stack.igny8("pause", BUSY)
    assert paused.returncode == 0, paused.stderr
    add_keywords(stack, BUSY, tmp_path, 10)

    def waits() -> RuleExecution | None:
        found = executions(stack, rule)
        return found[0] if found and found[0].waits_since else None

    waiting = until(waits, "the execution waits", LONGER)
    assert waiting.status is ExecutionStatus.PENDING
    assert "paused" in waiting.waits_for
    until(lambda: looked_at_after(stack, waiting), "a later round has looked at it", LONGER)
    assert [each.status for each in executions(stack, rule)] == [ExecutionStatus.PENDING]
    stack.reset_sandbox()
    assert stack.igny8("resume", BUSY).returncode == 0
    assert stack.wait(before, dag_id=f"site__{BUSY}")["state"] == "success"
    execution = ended(stack, rule)
    assert (execution.status, execution.waits_for) == (ExecutionStatus.COMPLETED, ""), execution.result
    assert count_keywords(stack, BUSY, KeywordStatus.NEW) == 0
    assert_at_rest(stack.sessions, BUSY)


def looked_at_after(stack: Stack, before: RuleExecution) -> bool | None:
    """Whether a worker has looked at the execution since."""
    with stack.sessions() as session:
        again = session.get_one(RuleExecution, before.id).worked_at
    return (before.worked_at is not None and again is not None and again > before.worked_at) or None


def test_a_quarter_hour_that_has_come_is_answered_once(stack: Stack) -> None:
    """So are the three before it, which nobody looked at."""
    with stack.sessions.begin() as session:
        make_keywords(session, site_of(session, TIMED), [f"stone path {number}" for number in range(10)])
    told = ("--schedule", "*/15 * * * *", "--do", "cluster_keywords items=waiting")
    rule_id = add_rule(stack, TIMED, "Each quarter", *told)
    with stack.sessions.begin() as session:
        rule = session.get_one(AutomationRule, rule_id)
        assert rule.next_due_at is not None
        rule.next_due_at -= 4 * QUARTER
        due = rule.next_due_at
    execution = ended(stack, rule_id)
    assert (execution.begun_by, execution.due_at) == (BegunBy.SCHEDULE, due)
    assert execution.status is ExecutionStatus.COMPLETED, execution.result
    a_round_later(stack)
    with stack.sessions() as session:
        following = session.get_one(AutomationRule, rule_id).next_due_at
    assert following is not None
    assert following > execution.created_at
    answered = [each.due_at for each in executions(stack, rule_id) if each.due_at is not None]
    assert [each for each in answered if each < execution.created_at] == [due]
    assert igny8(stack, "rules", "off", TIMED, str(rule_id))["is_active"] is False


def test_a_rule_whose_action_makes_what_it_waits_for_ends_by_the_guard_and_says_so(
    stack: Stack, tmp_path: Path
) -> None:
    with stack.sessions.begin() as session:
        configure(session, site_of(session, LOOP).id, {"max_keywords_per_run": 10})
    add_keywords(stack, LOOP, tmp_path, 40)
    rule = add_rule(stack, LOOP, "On and on", "--when", "run_completed", "--do", "run_pipeline stages=1")
    by_hand = stack.trigger(f"site__{LOOP}", {"stages": [1]})
    assert stack.wait(by_hand, dag_id=f"site__{LOOP}")["state"] == "success"
    first, second = ended(stack, rule, 1), ended(stack, rule, 2)
    assert (first.status, first.chain) == (ExecutionStatus.COMPLETED, [rule]), first.result
    assert (second.status, second.caused_by_id) == (ExecutionStatus.SKIPPED, first.id)
    assert second.result == f"Not set off: a run was completed by this rule's own action (execution {first.id})."
    a_round_later(stack)
    assert len(executions(stack, rule)) == 2
    assert count_keywords(stack, LOOP, KeywordStatus.MAPPED) == 20, "ten by hand, and ten by the rule"
    shown = igny8(stack, "rules", "history", LOOP)
    assert "Not set off" in json.dumps(shown)
    assert_at_rest(stack.sessions, LOOP)
