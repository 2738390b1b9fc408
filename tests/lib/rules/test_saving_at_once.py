"""Two people at one rule, or at one name, at the same time: one of the two is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.sql.selectable import ForUpdateArg

from igny8_lib.db.session import Sessions
from igny8_lib.errors import ChangedMeanwhile, Conflict, NotFound
from igny8_lib.models import AutomationRule, RuleExecution, Site
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.saving import MOST_RULES, change, create, delete, switch
from tests.factories.rules import make_execution, make_rule
from tests.factories.sites import make_site
from tests.statements import wait_until_one_waits_for_a_lock

LOCKED = ForUpdateArg(key_share=True)
"""How workers lock."""
Later = Callable[[Callable[[], object]], Future[object]]


def document(name: str = "A rule", most: int = 10) -> RuleDocument:
    actions = [{"type": "cluster_keywords"}]
    return RuleDocument.parse(
        {"name": name, "trigger": "keyword_added", "actions": actions, "max_executions_per_day": most}
    )


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session, slug="blog")


@pytest.fixture
def rule_id(sessions: Sessions, site: Site) -> int:
    with sessions.begin() as session:
        return create(session, site, document(), by="ann").id


@pytest.fixture
def later(engine: Engine) -> Iterator[Later]:
    """Does something in another thread; returns once it waits for this one's locks."""
    with ThreadPoolExecutor(1) as pool:

        def begin(work: Callable[[], object]) -> Future[object]:
            future = pool.submit(work)
            wait_until_one_waits_for_a_lock(engine)
            return future

        yield begin


def test_of_two_changes_at_once_the_second_is_told(sessions: Sessions, site: Site, rule_id: int, later: Later) -> None:
    def second() -> object:
        with sessions.begin() as session:
            return change(session, site, rule_id, document(most=2), version=1, by="bob")

    with sessions.begin() as session:
        change(session, site, rule_id, document(most=1), version=1, by="ann")
        waiting = later(second)
    with pytest.raises(ChangedMeanwhile, match="version 2"):
        waiting.result(60)
    with sessions() as session:
        rule = find_rule(session, site.id, rule_id)
        assert (rule.max_executions_per_day, rule.version) == (1, 2)


def test_a_change_beside_a_switch_keeps_both_or_is_told(
    sessions: Sessions, site: Site, rule_id: int, later: Later
) -> None:
    def second() -> object:
        with sessions.begin() as session:
            return change(session, site, rule_id, document(most=2), version=1, by="bob")

    with sessions.begin() as session:
        switch(session, site, rule_id, on=False, by="ann")
        waiting = later(second)
    with pytest.raises(ChangedMeanwhile):
        waiting.result(60)
    with sessions() as session:
        assert not find_rule(session, site.id, rule_id).is_active


def test_a_name_that_two_take_at_once_is_the_firsts(sessions: Sessions, site: Site, later: Later) -> None:
    def second() -> object:
        with sessions.begin() as session:
            return create(session, site, document("a RULE"), by="bob")

    with sessions.begin() as session:
        create(session, site, document(), by="ann")
        waiting = later(second)
    with pytest.raises(Conflict, match="called “A rule” already"):
        waiting.result(60)


def test_the_last_place_of_a_site_is_taken_once(sessions: Sessions, site: Site, later: Later) -> None:
    def second() -> object:
        with sessions.begin() as session:
            return create(session, site, document("Second"), by="bob")

    with sessions.begin() as session:
        for _ in range(MOST_RULES - 1):
            make_rule(session, site)
    with sessions.begin() as session:
        create(session, site, document("First"), by="ann")
        waiting = later(second)
    with pytest.raises(Conflict, match="the most there can be"):
        waiting.result(60)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(AutomationRule)) == MOST_RULES


def test_a_change_beside_a_deletion_finds_no_rule(sessions: Sessions, site: Site, rule_id: int, later: Later) -> None:
    def second() -> object:
        with sessions.begin() as session:
            return change(session, site, rule_id, document(most=2), version=1, by="bob")

    with sessions.begin() as session:
        delete(session, site.id, rule_id)
        waiting = later(second)
    with pytest.raises(NotFound):
        waiting.result(60)


def test_a_deletion_beside_a_worker_waits_for_it_and_neither_for_the_other(
    sessions: Sessions, site: Site, rule_id: int, later: Later
) -> None:
    """A worker has the rule and then takes the execution: the deletion must not have that already."""

    def second() -> object:
        with sessions.begin() as session:
            return delete(session, site.id, rule_id)

    with sessions.begin() as session:
        execution_id = make_execution(session, find_rule(session, site.id, rule_id)).id
    with sessions.begin() as session:
        rule = session.get_one(AutomationRule, rule_id, with_for_update=LOCKED)
        waiting = later(second)
        execution = session.get_one(RuleExecution, execution_id, with_for_update=LOCKED)
        rule.failures_in_a_row, execution.waits_for = 1, "The site is busy."
    assert waiting.result(60) == "A rule"
    with sessions() as session:
        kept = session.get_one(RuleExecution, execution_id)
        assert (kept.rule_id, kept.waits_for) == (None, "The site is busy.")
