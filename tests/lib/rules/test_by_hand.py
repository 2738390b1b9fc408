"""Executing a rule by hand: with what matches now, also where it is off, and once for each time it is asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import BegunBy, ExecutionStatus, Keyword, RuleTrigger, Site
from igny8_lib.rules.by_hand import execute
from tests.factories.planner import make_keywords
from tests.factories.rules import TELL, make_rule
from tests.factories.sites import make_site
from tests.lib.rules.world import World, executions, only_execution

MANY = {"field": "volume", "operator": "gte", "value": 1_000}


@pytest.fixture
def site(session: Session, world: World) -> Site:
    return world.make_site(session, slug="blog")


def test_what_matches_now_is_executed_within_the_next_round_also_of_a_rule_that_is_off(
    session: Session, world: World, site: Site
) -> None:
    rule = make_rule(session, site, conditions=[MANY], actions=[TELL], is_active=False)
    ids = [each.id for each in make_keywords(session, site, 3)]
    session.execute(update(Keyword).where(Keyword.id == ids[1]).values(volume=5_000))
    execution = execute(session, site, rule.id, by="ann")
    assert (execution.begun_by, execution.requested_by, execution.chain) == (BegunBy.PERSON, "ann", [rule.id])
    assert (execution.matched_ids, execution.looked_at) == ([ids[1]], 3)
    session.commit()
    world.round()
    assert only_execution(session, site).status is ExecutionStatus.COMPLETED


def test_nothing_that_matches_is_said_and_nothing_is_written(session: Session, site: Site) -> None:
    rule = make_rule(session, site, name="Big ones", conditions=[MANY])
    with pytest.raises(InvalidInput, match="'Big ones' was not executed: the site has no keyword"):
        execute(session, site, rule.id, by="ann")
    make_keywords(session, site, 3)
    with pytest.raises(InvalidInput, match="none of 3 keywords fulfils its conditions now"):
        execute(session, site, rule.id, by="ann")
    wants = [{"field": "pending_keywords", "operator": "gte", "value": 10}]
    scheduled = make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="0 6 * * *", conditions=wants)
    with pytest.raises(InvalidInput, match="do not hold on the site now"):
        execute(session, site, scheduled.id, by="ann")
    assert executions(session, site) == []


def test_a_schedule_is_executed_by_hand_as_often_as_it_is_asked_for(session: Session, world: World, site: Site) -> None:
    rule = make_rule(session, site, trigger=RuleTrigger.SCHEDULE, schedule="0 6 * * *", actions=[TELL])
    for _ in range(2):
        assert execute(session, site, rule.id, by="ann").due_at is None
    session.commit()
    world.work()
    assert [each.status for each in executions(session, site)] == [ExecutionStatus.COMPLETED] * 2


def test_another_sites_rule_is_not_found(session: Session, site: Site) -> None:
    rule = make_rule(session, site)
    with pytest.raises(NotFound, match=f"has no rule {rule.id}"):
        execute(session, make_site(session), rule.id, by="ann")
