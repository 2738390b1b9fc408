"""Every route that is read asks the database as often for much as for little, and finds its rows by index."""

from __future__ import annotations

import igny8_product
import pytest
from cachetools import TTLCache
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, RunStatus, Site, StoppedReason
from tests.factories.sites import make_site
from tests.factories.tenants import MADE_BY_OTHERS, known_row, make_row, tenant_tables
from tests.plugins.web.furniture import furnish_site
from tests.plugins.web.house import API, House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import Known, Sample
from tests.statements import statements_on

pytestmark = pytest.mark.slow("asks every route at two volumes")

MANY = 12
ONE_PER_SITE = MADE_BY_OTHERS | {"users", "site_user_accesses"}


def add_rows(session: Session, slug: str, times: int) -> None:
    """So many more rows of the site in every table that may have several, each family with parents of its own."""
    site = session.scalars(select(Site).where(Site.slug == slug)).one()
    for _ in range(times):
        parents: dict[str, int] = {"accounts": site.account_id, "sites": site.id}
        for table in tenant_tables():
            if table.name in ONE_PER_SITE:
                continue
            try:
                with session.begin_nested():
                    parents[table.name] = make_row(session, table, parents)
            except IntegrityError:
                parents[table.name] = known_row(session, table, site) or 0
        end_runs(session, site)


def end_runs(session: Session, site: Site) -> None:
    """A site has one active run: the others have ended."""
    ended = {"status": RunStatus.COMPLETED, "stopped_reason": StoppedReason.COMPLETED, "completed_at": clock.now()}
    open_ones = (AutomationRun.site_id == site.id, AutomationRun.status == RunStatus.RUNNING)
    session.execute(update(AutomationRun).where(*open_ones).values(ended))


def add_sites(session: Session, like: str, times: int) -> None:
    """So many more sites of the account, each with a row everywhere."""
    account = session.scalars(select(Site).where(Site.slug == like)).one().account
    for _ in range(times):
        furnish_site(session, make_site(session, account).slug)


APART = (
    f"{API}/images/{{image_id}}/file/",
    f"{API}/site-builder/assets/{{asset_id}}/file/",
    "/igny8/sites/{slug}/content/decide",
    "/igny8/sites/{slug}/start/estimate",
    "/igny8/sites/{slug}/website/{blueprint_id}/build",
    "/igny8/sites/{slug}/website/{blueprint_id}/check",
)
"""Asked by tests of their own: files that no picture and no upload has here, and what forms ask with a box ticked,
and the check of a website that has a place."""


def reads(house: House) -> list[WebRoute]:
    """The routes that change nothing."""
    return [route for route in all_routes(house.app) if not route.is_write and route.path not in APART]


def statements_of(house: House, route: WebRoute, known: Known) -> list[str]:
    """What an answer asks of the database; who asks is known by then."""
    client = house.client("owner")
    Sample(route, known).send(client)
    with statements_on(igny8_product.product_engine()) as sent:
        answer = Sample(route, known).send(client)
    assert answer.status_code == 200, f"{route}: {answer.status_code}"
    return sent


@pytest.fixture
def blog(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        known = furnish_site(session, "blog")
        end_runs(session, session.scalars(select(Site).where(Site.slug == "blog")).one())
        return known


def test_no_route_asks_more_often_where_there_is_more(
    house: House, sessions: Sessions, blog: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(igny8_product.members(), "known", TTLCache(10, 3_600))
    few = {route: statements_of(house, route, blog) for route in reads(house)}
    with sessions.begin() as session:
        add_rows(session, "blog", MANY)
        add_sites(session, "blog", 3)
    grown = []
    for route, before in few.items():
        after = statements_of(house, route, blog)
        if len(after) != len(before):
            more = {
                each: after.count(each) - before.count(each) for each in after if after.count(each) > before.count(each)
            }
            told = "".join(f"\n      {times} × {each[:300]}" for each, times in more.items())
            grown.append(f"{route}: {len(before)} statements, with more rows {len(after)}{told}")
    assert grown == [], "\n".join(grown)


def test_the_many_rows_are_there(house: House, sessions: Sessions, blog: Known) -> None:  # noqa: ARG001
    with sessions.begin() as session:
        add_rows(session, "blog", MANY)
        for name in ("keywords", "clusters", "content_ideas", "tasks", "content", "images", "automation_runs"):
            table = next(table for table in tenant_tables() if table.name == name)
            assert len(session.execute(select(table.c.id).where(table.c.site_id == house.blog)).all()) > 3, name
