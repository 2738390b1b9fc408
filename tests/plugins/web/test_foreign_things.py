"""Ids of another account's things, wherever a route takes one: they are as little there as ids of nothing at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from httpx import Response
from sqlalchemy import func, select, text

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from tests.factories.tenants import tenant_tables
from tests.plugins.web.furniture import furnish_site
from tests.plugins.web.house import House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import PLACES, Known, Sample, said

pytestmark = pytest.mark.slow("asks every route for things of others")

NOTHING = 2**40
"""An id that nothing has."""


@pytest.fixture
def own(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "blog")


@pytest.fixture
def theirs(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        for word in ("rival-blog", "shop"):
            furnish_site(session, word)
        return furnish_site(session, "rival-blog")


def at_home(own: Known, things: Known) -> dict[str, int | str]:
    """The caller's own site and account, and things of somebody else."""
    return dict(things) | {place: own[place] for place in PLACES}


def nothings(things: Known) -> dict[str, int | str]:
    """Ids of the same kind that nothing has."""
    return {name: NOTHING if isinstance(value, int) else "nothing-at-all" for name, value in things.items()}


def digest(sessions: Sessions, slug: str) -> Mapping[str, str]:
    """What each table holds of a site and of its account."""
    found = {}
    with sessions() as session:
        site = session.scalars(select(Site).where(Site.slug == slug)).one()
        for table in tenant_tables():
            column = next(table.c[name] for name in ("site_id", "account_id", "slug") if name in table.c)
            value = {"site_id": site.id, "account_id": site.account_id, "slug": slug}[column.name]
            row = func.md5(func.string_agg(text(f"CAST({table.name} AS text)"), text("'|'")))
            found[table.name] = session.scalar(select(row).select_from(table).where(column == value)) or ""
    return found


def plain(answer: Response, things: Known) -> str:
    """The answer without names of things and without figures, to be held against another one."""
    names = {value for name, value in things.items() if name not in PLACES and isinstance(value, str)}
    text = re.sub("|".join(map(re.escape, sorted(names, key=len, reverse=True))), "#", answer.text)
    return f"{answer.status_code} " + re.sub(r"\d+(\.\d+)?", "#", text)


def takes_thing(route: WebRoute) -> bool:
    """Whether the path names a thing within the site."""
    return bool({name for name in re.findall(r"\{(\w+)", route.path) if name.endswith("id")} - set(PLACES))


def test_things_of_others_named_in_paths_are_not_there(house: House, own: Known, theirs: Known) -> None:
    client, wrong = house.client("owner"), []
    for route in all_routes(house.app):
        if takes_thing(route):
            answer = Sample(route, at_home(own, theirs), whole=True).send(client)
            wrong += [] if answer.status_code == 404 else [f"{route}: {said(answer)}"]
    assert wrong == []


@pytest.mark.parametrize("who", ["owner", "editor"])
def test_things_of_others_are_as_little_there_as_ids_of_nothing(
    house: House, sessions: Sessions, own: Known, theirs: Known, who: str
) -> None:
    before = digest(sessions, "rival-blog")
    client, told = house.client(who), []
    foreign, absent = at_home(own, theirs), at_home(own, nothings(theirs))
    for route in all_routes(house.app):
        of_others, of_nothing = (Sample(route, things, whole=True) for things in (foreign, absent))
        if of_others.names() == of_nothing.names():
            continue
        first, second = of_others.send(client), of_nothing.send(client)
        if plain(first, foreign) != plain(second, absent):
            told.append(f"{route}: of others {said(first)}; of nothing {said(second)}")
    assert told == [], "\n".join(["These answers tell what others have:", *told])
    assert digest(sessions, "rival-blog") == before
