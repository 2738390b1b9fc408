"""After an outage everything goes out in order, at the site's pace, and says how late it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Publication, Site
from igny8_lib.publishing import actions
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.publisher import Outcome
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record
from tests.query_plans import plans_of
from tests.statements import count_statements

TWO_DAYS = timedelta(days=2)
QUARTERS = {"scheduling_mode": "stagger", "stagger_interval_minutes": 15}


def let_pass(session: Session, minutes: float) -> None:
    """Everything that was published is so much older."""
    earlier = Publication.published_at - timedelta(minutes=minutes)
    session.execute(update(Publication).values(published_at=earlier))
    session.commit()


@pytest.mark.parametrize(("publishing", "pace"), [({}, 15), ({"scheduling_mode": "immediate"}, 1)])
def test_after_two_days_without_a_scheduler_what_was_missed_goes_out_in_order_at_the_sites_pace_and_says_the_delay(
    session: Session, sessions: Sessions, sites: StaticSites, publishing: dict[str, object], pace: int
) -> None:
    site = make_static_site(session, publishing=publishing)
    missed = [make_due(session, site, ago=TWO_DAYS - timedelta(hours=9 * number)) for number in range(3)]
    on_time = make_due(session, site, ago=timedelta(minutes=1))
    session.commit()
    publisher = sites.publisher(sessions)
    for content in missed[:-1]:
        assert publisher.work().counts == {Outcome.DONE: 1}, "one, then its pace"
        late = record(session, content).report["delay_seconds"]
        assert content.scheduled_publish_at is not None
        assert late == pytest.approx((clock.now() - content.scheduled_publish_at).total_seconds(), abs=60)
        let_pass(session, pace - 0.5)
        assert not publisher.work().counts, "not yet"
        let_pass(session, 1)
    assert publisher.work().counts == {Outcome.DONE: 2}, "what is on time goes out as soon as its turn has come"
    assert "delay_seconds" in record(session, missed[-1]).report
    assert "delay_seconds" not in record(session, on_time).report


def test_after_an_outage_each_site_makes_up_in_order_at_its_own_pace_and_none_waits_for_another(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    slow, swift = (make_static_site(session, publishing=each) for each in (QUARTERS, {"scheduling_mode": "immediate"}))
    missed = {
        site.id: [make_due(session, site, ago=TWO_DAYS - timedelta(hours=number)).id for number in range(4)]
        for site in (slow, swift)
    }
    session.commit()
    publisher = sites.publisher(sessions)
    minutes: dict[int, int] = {}
    for minute in range(46):
        publisher.work()
        minutes |= dict.fromkeys(live(session) - minutes.keys(), minute)
        let_pass(session, 1)
    assert [minutes.get(each) for each in missed[slow.id]] == [0, 15, 30, 45]
    assert [minutes.get(each) for each in missed[swift.id]] == [0, 1, 2, 3]


def live(session: Session) -> set[int]:
    """The articles that are public."""
    return set(session.scalars(select(Publication.content_id).where(Publication.published_at.is_not(None))))


def test_what_is_a_little_late_goes_out_as_fast_as_the_target_answers(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session)
    for minutes in (14, 9, 3):
        make_due(session, site, ago=timedelta(minutes=minutes))
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 3}


def test_what_people_ask_for_does_not_wait_behind_what_was_missed(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session)
    for hours in (40, 30):
        make_due(session, site, ago=timedelta(hours=hours))
    wanted = make_due(session, site, ago=timedelta(days=-3))
    session.commit()
    sites.publisher(sessions).work()
    actions.publish_now(session, site, wanted.id, by="ann")
    session.commit()
    assert sites.publisher(sessions).work().counts == {Outcome.DONE: 1}
    session.refresh(wanted)
    assert wanted.published_at is not None


def fill(session: Session, number_of_sites: int, *, due: int, later: int) -> list[Site]:
    made = [make_static_site(session) for _ in range(number_of_sites)]
    for site in made:
        for number in range(due):
            make_due(session, site, ago=timedelta(seconds=60 + number))
        for number in range(later):
            make_due(session, site, ago=timedelta(days=-1 - number))
    session.commit()
    return made


def test_looking_for_what_is_due_is_one_statement_whatever_the_volume(session: Session, engine: Engine) -> None:
    fill(session, 2, due=1, later=1)
    assert count_statements(engine, lambda: find_due(session, clock.now())) == 1
    fill(session, 20, due=5, later=5)
    assert count_statements(engine, lambda: find_due(session, clock.now())) == 1
    assert len(find_due(session, clock.now())) == 22


def test_looking_for_what_is_due_reads_no_whole_table(session: Session, engine: Engine) -> None:
    site = fill(session, 1, due=1, later=0)[0]
    old = clock.now() - timedelta(days=400)
    copy_published(session, site, old)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE content, publications"))
    plan = plans_of(engine, lambda work: find_due(work, clock.now()))
    scanned = {node.get("Relation Name") for node in plan if node["Node Type"] == "Seq Scan"}
    assert not scanned & {"content", "publications"}
    assert {"ix_content_due", "ix_publications_open"} <= {node.get("Index Name") for node in plan}


def copy_published(session: Session, site: Site, since: datetime) -> None:
    """Two thousand articles that went out long ago."""
    base = {"site_id": site.id, "html": "", "status": "published", "site_status": "published"}
    rows = [base | {"title": f"Old {n}", "slug": f"old-{n}"} for n in range(2_000)]
    session.execute(insert(Content), rows)
    facts = {"site_id": site.id, "target": "igny8", "requested_by": "calendar", "due_at": since, "status": "done"}
    facts |= {"next_attempt_at": since, "published_at": since, "wish": "live"}
    ids = session.scalars(select(Content.id).where(Content.slug.like("old-%"))).all()
    marked = [facts | {"content_id": each, "mark": f"old-{each}"} for each in ids]
    session.execute(insert(Publication), marked)
    session.commit()
