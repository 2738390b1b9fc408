"""A write that is sent twice is done once, and answered as the first time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AnsweredRequest, Site
from igny8_lib.sites.repeats import KEPT, Given, KeyOfAnotherRequest, Repeatable, once
from tests.factories.sites import make_site

REQUEST = Repeatable("ann", "key-1", "digest of POST /x {}")


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session)


def send(sessions: Sessions, site: Site, request: Repeatable, do: Callable[[], Given]) -> Given:
    with sessions.begin() as session:
        return once(session, request, do, account_id=site.account_id, site_id=site.id)


def rename(sessions: Sessions, site: Site, request: Repeatable, name: str, status: int = 200) -> Given:
    """A write with an effect that can be counted: it appends to the site's brand."""
    with sessions.begin() as session:

        def do() -> Given:
            session.execute(update(Site).where(Site.id == site.id).values(brand=Site.brand + name))
            return Given(status, {"brand": name})

        return once(session, request, do, account_id=site.account_id, site_id=site.id)


def brand(sessions: Sessions, site: Site) -> str:
    with sessions() as session:
        return session.get_one(Site, site.id).brand


def test_the_second_request_gets_the_first_answer_and_does_nothing(sessions: Sessions, site: Site) -> None:
    before = brand(sessions, site)
    first = rename(sessions, site, REQUEST, "a", 201)
    second = rename(sessions, site, REQUEST, "b")
    assert (first.status, first.document, first.repeated) == (201, {"brand": "a"}, False)
    assert (second.status, second.document, second.repeated) == (201, {"brand": "a"}, True)
    assert brand(sessions, site) == before + "a"


def test_twenty_at_the_same_moment_are_done_once(sessions: Sessions, site: Site) -> None:
    before = brand(sessions, site)
    with ThreadPoolExecutor(10) as pool:
        given = list(pool.map(lambda _: rename(sessions, site, REQUEST, "x"), range(20)))
    assert brand(sessions, site) == before + "x"
    assert sum(not each.repeated for each in given) == 1
    assert {each.document["brand"] for each in given} == {"x"}


def test_a_request_that_failed_is_not_remembered(sessions: Sessions, site: Site) -> None:
    def fail() -> Given:
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        send(sessions, site, REQUEST, fail)
    assert rename(sessions, site, REQUEST, "a").repeated is False


def test_another_request_under_the_same_key_is_refused(sessions: Sessions, site: Site) -> None:
    rename(sessions, site, REQUEST, "a")
    with pytest.raises(KeyOfAnotherRequest, match="take a new key"):
        rename(sessions, site, Repeatable("ann", "key-1", "digest of POST /y {}"), "b")


def test_two_people_may_use_the_same_key(sessions: Sessions, site: Site) -> None:
    rename(sessions, site, REQUEST, "a")
    assert rename(sessions, site, Repeatable("bob", "key-1", REQUEST.digest), "b").repeated is False


def test_without_a_key_each_request_is_done(sessions: Sessions, site: Site) -> None:
    before = brand(sessions, site)
    for _ in range(2):
        rename(sessions, site, Repeatable("ann", "", ""), "z")
    assert brand(sessions, site) == before + "zz"


def test_answers_are_forgotten_after_two_days(sessions: Sessions, site: Site) -> None:
    rename(sessions, site, REQUEST, "a")
    with sessions.begin() as session:
        session.execute(update(AnsweredRequest).values(created_at=clock.now() - KEPT - timedelta(minutes=1)))
    rename(sessions, site, Repeatable("ann", "key-2", "another"), "b")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(AnsweredRequest)) == 1
    assert rename(sessions, site, REQUEST, "c").repeated is False
