"""From what is due to a page: once, with the right content, in order, and told where it failed."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentStatus,
    Publication,
    PublicationStatus,
    PublicationStep,
    SiteArticleRow,
    SiteContentStatus,
    StepStatus,
    SyncStatus,
)
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.publisher import Outcome
from igny8_lib.publishing.records import hold, hold_site
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, move_slot, record


def test_what_is_due_becomes_a_public_page_and_the_article_says_where(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session, slug="harbour")
    content = make_due(session, site, sites.media, slug="roses", title="Roses & thorns")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(content)
    known = record(session, content)
    assert (content.status, content.site_status) == (ContentStatus.PUBLISHED, SiteContentStatus.PUBLISHED)
    assert content.external_url == known.external_url == sites.address("harbour", "roses")
    assert content.published_at == known.published_at is not None
    assert content.sync_status is SyncStatus.NATIVE
    assert (known.status, known.error, known.content_version) == (PublicationStatus.DONE, None, 1)
    assert session.scalars(select(SiteArticleRow.mark)).all() == [known.mark]
    steps = session.scalars(select(PublicationStep)).all()
    assert {step.status for step in steps} == {StepStatus.DONE}
    assert len(steps) == 5
    assert find_due(session, clock.now()) == []


def test_what_is_not_due_yet_stays(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session)
    make_due(session, site, ago=timedelta(minutes=-5))
    session.commit()
    assert not sites.publisher(sessions).work().counts


def test_an_article_that_was_moved_meanwhile_does_not_go_out_at_its_old_time(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    (due,) = find_due(session, clock.now())
    move_slot(session, content, clock.now() + timedelta(days=1))
    session.commit()
    assert sites.publisher(sessions).publish_one(due) is None
    session.refresh(content)
    assert content.site_status is SiteContentStatus.SCHEDULED
    assert session.scalars(select(Publication)).all() == []


def test_an_article_that_was_moved_a_little_does_not_go_out_by_the_earlier_look(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session), ago=timedelta(minutes=5))
    session.commit()
    (due,) = find_due(session, clock.now())
    move_slot(session, content, clock.now() - timedelta(minutes=1))
    session.commit()
    assert sites.publisher(sessions).publish_one(due) is None


@pytest.mark.parametrize(
    "switch",
    [
        {"publishing": {"auto_publish_enabled": False}},
        {"status": "inactive"},
        {"hosting_type": "shopify"},
    ],
)
def test_nothing_goes_out_by_itself_where_that_is_switched_off(
    session: Session, sessions: Sessions, sites: StaticSites, switch: dict[str, object]
) -> None:
    make_due(session, make_static_site(session, **switch))  # type: ignore[arg-type]
    session.commit()
    assert not sites.publisher(sessions).work().counts


def test_nothing_of_a_suspended_account_goes_out(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session)
    site.account.status = "suspended"  # type: ignore[assignment]
    make_due(session, site)
    session.commit()
    assert not sites.publisher(sessions).work().counts


def test_a_site_has_one_publisher_at_a_time(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session)
    make_due(session, site)
    session.commit()
    with sessions() as other:
        assert hold_site(other, site.id)
        assert not sites.publisher(sessions).work().counts
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}


def test_a_record_has_one_publisher_at_a_time(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    sites.publisher(sessions).work()
    known = record(session, content)
    session.commit()
    with sessions() as one, sessions() as two:
        assert hold(one, known.id) is not None
        assert hold(two, known.id) is None


def test_items_of_one_site_go_out_oldest_first(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session)
    made = [make_due(session, site, ago=timedelta(minutes=ago)) for ago in (2, 9, 5)]
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 3}
    order = session.scalars(select(Content.id).order_by(Content.published_at)).all()
    assert order == [made[1].id, made[2].id, made[0].id]


def test_a_site_with_many_older_items_does_not_starve_another(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    busy, quiet = make_static_site(session), make_static_site(session)
    for number in range(4):
        make_due(session, busy, ago=timedelta(minutes=10 + number))
    last = make_due(session, quiet, ago=timedelta(minutes=1))
    session.commit()
    sites.publisher(sessions).work()
    order = session.scalars(select(Content.id).order_by(Content.published_at)).all()
    assert order.index(last.id) == 1


def test_a_picture_whose_file_is_gone_fails_at_once_with_what_to_do(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session), sites.media)
    session.commit()
    sites.media.remove(f"{content.site_id}/nothing")
    for file in sites.media.path("").rglob("*.png"):  # type: ignore[attr-defined]
        file.unlink()
    assert sites.publisher(sessions).work().counts == {Outcome.FAILED: 1}
    known = record(session, content)
    assert (known.status, known.cause) == (PublicationStatus.FAILED, "picture_missing")
    assert "drawn anew" in str(known.error)
    session.refresh(content)
    assert content.site_status is SiteContentStatus.FAILED
    assert content.status is ContentStatus.APPROVED


def test_a_server_that_ends_idle_transactions_does_not_end_a_publisher_that_waits_for_its_website(
    session: Session, sessions: Sessions
) -> None:
    """Its transaction holds the locks while a slow website is asked."""
    site = make_static_site(session)
    session.commit()
    with sessions() as guard:
        guard.execute(select(func.set_config("idle_in_transaction_session_timeout", "100ms", false())))
        assert hold_site(guard, site.id)
        time.sleep(0.5)
        with sessions() as other:
            assert not hold_site(other, site.id)
        guard.connection().invalidate()  # nobody else gets a connection so impatient
