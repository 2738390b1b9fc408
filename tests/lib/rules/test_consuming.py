"""Events: each is shown once to the rules that wait for it, whatever dies and however many consumers there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, String, cast, event, func, insert, literal, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRule,
    BegunBy,
    DomainEvent,
    ExecutionStatus,
    Keyword,
    RuleExecution,
    RuleExecutionEvent,
    RuleTrigger,
    Site,
)
from igny8_lib.rules.consuming import AT_ONCE, consume, consume_some
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.rules import make_event, make_execution, make_rule
from tests.factories.sites import make_site
from tests.killing import do_and_die, side_by_side
from tests.lib.rules.world import executions, only_execution
from tests.statements import count_statements, statements_on, wait_until_one_waits_for_a_lock

KEYWORDS = RuleTrigger.KEYWORD_ADDED
MANY = {"field": "volume", "operator": "gte", "value": 1_000}


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def add_keywords(session: Session, site: Site, number: int, *, name: str = "keyword") -> list[int]:
    """So many new keywords and their event, committed; their ids."""
    ids = [each.id for each in make_keywords(session, site, [f"{name} {each}" for each in range(number)])]
    make_event(session, site, KEYWORDS, ids)
    session.commit()
    return ids


def unconsumed(session: Session) -> int:
    """How many events nobody has consumed."""
    return session.scalar(select(func.count()).where(DomainEvent.consumed_at.is_(None))) or 0


def test_an_event_sets_off_the_active_rules_of_its_site_and_kind_with_the_items_that_match(
    session: Session, sessions: Sessions, site: Site
) -> None:
    meant = make_rule(session, site, conditions=[MANY])
    make_rule(session, site, is_active=False)
    make_rule(session, site, trigger=RuleTrigger.CLUSTER_CREATED)
    make_rule(session, make_site(session))
    ids = [each.id for each in make_keywords(session, site, 4)]
    session.execute(update(Keyword).where(Keyword.id.in_(ids[1:3])).values(volume=2_000))
    happened = make_event(session, site, KEYWORDS, ids)
    session.commit()
    assert consume(sessions) == 1
    execution = only_execution(session, site)
    assert (execution.rule_id, execution.begun_by, execution.status) == (
        meant.id,
        BegunBy.EVENT,
        ExecutionStatus.PENDING,
    )
    assert (execution.matched_ids, execution.looked_at, execution.chain) == (ids[1:3], 4, [meant.id])
    answered = session.scalars(select(RuleExecutionEvent)).one()
    assert (answered.rule_id, answered.event_id, answered.execution_id) == (meant.id, happened.id, execution.id)
    assert consume(sessions) == 0


def test_what_matches_nothing_is_consumed_and_makes_no_execution(
    session: Session, sessions: Sessions, site: Site
) -> None:
    make_rule(session, site, conditions=[MANY])
    add_keywords(session, site, 3)
    make_event(session, site, KEYWORDS, [10**9])
    session.commit()
    assert consume(sessions) == 2
    assert executions(session, site) == []
    assert unconsumed(session) == 0


def test_what_happened_before_a_rule_was_switched_on_does_not_set_it_off(
    session: Session, sessions: Sessions, site: Site
) -> None:
    ids = add_keywords(session, site, 1)
    make_rule(session, site, active_since=clock.now() + timedelta(seconds=1))
    later = make_event(session, site, KEYWORDS, ids)
    later.created_at = clock.now() + timedelta(minutes=1)
    session.commit()
    consume(sessions)
    answered = session.scalars(select(RuleExecutionEvent.event_id)).all()
    assert answered == [later.id]


def test_all_events_of_one_cause_make_one_execution_and_so_do_those_of_later_rounds(
    session: Session, sessions: Sessions, site: Site
) -> None:
    make_rule(session, site)
    ids = [id_ for number in range(AT_ONCE + 5) for id_ in add_keywords(session, site, 2, name=f"block {number}")]
    assert consume(sessions) == AT_ONCE + 5
    ids += add_keywords(session, site, 3, name="later")
    consume(sessions)
    execution = only_execution(session, site)
    assert (execution.matched_ids, execution.looked_at) == (ids, len(ids))
    assert session.scalar(select(func.count()).select_from(RuleExecutionEvent)) == AT_ONCE + 6


def test_what_has_begun_is_left_alone_and_new_matches_make_another_execution(
    session: Session, sessions: Sessions, site: Site
) -> None:
    rule = make_rule(session, site)
    make_execution(session, rule, status=ExecutionStatus.RUNNING, started_at=clock.now())
    make_execution(session, rule, begun_by=BegunBy.PERSON)
    ids = add_keywords(session, site, 2)
    consume(sessions)
    assert [each.matched_ids for each in executions(session, site)] == [[], [], ids]


def test_conditions_that_nobody_can_judge_fail_their_rule_and_no_other(
    session: Session, sessions: Sessions, site: Site
) -> None:
    broken = make_rule(session, site, conditions=[{"field": "volume"}])
    whole = make_rule(session, site)
    add_keywords(session, site, 1)
    consume(sessions)
    by_rule = {each.rule_id: each for each in executions(session, site)}
    assert by_rule[whole.id].status is ExecutionStatus.PENDING
    assert by_rule[broken.id].status is ExecutionStatus.FAILED
    assert "cannot be judged" in (by_rule[broken.id].error or "")
    session.refresh(broken)
    assert broken.failures_in_a_row == 1


def test_a_rule_that_is_deleted_or_changed_while_it_is_judged_is_not_set_off(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    gone, changed, off, stays = (make_rule(session, site) for _ in range(4))
    ids = add_keywords(session, site, 1)
    changes: list[str] = []

    def change_meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if " keywords." not in statement or changes:
            return
        changes.append(statement)
        with sessions.begin() as other:
            other.delete(other.get_one(AutomationRule, gone.id))
            other.get_one(AutomationRule, changed.id).active_since = clock.now()
            other.get_one(AutomationRule, off.id).is_active = False

    event.listen(engine, "before_cursor_execute", change_meanwhile)
    consume(sessions)
    execution = only_execution(session, site)
    assert (execution.rule_id, execution.matched_ids, len(changes)) == (stays.id, ids, 1)
    assert unconsumed(session) == 0


def test_an_idle_look_asks_once_and_events_that_no_rule_waits_for_are_a_few_statements(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    assert count_statements(engine, lambda: consume(sessions)) == 1
    for number in range(AT_ONCE - 1):
        add_keywords(session, site, 1, name=f"block {number}")
    assert count_statements(engine, lambda: consume(sessions)) == 3


def test_items_are_read_once_for_all_rules_and_executions_are_written_in_few_statements(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    for _ in range(10):
        make_rule(session, site)
    add_keywords(session, site, 50)
    with statements_on(engine) as sent:
        consume(sessions)
    assert len([each for each in sent if " keywords." in each]) == 1
    assert len(executions(session, site)) == 10
    assert len(sent) <= 7 + 2 * 10


def test_a_hundred_thousand_keywords_are_one_execution_in_few_statements(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    make_rule(session, site)
    name = literal("keyword ") + cast(func.generate_series(1, 100_000).column_valued("number"), String)
    keywords = select(literal(site.id), name, name, literal(1))
    session.execute(insert(Keyword).from_select(["site_id", "text", "normalized", "volume"], keywords))
    ids = list(session.scalars(select(Keyword.id).order_by(Keyword.id)))
    for first in range(0, len(ids), 5_000):
        make_event(session, site, KEYWORDS, ids[first : first + 5_000])
    session.commit()
    sent = count_statements(engine, lambda: consume(sessions))
    assert sent <= 20 + 12
    assert only_execution(session, site).matched_ids == ids


def test_two_who_consume_at_once_share_the_events_and_answer_each_once(
    session: Session, sessions: Sessions, site: Site
) -> None:
    rule = make_rule(session, site)
    first = add_keywords(session, site, 1, name="first")
    with sessions() as held:
        held.scalars(select(DomainEvent).with_for_update()).all()
        second = add_keywords(session, site, 1, name="second")
        assert consume_some(sessions) == 1
    assert only_execution(session, site).matched_ids == second
    assert consume_some(sessions) == 1
    assert only_execution(session, site).matched_ids == second + first
    assert session.scalar(select(func.count()).where(RuleExecutionEvent.rule_id == rule.id)) == 2


def test_who_consumes_second_waits_for_the_first_and_joins_what_that_one_wrote(
    session: Session, sessions: Sessions, engine: Engine, site: Site
) -> None:
    make_rule(session, site)
    ids = add_keywords(session, site, 1)
    with sessions() as first, ThreadPoolExecutor(1) as pool:
        locked = first.scalars(select(AutomationRule).with_for_update(key_share=True)).one()
        make_execution(first, locked, matched_ids=[10**9])
        second = pool.submit(consume_some, sessions)
        wait_until_one_waits_for_a_lock(engine)
        first.commit()
        assert second.result(60) == 1
    assert only_execution(session, site).matched_ids == [10**9, *ids]


@pytest.mark.slow("four processes consume 120 events at once")
def test_processes_that_consume_at_once_answer_each_event_once(
    session: Session, sessions: Sessions, site: Site, database_url: str
) -> None:
    rules = [make_rule(session, site) for _ in range(3)]
    ids = [id_ for number in range(120) for id_ in add_keywords(session, site, 1, name=f"block {number}")]
    side_by_side(database_url, consume, 4)
    consume(sessions)  # what one of them had locked when the others were through
    assert unconsumed(session) == 0
    there = executions(session, site)
    assert sorted(each.rule_id or 0 for each in there) == [rule.id for rule in rules]
    assert all(sorted(each.matched_ids) == ids for each in there)
    assert session.scalar(select(func.count()).select_from(RuleExecutionEvent)) == 3 * 120


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_consumer_wherever_each_event_is_answered_once(
    session: Session, sessions: Sessions, database_url: str
) -> None:
    kills = 0
    for dies_at in count(1):
        site = make_site(session)
        rule = make_rule(session, site)
        ids = [id_ for number in range(2 * AT_ONCE) for id_ in add_keywords(session, site, 1, name=f"k {number}")]
        died = do_and_die(database_url, consume, dies_at)
        kills += died
        consume(sessions)
        assert only_execution(session, site).matched_ids == ids, dies_at
        answered = session.scalars(select(RuleExecutionEvent.event_id).where(RuleExecutionEvent.rule_id == rule.id))
        assert len(answered.all()) == 2 * AT_ONCE
        assert unconsumed(session) == 0
        session.commit()
        if not died:
            break
    assert kills >= 4


def test_clusters_are_items_too(session: Session, sessions: Sessions, site: Site) -> None:
    make_rule(session, site, trigger=RuleTrigger.CLUSTER_CREATED, actions=[{"type": "run_pipeline"}])
    cluster = make_cluster(session, site, "sheds")
    make_event(session, site, RuleTrigger.CLUSTER_CREATED, [cluster.id])
    session.commit()
    consume(sessions)
    assert session.scalars(select(RuleExecution.matched_ids)).all() == [[cluster.id]]
