"""Approving and giving slots are one transaction, for people and for runs; of many at once no two share a slot."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Content, ContentStatus, Site, SiteContentStatus
from igny8_lib.publishing import approval, calendar
from igny8_lib.publishing.settings import change
from tests.factories.articles import make_article
from tests.factories.sites import make_site

APPROVERS = 8
EACH = 5


def test_an_approval_gives_a_date_and_taking_it_back_frees_it_for_who_waits(session: Session, site: Site) -> None:
    change(session, site.id, {"queue_limit": 1})
    one, two = make_article(session, site), make_article(session, site)
    told = approval.approve(session, site.id, [one.id, two.id, 999_999], by="ann")
    assert (told.decided.done, list(told.decided.refused)) == ([one.id, two.id], [999_999])
    assert (list(told.scheduled), list(told.without_slot)) == ([one.id], [two.id])
    assert approval.undo(session, site.id, [one.id], by="ann").done == [one.id]
    session.expire_all()
    assert (one.status, one.site_status, one.scheduled_publish_at) == ("review", "not_scheduled", None)
    assert (two.scheduled_publish_at, two.no_slot_reason) == (told.scheduled[one.id], None)
    approval.undo(session, site.id, [two.id], by="ann")
    session.expire_all()
    assert (two.status, two.scheduled_publish_at, two.no_slot_reason) == ("review", None, None)


@pytest.mark.parametrize("status", ["publishing", "published", "failed"])
def test_what_is_on_its_way_keeps_its_date_and_its_approval(session: Session, site: Site, status: str) -> None:
    article = make_article(session, site)
    date = approval.approve(session, site.id, [article.id], by="ann").scheduled[article.id]
    session.refresh(article)
    article.site_status = SiteContentStatus(status)
    session.flush()
    assert list(approval.undo(session, site.id, [article.id], by="ann").refused) == [article.id]
    session.expire_all()
    assert (article.status, article.scheduled_publish_at) == ("approved", date)
    assert approval.why_settled(article)


def test_too_many_at_once_are_refused_before_anything(session: Session, site: Site) -> None:
    article = make_article(session, site)
    approval.approve(session, site.id, [article.id], by="ann")
    with pytest.raises(InvalidInput, match="At most 1,000"):
        approval.undo(session, site.id, [article.id, *range(10_000, 11_000)], by="ann")
    session.expire_all()
    assert article.scheduled_publish_at


def test_many_approvers_at_once_share_no_slot_and_keep_the_queue_limit(sessions: Sessions) -> None:
    limit = APPROVERS * EACH - 7
    with sessions.begin() as session:
        site = make_site(session, publishing={"queue_limit": limit})
        ids = [make_article(session, site).id for _ in range(APPROVERS * EACH)]
    together = threading.Barrier(APPROVERS)

    def decide(number: int) -> None:
        together.wait()
        for article in ids[number::APPROVERS]:
            with sessions.begin() as session:
                approval.approve(session, site.id, [article], by=f"approver {number}")

    with ThreadPoolExecutor(APPROVERS) as pool:
        list(pool.map(decide, range(APPROVERS)))
    with sessions() as session:
        rows = session.scalars(select(Content).where(Content.site_id == site.id)).all()
    slots = [row.scheduled_publish_at for row in rows if row.scheduled_publish_at]
    assert len(set(slots)) == len(slots) == limit
    assert Counter(row.status for row in rows) == {ContentStatus.APPROVED: len(ids)}
    assert sum(row.no_slot_reason is not None for row in rows) == 7


def test_approving_taking_back_moving_and_filling_at_once_never_wait_for_each_other_forever(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session, publishing={"queue_limit": 6})
        ids = [make_article(session, site).id for _ in range(12)]
    together = threading.Barrier(4)

    def work(number: int) -> None:
        together.wait()
        for turn in range(12):
            with sessions.begin() as session:
                mine = ids[turn % 3 :: 3]
                if number % 2:
                    approval.undo(session, site.id, mine[::-1], by="ben")
                    calendar.fill_room(session, session.get_one(Site, site.id))
                else:
                    approval.approve(session, site.id, mine, by="ann")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with sessions() as session:
        rows = session.scalars(select(Content).where(Content.site_id == site.id)).all()
    dated = [row for row in rows if row.scheduled_publish_at]
    waiting = [row for row in rows if row.status == ContentStatus.APPROVED and not row.scheduled_publish_at]
    assert len(dated) <= 6
    assert not waiting or len(dated) == 6, "nobody waits while there is room"
    assert all(row.no_slot_reason for row in waiting)


def test_of_many_who_want_one_time_one_gets_it_and_the_others_are_told_who(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        ids = [make_article(session, site).id for _ in range(4)]
        approval.approve(session, site.id, ids, by="ann")
    wanted = (clock.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    together = threading.Barrier(len(ids))

    def move(article: int) -> str | None:
        together.wait()
        try:
            with sessions.begin() as session:
                calendar.move(session, session.get_one(Site, site.id), article, wanted)
        except Conflict as refused:
            return str(refused)
        return None

    with ThreadPoolExecutor(len(ids)) as pool:
        told = dict(zip(ids, pool.map(move, ids), strict=True))
    (winner,) = [article for article, refusal in told.items() if refusal is None]
    assert all(f"is taken by the article {winner} " in refusal for refusal in told.values() if refusal)


def test_an_approval_that_dies_halfway_leaves_neither_decision_nor_date(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        article = make_article(session, site).id

    def approve_then_die() -> None:
        with sessions.begin() as session:
            approval.approve(session, site.id, [article], by="ann")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        approve_then_die()
    with sessions() as session:
        row = session.get_one(Content, article)
    assert (row.status, row.site_status, row.scheduled_publish_at) == ("review", "not_scheduled", None)
