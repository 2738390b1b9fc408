"""Who gets in where, on every route there is: what a route's door says is what happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from igny8_web.doors import AccountDoor, SiteDoor
from starlette.routing import Mount, Route

from igny8_lib.db.session import Sessions
from igny8_lib.models import Module
from igny8_lib.sites.access import ROLE_ACTIONS
from igny8_lib.sites.modules import set_module
from tests.plugins.web.furniture import furnish_site
from tests.plugins.web.house import API, EVERYBODY, NEIGHBOUR, PLATFORM_ADMIN, ROLES, STRANGER, House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import Known, Sample, said

pytestmark = pytest.mark.slow("asks every route as everybody")

WITHOUT_DOOR = {
    "GET /igny8/": "the overview shows the caller's own sites, whoever he is",
    "GET /igny8/api/v1/billing/costs/": "the price list, which is the same for everybody",
    "GET /igny8/api/v1/billing/costs/history/": "how the price list came about",
    "GET /igny8/api/v1/billing/plans/": "the plan of the caller's account, found through his own sessions",
    "GET /igny8/api/v1/openapi.json": "the description of the API, for everybody who is signed in",
}
WITHOUT_LOGIN = {
    "/igny8/health": "load balancers ask whether the process can serve; it tells nothing else",
    "/igny8/health/parts": "asks itself for an admin's login or the metrics token: tests/plugins/web/test_operators.py",
    "/igny8/metrics": "the same",
    "/igny8/feeds/{key}.ics": "calendar programs cannot sign in: the secret key is the permission for one site's dates",
    "/igny8/previews/{key}/{path:path}": "a sandboxed frame sends no cookie: the signed key opens one website, an hour",
}
"""What is answered outside the applications that ask for a login, beside the frame's own files."""
FILES = {f"{API}/images/{{image_id}}/file/", f"{API}/site-builder/assets/{{asset_id}}/file/"}
"""Of a picture that is not drawn yet, and of an upload that nobody sent, here."""
GIVEN_SITES = ("editor", "viewer")
REFUSED = {401, 403, 404, 405, 422}


def routes_of(house: House) -> list[WebRoute]:
    """All routes, those last that switch off or take away what others need."""
    return sorted(all_routes(house.app), key=lambda route: (route.is_write, is_hard(route), str(route)))


def is_hard(route: WebRoute) -> bool:
    """Whether the route takes something away, or changes the account that all others belong to."""
    return route.method == "DELETE" or "/account/" in route.path


def send(house: House, who: str, route: WebRoute, known: Known) -> int:
    """The status that somebody gets."""
    return Sample(route, known).send(house.client(who)).status_code


def differences(asked: Iterator[tuple[WebRoute, int, int]]) -> list[str]:
    """Of (route, wanted, got): what is otherwise than it should be."""
    return [f"{route}: {got} instead of {wanted}" for route, wanted, got in asked if got != wanted]


def may_act(who: str, route: WebRoute) -> bool:
    """Whether somebody's role goes as far as the route's door asks."""
    if who == PLATFORM_ADMIN:
        return True
    return not route.is_the_platforms and (route.door is None or route.door.action in ROLE_ACTIONS[ROLES[who]])


def needs_place(route: WebRoute) -> bool:
    """Whether the door alone decides: what only the platform may do is refused before anybody asks where."""
    return route.door is not None and not route.is_the_platforms


@pytest.fixture
def blog(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "blog")


@pytest.fixture
def rival(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "rival-blog")


@pytest.fixture
def shop(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "shop")


def test_every_route_goes_through_a_door(house: House) -> None:
    without = {str(route) for route in routes_of(house) if route.door is None and not route.is_the_platforms}
    assert without == WITHOUT_DOOR.keys(), (
        "A route takes OnSite, OnAccount or another dependency that returns a SiteDoor or an AccountDoor; one that "
        "shows nothing of any account is named in WITHOUT_DOOR, with the reason."
    )


def test_a_write_asks_for_more_than_reading(house: House) -> None:
    lax = [str(route) for route in routes_of(house) if route.is_write and may_act("viewer", route)]
    assert lax == []


def test_without_a_login_everything_answers_401(house: House, blog: Known) -> None:
    asked = ((route, 401, send(house, "", route, blog)) for route in routes_of(house))
    assert differences(asked) == []


def test_nothing_is_answered_outside_the_applications_that_ask_for_a_login(house: House) -> None:
    (frame,) = [mount.app for mount in house.app.routes if isinstance(mount, Mount)]
    outside = {f"/igny8{route.path}" for route in frame.routes if isinstance(route, Route)}  # type: ignore[attr-defined]
    assert outside == WITHOUT_LOGIN.keys(), "Give it a login, or say here why it can have none."


def test_a_stranger_is_refused_everywhere(house: House, blog: Known) -> None:
    asked = ((route, 403, send(house, STRANGER, route, blog)) for route in routes_of(house))
    assert differences(asked) == []


@pytest.mark.parametrize("who", ROLES)
def test_a_role_goes_as_far_as_the_door_says(house: House, blog: Known, who: str) -> None:
    asked = ((route, 403, send(house, who, route, blog)) for route in routes_of(house) if not may_act(who, route))
    assert differences(asked) == []


@pytest.mark.parametrize("who", [PLATFORM_ADMIN, "owner", "editor", "viewer"])
def test_whoever_may_is_let_in(house: House, sessions: Sessions, blog: Known, who: str) -> None:
    refused = []
    for route in routes_of(house):
        if may_act(who, route):
            if route.is_write:  # what was taken away by the write before is there again
                with sessions.begin() as session:
                    blog = furnish_site(session, "blog")
            answer = Sample(route, blog).send(house.client(who))
            if route.path in FILES:
                assert "has no file" in answer.text
            elif answer.status_code in REFUSED or answer.status_code >= 500:
                refused.append(f"{route}: {said(answer)}")
    assert refused == [], "\n".join(["Teach tests/plugins/web/samples.py requests that fit:", *refused])


@pytest.mark.parametrize("who", ROLES)
def test_another_accounts_site_is_not_there(house: House, rival: Known, who: str) -> None:
    asked = ((route, 404, send(house, who, route, rival)) for route in routes_of(house) if needs_place(route))
    assert differences(asked) == []


def test_nothing_of_the_account_is_there_for_the_neighbour(house: House, blog: Known) -> None:
    asked = ((route, 404, send(house, NEIGHBOUR, route, blog)) for route in routes_of(house) if needs_place(route))
    assert differences(asked) == []


@pytest.mark.parametrize("who", GIVEN_SITES)
def test_a_site_that_was_not_given_is_not_there(house: House, shop: Known, who: str) -> None:
    routes = [route for route in routes_of(house) if isinstance(route.door, SiteDoor)]
    assert differences((route, 404, send(house, who, route, shop)) for route in routes) == []


@pytest.mark.parametrize("module", Module)
def test_a_module_that_is_switched_off_is_shut(house: House, sessions: Sessions, blog: Known, module: Module) -> None:
    with sessions.begin() as session:
        set_module(session, house.agency, module, enabled=False)
    routes = [route for route in routes_of(house) if isinstance(route.door, SiteDoor) and route.door.module is module]
    for who in ("owner", PLATFORM_ADMIN):
        assert differences((route, 403, send(house, who, route, blog)) for route in routes) == []


def test_an_admin_of_the_platform_names_the_account(house: House, blog: Known) -> None:
    nameless = {name: value for name, value in blog.items() if name != "account"} | {"account": ""}
    routes = [route for route in routes_of(house) if isinstance(route.door, AccountDoor)]
    assert differences((route, 400, send(house, PLATFORM_ADMIN, route, nameless)) for route in routes) == []


def test_everybody_of_the_house_is_known(house: House) -> None:
    assert [house.client(who).get("/igny8/").status_code for who in EVERYBODY] == [200] * len(EVERYBODY)
