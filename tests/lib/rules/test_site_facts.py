"""The site as the item of its schedules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ContentStatus, RuleTrigger, Site, SiteContentStatus
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.reading import find_matches, read_items
from tests.factories.articles import make_article
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_idea, make_keywords
from tests.factories.sites import make_site


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, language="de", timezone="Asia/Tokyo")


def test_a_schedule_s_item_is_the_site(session: Session, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    friday_night = datetime(2026, 7, 31, 20, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: friday_night)
    make_keywords(session, site, 3)
    grant(session, site.account_id, "99.5")
    make_article(session, site, status=ContentStatus.APPROVED)
    make_article(
        *(session, site),
        status=ContentStatus.APPROVED,
        site_status=SiteContentStatus.SCHEDULED,
        scheduled_publish_at=friday_night,
    )  # fmt: skip - one article
    for overall in (70, 71, 71):
        make_article(session, site, optimization_scores={"overall": overall, "seo": 80})

    (item,) = read_items(session, site, RuleTrigger.SCHEDULE)

    assert (item.id, item.name) == (0, site.name)
    assert item.values == {
        "keywords_waiting": 3,
        "clusters_waiting": 0,
        "ideas_waiting": 0,
        "tasks_waiting": 0,
        "drafts_waiting": 0,
        "in_review": 3,
        "approved_without_date": 1,
        "published": 0,
        "average_score": Decimal("70.7"),
        "available_credits": Decimal("99.5"),
        "weekday": "saturday",
        "day_of_month": 1,
    }


@pytest.mark.parametrize(("needed", "waiting"), [(False, 2), (True, 1)])
def test_ideas_that_need_an_approval_wait_once_they_have_it(session: Session, *, needed: bool, waiting: int) -> None:
    site = make_site(session, config={"ideas_need_approval": needed})
    cluster = make_cluster(session, site, "Roofs")
    make_idea(session, site, cluster, "One")
    make_idea(session, site, cluster, "Two", approved_at=clock.now())

    (item,) = read_items(session, site, RuleTrigger.SCHEDULE)

    assert item.values["ideas_waiting"] == waiting


@pytest.mark.parametrize(("wanted", "holds"), [(3, True), (4, False)])
def test_a_schedule_says_whether_its_conditions_hold_and_names_no_item(
    session: Session, site: Site, *, wanted: int, holds: bool
) -> None:
    make_keywords(session, site, 3)

    found = find_matches(
        session, site, RuleTrigger.SCHEDULE, [Condition(field="keywords_waiting", operator="gte", value=wanted)]
    )

    assert (found.ids, found.looked_at, found.holds) == ([], 1, holds)
    assert [len(found.samples), len(found.others)] == ([1, 0] if holds else [0, 1])
