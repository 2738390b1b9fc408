"""Approving, rejecting and taking it back: what is done, what is not and why, and who it was."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, ContentStatus, RejectReason, Site, SiteContentStatus
from igny8_lib.review.decisions import MOST_AT_ONCE, UNKNOWN, Rejection, approve, reject, undo
from igny8_lib.review.edit import ArticleChanges, edit
from igny8_lib.review.events import history
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.statements import count_statements

TONE = Rejection([RejectReason.TONE])


def test_in_bulk_each_article_is_decided_about_or_says_why_not(session: Session, site: Site) -> None:
    one, other = make_article(session, site), make_article(session, site)
    stand = {status: make_article(session, site, status=status).id for status in ContentStatus}
    foreign = make_article(session, make_site(session)).id
    ids = [other.id, one.id, foreign, 999_999, *(n for status, n in stand.items() if status != "review")]
    decided = approve(session, site.id, ids, by="ann")
    assert decided.done == [one.id, other.id]
    assert decided.refused == {
        foreign: UNKNOWN,
        999_999: UNKNOWN,
        stand[ContentStatus.DRAFT]: "is a draft: it is still being made",
        stand[ContentStatus.LINKED]: "is linked: it is still being made",
        stand[ContentStatus.OPTIMIZED]: "is optimized: it is still being made",
        stand[ContentStatus.APPROVED]: "is approved already",
        stand[ContentStatus.REJECTED]: "is rejected already",
        stand[ContentStatus.PUBLISHED]: "is published",
        stand[ContentStatus.FAILED]: "has failed",
    }
    session.expire_all()
    assert {one.status, other.status} == {"approved"}
    assert session.get_one(Content, foreign).status == "review"


def test_an_article_that_was_changed_since_it_was_read_is_not_approved(session: Session, article: Content) -> None:
    edit(session, article.site_id, article.id, ArticleChanges(title="New"), version=1, by="ben")
    refused = approve(session, article.site_id, [article.id], by="ann", seen={article.id: 1}).refused
    assert refused == {article.id: "was changed meanwhile: its newest version is 2, you have seen version 1"}
    assert approve(session, article.site_id, [article.id], by="ann", seen={article.id: 2}).done == [article.id]


def test_who_decided_when_why_and_about_which_version_is_kept(session: Session, article: Content) -> None:
    site_id, number = article.site_id, article.id
    reasons = [RejectReason.FACTS, RejectReason.TONE, RejectReason.FACTS]
    reject(session, site_id, {number: Rejection(reasons, " Roses have no thorns. ")}, by="ann")
    undo(session, site_id, [number], by="ben")
    approve(session, site_id, [number], by="cleo")
    told = history(session, site_id, number)
    assert [(row["kind"], row["made_by"], row["reasons"], row["remark"]) for row in told] == [
        ("approved", "cleo", [], ""),
        ("returned", "ben", [], ""),
        ("rejected", "ann", ["facts", "tone"], "Roses have no thorns."),
    ]
    assert {row["version"] for row in told} == {1}
    assert all(row["made_at"] for row in told)


@pytest.mark.parametrize(
    ("rejection", "told"),
    [
        (Rejection([]), "one or more of facts, off_topic"),
        (Rejection([RejectReason.OTHER]), "Say in a remark"),
        (Rejection([RejectReason.OTHER], " \u200b"), "Say in a remark"),
        (Rejection([RejectReason.TONE], "x" * 2001), "at most 2,000 characters"),
    ],
)
def test_every_rejected_article_needs_a_reason_else_none_is_rejected(
    session: Session, site: Site, article: Content, rejection: Rejection, told: str
) -> None:
    other = make_article(session, site)
    with pytest.raises(InvalidInput, match=told):
        reject(session, site.id, {article.id: TONE, other.id: rejection}, by="ann")
    session.expire_all()
    assert {article.status, other.status} == {"review"}


def test_a_rejection_and_an_approval_that_nothing_has_used_are_taken_back(session: Session, site: Site) -> None:
    made = {
        "rejected": make_article(session, site, status=ContentStatus.REJECTED),
        "approved": make_article(session, site, status=ContentStatus.APPROVED),
        "dated": make_article(
            session, site, status=ContentStatus.APPROVED, scheduled_publish_at=datetime(2026, 1, 1, tzinfo=UTC)
        ),
        "under way": make_article(
            session, site, status=ContentStatus.APPROVED, site_status=SiteContentStatus.PUBLISHING
        ),
        "public": make_article(session, site, status=ContentStatus.PUBLISHED),
        "waiting": make_article(session, site),
    }
    decided = undo(session, site.id, [article.id for article in made.values()], by="ann")
    assert decided.done == [made["rejected"].id, made["approved"].id]
    assert {name for name, article in made.items() if article.id in decided.refused} == {
        "dated",
        "under way",
        "public",
        "waiting",
    }
    session.expire_all()
    assert (made["rejected"].status, made["approved"].status, made["dated"].status) == ("review", "review", "approved")


def test_of_two_decisions_at_the_same_instant_the_second_finds_the_first(sessions: Sessions) -> None:
    with sessions.begin() as session:
        article = make_article(session, make_site(session))
    done: list[str] = []
    start = threading.Barrier(2)

    def decide(name: str) -> None:
        start.wait()
        with sessions.begin() as session:
            if name == "approved":
                decided = approve(session, article.site_id, [article.id], by=name)
            else:
                decided = reject(session, article.site_id, {article.id: TONE}, by=name)
            done.extend([name] * len(decided.done))

    people = [threading.Thread(target=decide, args=(name,)) for name in ("approved", "rejected")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    with sessions() as session:
        assert done == [session.get_one(Content, article.id).status]
        assert [row["kind"] for row in history(session, article.site_id, article.id)] == done


def test_approving_takes_four_statements_however_many_articles(session: Session, site: Site) -> None:
    counted = []
    for number in (1, 20):
        ids = [make_article(session, site).id for _ in range(number)]
        session.commit()
        counted.append(count_statements(session, partial(approve, session, site.id, ids, by="ann")))
        assert {session.get_one(Content, number).status for number in ids} == {ContentStatus.APPROVED}
    assert counted == [4, 4], "locked, moved, written down for people, and for the rules"


def test_too_many_articles_at_once_are_refused(session: Session, site: Site) -> None:
    with pytest.raises(InvalidInput, match="At most 1,000 articles at once, not 1,001"):
        approve(session, site.id, range(1, MOST_AT_ONCE + 2), by="ann")
    assert approve(session, site.id, [], by="ann").done == []
