"""What people see of a site's rules and executions; the same few statements, however many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.errors import NotFound
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, RuleTrigger, RunStatus, Site
from igny8_lib.rules.executions import NAMED, ExecutionView, MatchedItem, list_executions, show_execution
from igny8_lib.rules.listing import list_rules, show_rule
from tests.factories.planner import make_keywords
from tests.factories.rules import make_execution, make_rule
from tests.factories.runs import make_run
from tests.factories.sites import make_site
from tests.statements import count_statements

COMPLETED, FAILED, SKIPPED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED
DONE = {
    "action": "cluster_keywords",
    "status": "completed",
    "sentence": "3 clusters were made.",
    "run_id": "run_20260113_140523_rule",
    "credits": 1.5,
}


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def ended(session: Session, rule: AutomationRule, status: ExecutionStatus = COMPLETED, **given: Any) -> RuleExecution:
    """An execution that is over."""
    return make_execution(session, rule, status=status, finished_at=clock.now(), **given)


def test_rules_are_listed_by_the_alphabet_page_by_page(session: Session, site: Site) -> None:
    for name in ("banana", "Apple", "cherry"):
        make_rule(session, site, name=name)
    make_rule(session, make_site(session))
    first, second = (list_rules(session, site, page=page, page_size=2) for page in (1, 2))
    assert [[row.name for row in page.rows] for page in (first, second)] == [["Apple", "banana"], ["cherry"]]
    assert (first.total, second.total) == (3, 3)
    assert list_rules(session, make_site(session)).rows == []


def test_a_rule_is_shown_as_a_sentence_with_what_came_of_it(session: Session, site: Site) -> None:
    rule = make_rule(session, site, name="Cluster", max_executions_per_day=3, credit_limit_per_execution=Credits.of(50))
    long_ago = clock.now() - timedelta(days=31)
    ended(session, rule, credits_used=Credits.of(40), created_at=long_ago)
    ended(session, rule, credits_used=Credits.of(2))
    newest = ended(session, rule, FAILED, credits_used=Credits.of("1.5"), error="The provider was away.")
    row = show_rule(session, site, rule.id)
    assert row.sentence == "When keywords are added, cluster them, at most 3 times a day for at most 50 credits."
    assert (row.credits_30_days, row.executed_today) == (Credits.of("3.5"), 0)
    assert row.last is not None
    assert (row.last.id, row.last.error, row.last.is_retryable) == (newest.id, "The provider was away.", True)
    assert row.document.name == "Cluster"


@pytest.mark.parametrize(("zone", "days", "counted"), [("UTC", 0, 4), ("UTC", -1, 0), ("Pacific/Kiritimati", 1, 4)])
def test_executions_of_today_are_those_of_the_accounts_day(
    *, session: Session, site: Site, zone: str, days: int, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = clock.now().replace(hour=20, minute=0)
    monkeypatch.setattr(clock, "now", lambda: evening)
    site.account.timezone = zone
    today = evening.date() + timedelta(days=days)
    rule = make_rule(session, site, executions_day=today, executions_counted=4)
    assert show_rule(session, site, rule.id).executed_today == counted


def test_rules_are_listed_with_the_same_statements_however_many_they_and_their_executions_are(
    session: Session, site: Site
) -> None:
    def grow() -> None:
        rules = [make_rule(session, site) for _ in range(5)]
        for rule in rules:
            for _ in range(3):
                ended(session, rule, chain=[each.id for each in rules], results=[DONE])

    grow()
    few = count_statements(session, lambda: list_rules(session, site))
    grow()
    grow()
    assert count_statements(session, lambda: list_rules(session, site)) == few <= 6
    one = list_rules(session, site).rows[0].id
    assert count_statements(session, lambda: show_rule(session, site, one)) <= 5
    assert count_statements(session, lambda: list_executions(session, site.id)) <= 3


def test_executions_are_listed_the_newest_first_as_far_as_they_are_wanted(session: Session, site: Site) -> None:
    one, other = make_rule(session, site), make_rule(session, site)
    first = ended(session, one, FAILED)
    second = ended(session, other, SKIPPED, begun_by=BegunBy.SCHEDULE, due_at=clock.now())
    third = make_execution(session, one, begun_by=BegunBy.PERSON, requested_by="ann")
    make_execution(session, make_rule(session, make_site(session)))

    def found(**view: Any) -> list[int]:
        return [row.id for row in list_executions(session, site.id, ExecutionView(**view)).rows]

    assert found() == [third.id, second.id, first.id]
    assert found(rule_id=one.id) == [third.id, first.id]
    assert found(status=SKIPPED) == [second.id]
    assert found(begun_by=BegunBy.PERSON) == [third.id]
    assert found(rule_id=one.id, status=FAILED, begun_by=BegunBy.PERSON) == []
    page = list_executions(session, site.id, page=2, page_size=2)
    assert ([row.id for row in page.rows], page.total) == ([first.id], 3)


def test_an_execution_says_what_matched_what_was_done_and_who_tried_it_again(session: Session, site: Site) -> None:
    rule = make_rule(session, site, name="Cluster")
    keywords = [each.id for each in make_keywords(session, site, [f"roses {number}" for number in range(NAMED + 2)])]
    gone = max(keywords) + 1
    first = ended(
        session, rule, FAILED, matched_ids=[gone, *keywords], looked_at=30, results=[DONE], result="It failed."
    )
    for _ in range(2):
        retry = ended(session, rule, begun_by=BegunBy.RETRY, retry_of_id=first.id)
    row = show_execution(session, site.id, first.id)
    assert (row.matched, row.looked_at, len(row.matched_items)) == (NAMED + 3, 30, NAMED - 1)
    assert row.matched_items[0] == MatchedItem(keywords[0], "roses 0")
    assert (row.results[0].sentence, row.results[0].credits, row.says) == ("3 clusters were made.", 1.5, "It failed.")
    assert (row.retried_by_id, show_execution(session, site.id, retry.id).retry_of_id) == (retry.id, first.id)
    assert list_executions(session, site.id).rows[-1].matched_items == ()


def test_an_execution_names_the_run_or_the_batch_of_the_action_under_way(session: Session, site: Site) -> None:
    rule = make_rule(session, site)
    execution = make_execution(session, rule, status=ExecutionStatus.RUNNING, dag_run_id="manual__2")
    assert show_execution(session, site.id, execution.id).says == "Action 1 of 1 is under way."
    for number in (1, 2):
        done = {"rule_execution_id": execution.id, "dag_run_id": f"manual__{number}", "run_id": f"run_{number}"}
        make_run(session, site, RunStatus.COMPLETED, **done)
    row = show_execution(session, site.id, execution.id)
    assert (row.run_id, row.says) == ("run_2", "Action 1 of 1 is under way: run run_2.")
    execution.dag_run_id, execution.batch_id = None, 7
    session.flush()
    row = show_execution(session, site.id, execution.id)
    assert (row.run_id, row.says) == (None, "Action 1 of 1 is under way: batch 7.")


def test_a_schedules_execution_has_no_items_to_name(session: Session, site: Site) -> None:
    rule = make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="0 6 * * *")
    row = show_execution(session, site.id, make_execution(session, rule, begun_by=BegunBy.SCHEDULE).id)
    assert (row.matched, row.matched_items) == (0, ())


def test_a_chain_is_told_by_the_names_that_its_rules_have_or_had(session: Session, site: Site) -> None:
    first, second, third = (make_rule(session, site, name=name) for name in ("A", "B", "C"))
    execution = make_execution(session, third, chain=[first.id, second.id, third.id])
    first.name = "A again"
    for rule in (second, third):
        session.delete(rule)
    session.flush()
    row = show_execution(session, site.id, execution.id)
    assert row.chain == ("A again", f"rule {second.id}, deleted", "C")
    assert (row.rule_id, row.rule_name) == (None, "C")


@pytest.mark.parametrize(
    ("status", "deleted", "retryable"),
    [(FAILED, False, True), (SKIPPED, False, True), (COMPLETED, False, False), (FAILED, True, False)],
)
def test_what_failed_or_was_skipped_can_be_tried_again_while_its_rule_is_there(
    *, session: Session, site: Site, status: ExecutionStatus, deleted: bool, retryable: bool
) -> None:
    rule = make_rule(session, site)
    execution = ended(session, rule, status)
    if deleted:
        session.delete(rule)
        session.flush()
    assert show_execution(session, site.id, execution.id).is_retryable is retryable


def test_an_open_execution_says_what_it_waits_for_or_where_it_is(session: Session, site: Site) -> None:
    rule = make_rule(session, site)
    pending = make_execution(session, rule)
    waiting = make_execution(session, rule, waits_for="Run 7 of the site is running.", waits_since=clock.now())
    running = make_execution(session, rule, status=ExecutionStatus.RUNNING, started_at=clock.now())
    told = {row.id: row.says for row in list_executions(session, site.id).rows}
    assert told[pending.id] == "Waits for its turn: it begins within a minute or two."
    assert told[waiting.id] == "Run 7 of the site is running."
    assert told[running.id] == "Action 1 of 1 is under way."


def test_another_sites_rules_and_executions_are_not_there(session: Session, site: Site) -> None:
    rule = make_rule(session, make_site(session))
    execution = make_execution(session, rule)
    with pytest.raises(NotFound, match=f"no rule {rule.id}"):
        show_rule(session, site, rule.id)
    with pytest.raises(NotFound, match=f"no execution {execution.id}"):
        show_execution(session, site.id, execution.id)
