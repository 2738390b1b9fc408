"""Approvals: each is an event, a run's is the effect of the rule that started it, and a person's is no rule's."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, RejectReason, RuleExecution, RuleTrigger, Site
from igny8_lib.publishing import approval
from igny8_lib.review.decisions import Rejection, reject
from tests.factories.articles import make_article
from tests.factories.rules import make_execution, make_rule
from tests.factories.runs import make_run
from tests.factories.sites import make_site
from tests.lib.outbox.written import causes_of, events_of, items_of

APPROVED = RuleTrigger.CONTENT_APPROVED


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


@pytest.fixture
def execution(session: Session, site: Site) -> RuleExecution:
    """An execution whose run wrote an article."""
    return make_execution(session, make_rule(session, site))


def origin(session: Session, article: Content) -> int | None:
    session.expire_all()
    return session.get_one(Content, article.id).rule_execution_id


def test_articles_that_are_approved_together_are_one_event_and_those_that_are_not_are_in_none(
    session: Session, site: Site
) -> None:
    articles = [make_article(session, site) for _ in range(3)]
    draft = make_article(session, site, status=ContentStatus.DRAFT)
    approval.approve(session, site.id, [*(each.id for each in articles), draft.id, 999_999], by="ann")
    assert [event.item_ids for event in events_of(session, site.id)] == [[each.id for each in articles]]
    approval.approve(session, site.id, [articles[0].id], by="bob")
    assert len(events_of(session, site.id)) == 1, "it was approved already"


def test_a_person_s_approval_ends_the_chain_of_rules(session: Session, site: Site, execution: RuleExecution) -> None:
    article = make_article(session, site, rule_execution_id=execution.id)
    approval.approve(session, site.id, [article.id], by="ann")
    assert origin(session, article) is None
    assert causes_of(session, site.id, APPROVED) == {None}


def test_an_approval_by_a_run_of_no_rule_leaves_the_article_the_doing_of_the_rule_that_wrote_it(
    session: Session, site: Site, execution: RuleExecution
) -> None:
    article = make_article(session, site, rule_execution_id=execution.id)
    approval.approve(session, site.id, [article.id], by="auto approval", run_id=make_run(session, site).id)
    assert origin(session, article) == execution.id
    assert causes_of(session, site.id, APPROVED) == {None}


def test_an_approval_by_a_rule_s_run_is_its_effect_and_so_is_all_that_comes_of_the_article(
    session: Session, site: Site, execution: RuleExecution
) -> None:
    """Also of an article that another rule wrote, or none: published, it would set off the rule that approved it."""
    other = make_execution(session, make_rule(session, site))
    mine = make_article(session, site)
    theirs = make_article(session, site, rule_execution_id=other.id)
    run = make_run(session, site, rule_execution_id=execution.id)
    approval.approve(session, site.id, [mine.id, theirs.id], by="auto approval", run_id=run.id)
    assert (origin(session, mine), origin(session, theirs)) == (execution.id, execution.id)
    assert causes_of(session, site.id, APPROVED) == {execution.id}


def test_what_is_approved_again_after_it_was_taken_back_is_an_event_again(session: Session, site: Site) -> None:
    article = make_article(session, site)
    approval.approve(session, site.id, [article.id], by="ann")
    approval.undo(session, site.id, [article.id], by="ann")
    approval.approve(session, site.id, [article.id], by="ann")
    assert items_of(session, site.id, APPROVED) == [article.id] * 2


def test_a_rejection_is_no_event(session: Session, site: Site) -> None:
    article = make_article(session, site)
    reject(session, site.id, {article.id: Rejection([RejectReason.OTHER], "Dull.")}, by="ann")
    assert events_of(session, site.id) == []


def test_an_approval_that_is_rolled_back_leaves_no_event(session: Session, sessions: Sessions, site: Site) -> None:
    article = make_article(session, site)
    session.commit()
    approval.approve(session, site.id, [article.id], by="ann")
    session.rollback()
    with sessions() as later:
        assert events_of(later, site.id) == []
