"""A thousand articles of a hundred sites at once, and eight publishers: none twice, no site starved."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, Publication, PublicationStatus, Site, SiteContentStatus
from igny8_lib.publishing.due import find_due
from tests.lib.publishing.drain import drain
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site

SITES, EACH, WORKERS = 100, 10, 8


@pytest.mark.slow("a thousand pages are written, fetched and recorded")
def test_a_thousand_articles_of_a_hundred_sites_drain_without_a_double_and_no_site_starves(
    session: Session, database_url: str, sites: StaticSites
) -> None:
    made = [make_static_site(session) for _ in range(SITES)]
    for site in made:
        for number in range(EACH):
            make_due(session, site, ago=timedelta(seconds=60 + 5 * number))
    session.commit()
    counts = drain(database_url, sites, workers=WORKERS, seconds=1_200)
    session.expire_all()
    assert counts["done"] == SITES * EACH
    assert find_due(session, clock.now()) == []
    by_status = session.execute(select(Content.site_status, func.count()).group_by(Content.site_status)).all()
    assert [tuple(row) for row in by_status] == [(SiteContentStatus.PUBLISHED, SITES * EACH)]
    records = session.scalars(select(Publication).order_by(Publication.published_at)).all()
    assert {(known.status, known.attempts) for known in records} == {(PublicationStatus.DONE, 1)}
    for site in made:
        assert len(sites.pages(site.slug)) == EACH, "each article has one page"
        assert_in_order(session, site)
    earliest = Counter(known.site_id for known in records[: SITES * 2])
    assert len(earliest) > SITES * 0.9, "nearly every site is served before any has had much more than its share"
    assert max(earliest.values()) <= 5


def assert_in_order(session: Session, site: Site) -> None:
    mine = Content.site_id == site.id
    went_out = session.scalars(select(Content.id).where(mine).order_by(Content.published_at)).all()
    slots = session.scalars(select(Content.id).where(mine).order_by(Content.scheduled_publish_at)).all()
    assert went_out == slots
