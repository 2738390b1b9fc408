"""Trying again what failed or was skipped: the same matches, one retry at a time, as long as the rule is there."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, Site
from igny8_lib.rules.retrying import retry
from tests.factories.rules import TELL, make_execution, make_rule
from tests.factories.sites import make_site
from tests.killing import side_by_side
from tests.lib.rules.world import World, executions

COMPLETED, FAILED, SKIPPED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.SKIPPED


@pytest.fixture
def site(session: Session, world: World) -> Site:
    return world.make_site(session, slug="blog")


def make_ended(session: Session, rule: AutomationRule, status: ExecutionStatus, **given: object) -> RuleExecution:
    """An execution that ended so; committed."""
    execution = make_execution(session, rule, status=status, finished_at=clock.now(), **given)
    session.commit()
    return execution


@pytest.mark.parametrize("status", [FAILED, SKIPPED])
def test_a_retry_has_the_same_matches_and_begins_from_the_first_action(
    session: Session, world: World, site: Site, status: ExecutionStatus
) -> None:
    cause = make_execution(session, make_rule(session, site))
    rule = make_rule(session, site, actions=[TELL], is_active=False)
    given = {"matched_ids": [4, 5], "looked_at": 9, "step": 3, "credits_used": Credits.of(5), "caused_by_id": cause.id}
    first = make_ended(session, rule, status, chain=[77, rule.id], due_at=clock.now(), **given)
    again = retry(session, site, first.id, by="ann")
    assert (again.status, again.begun_by, again.requested_by) == (ExecutionStatus.PENDING, BegunBy.RETRY, "ann")
    assert (again.retry_of_id, again.matched_ids, again.looked_at) == (first.id, [4, 5], 9)
    assert (again.chain, again.caused_by_id, again.due_at) == ([77, rule.id], cause.id, None)
    assert (again.step, again.results, again.credits_used) == (0, [], Credits.of(0))
    session.commit()
    world.work()
    session.refresh(again)
    assert again.status is COMPLETED


@pytest.mark.parametrize("status", [ExecutionStatus.PENDING, ExecutionStatus.RUNNING, COMPLETED])
def test_only_what_failed_or_was_skipped_is_tried_again(session: Session, site: Site, status: ExecutionStatus) -> None:
    rule = make_rule(session, site)
    ended = clock.now() if status is COMPLETED else None
    execution = make_execution(session, rule, status=status, finished_at=ended)
    with pytest.raises(Conflict, match="only what failed or was skipped"):
        retry(session, site, execution.id, by="ann")


def test_what_is_not_the_sites_or_whose_rule_is_gone_is_not_tried_again(session: Session, site: Site) -> None:
    rule = make_rule(session, site, name="Gone")
    execution = make_ended(session, rule, FAILED)
    with pytest.raises(NotFound, match=f"has no execution {execution.id}"):
        retry(session, make_site(session), execution.id, by="ann")
    session.execute(delete(AutomationRule))
    session.commit()
    with pytest.raises(Conflict, match="'Gone' was deleted"):
        retry(session, site, execution.id, by="ann")


def test_as_long_as_a_retry_is_open_there_is_no_other_and_then_there_may_be(session: Session, site: Site) -> None:
    first = make_ended(session, make_rule(session, site), FAILED)
    again = retry(session, site, first.id, by="ann")
    assert retry(session, site, first.id, by="bob").id == again.id
    session.execute(
        update(RuleExecution).where(RuleExecution.id == again.id).values(status=FAILED, finished_at=clock.now())
    )
    session.commit()
    third = retry(session, site, first.id, by="bob")
    assert (third.id != again.id, third.requested_by) == (True, "bob")
    assert retry(session, site, again.id, by="cy").retry_of_id == again.id


@pytest.mark.slow("four processes retry at once")
def test_people_who_retry_at_once_make_one(session: Session, site: Site, database_url: str) -> None:
    first = make_ended(session, make_rule(session, site), FAILED)

    def try_again(sessions: Sessions) -> None:
        with sessions.begin() as own:
            retry(own, own.get_one(Site, site.id), first.id, by="somebody")

    side_by_side(database_url, try_again, 4)
    assert session.scalar(select(func.count()).where(RuleExecution.retry_of_id == first.id)) == 1
    assert len(executions(session, site)) == 2
