"""Rules that set each other off: no rule is set off by its own effects, and a chain ends after five."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRule,
    BegunBy,
    ExecutionStatus,
    Keyword,
    RuleExecution,
    RuleTrigger,
    Site,
)
from igny8_lib.rules.consuming import consume
from igny8_lib.rules.retrying import retry
from tests.factories.planner import make_keywords
from tests.factories.rules import TELL, make_event, make_execution, make_rule
from tests.factories.sites import make_site
from tests.lib.rules.world import World, executions

KEYWORDS = RuleTrigger.KEYWORD_ADDED
PENDING, SKIPPED = ExecutionStatus.PENDING, ExecutionStatus.SKIPPED


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")


def caused_by(session: Session, site: Site, cause: RuleExecution | None, texts: str = "a") -> list[Keyword]:
    """Keywords that this execution added, and their event; committed."""
    keywords = make_keywords(session, site, [f"{texts} {number}" for number in range(2)])
    make_event(session, site, KEYWORDS, [each.id for each in keywords], cause=cause)
    session.commit()
    return keywords


def chain_of(session: Session, rules: list[AutomationRule]) -> RuleExecution:
    """An execution of the last one, which the others led to."""
    return make_execution(session, rules[-1], chain=[rule.id for rule in rules])


def test_a_rule_is_not_set_off_by_its_own_action_and_says_so(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_rule(session, site)
    cause = make_execution(session, rule, status=ExecutionStatus.RUNNING)
    ids = [each.id for each in caused_by(session, site, cause)]
    consume(sessions)
    _, refused = executions(session, site)
    assert (refused.status, refused.begun_by, refused.caused_by_id) == (SKIPPED, BegunBy.EVENT, cause.id)
    assert (refused.chain, refused.matched_ids) == ([rule.id, rule.id], ids)
    assert refused.result == f"Not set off: keywords were added by this rule's own action (execution {cause.id})."
    assert refused.finished_at is not None
    assert rule.failures_in_a_row == 0


def test_a_rule_is_not_set_off_by_what_it_set_off(session: Session, sessions: Sessions, site: Site) -> None:
    first, second = make_rule(session, site, name="A"), make_rule(session, site, name="B", is_active=False)
    cause = chain_of(session, [first, second])
    caused_by(session, site, cause)
    consume(sessions)
    _, refused = executions(session, site)
    assert (refused.rule_id, refused.status) == (first.id, SKIPPED)
    assert refused.result == (
        f"Not set off: keywords were added by what this rule itself had set off (execution {cause.id}): A → B → A."
    )


def test_a_chain_ends_after_five_rules(session: Session, sessions: Sessions, site: Site) -> None:
    rules = [make_rule(session, site, name=name, is_active=False) for name in "ABCDE"]
    sixth = make_rule(session, site, name="F")
    four, five = chain_of(session, rules[:4]), chain_of(session, rules)
    caused_by(session, site, four)
    consume(sessions)
    *_, set_off = executions(session, site)
    assert (set_off.status, set_off.chain) == (PENDING, [*four.chain, sixth.id])
    session.delete(rules[1])
    caused_by(session, site, five, "b")
    consume(sessions)
    *_, refused = executions(session, site)
    assert (refused.status, refused.rule_id) == (SKIPPED, sixth.id)
    assert refused.result.endswith("a chain ends after five rules: A → a deleted rule → C → D → E → F.")


def test_what_one_cause_brings_about_again_and_again_is_refused_in_one_record(
    session: Session, sessions: Sessions, site: Site
) -> None:
    rule = make_rule(session, site)
    causes = [make_execution(session, rule, status=ExecutionStatus.RUNNING) for _ in range(2)]
    ids = []
    for number in range(3):
        ids += [each.id for each in caused_by(session, site, causes[0], f"round {number}")]
        consume(sessions)
    caused_by(session, site, causes[1], "other")
    consume(sessions)
    _, _, refused, other = executions(session, site)
    assert (refused.matched_ids, refused.looked_at, refused.caused_by_id) == (ids, 6, causes[0].id)
    assert (other.status, other.caused_by_id) == (SKIPPED, causes[1].id)


def test_what_does_not_match_is_not_refused_either(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_rule(session, site, conditions=[{"field": "volume", "operator": "gt", "value": 10_000}])
    caused_by(session, site, make_execution(session, rule, status=ExecutionStatus.RUNNING))
    consume(sessions)
    assert len(executions(session, site)) == 1


def test_what_people_do_to_the_same_items_sets_the_rule_off(session: Session, sessions: Sessions, site: Site) -> None:
    rule = make_rule(session, site)
    caused_by(session, site, make_execution(session, rule, status=ExecutionStatus.RUNNING))
    caused_by(session, site, None, "by hand")
    consume(sessions)
    _, refused, set_off = executions(session, site)
    assert (refused.status, set_off.status, set_off.chain) == (SKIPPED, PENDING, [rule.id])


def test_a_retry_stays_in_its_chain(session: Session, sessions: Sessions, site: Site) -> None:
    first, second = make_rule(session, site, name="A"), make_rule(session, site, name="B", is_active=False)
    cause = chain_of(session, [first, second])
    cause.status, cause.finished_at = ExecutionStatus.FAILED, cause.created_at
    session.commit()
    again = retry(session, site, cause.id, by="ann")
    assert again.chain == [first.id, second.id]
    caused_by(session, site, again)
    consume(sessions)
    assert [each.status for each in executions(session, site)][2:] == [SKIPPED]


def test_two_rules_that_feed_each_other_end_by_the_guard(session: Session, world: World) -> None:
    site = world.make_site(session)
    runs = make_rule(session, site, name="After runs", trigger=RuleTrigger.RUN_COMPLETED)
    runs.actions = [{"type": "run_pipeline", "params": {"stages": [1]}}]
    make_rule(session, site, name="Tell", trigger=RuleTrigger.RUN_COMPLETED, actions=[TELL])
    make_keywords(session, site, 10)
    session.commit()
    first = executions(session, site)
    assert first == []
    started = make_execution(session, runs, begun_by=BegunBy.PERSON, chain=[runs.id])
    session.commit()
    world.round()
    for _ in range(3):
        if "queued" in world.airflow.runs.values():
            world.play(session, site)
        world.round()
    there = executions(session, site)
    own = [each for each in there if each.rule_id == runs.id]
    assert [each.status for each in own] == [ExecutionStatus.COMPLETED, SKIPPED]
    assert f"own action (execution {started.id})" in own[1].result
    assert len(world.airflow.runs) == 1
    assert len(world.told) == 1
