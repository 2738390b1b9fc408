"""Requests that cost much are counted, and one too many is refused before anything is done."""

from __future__ import annotations

import re

import pytest
from igny8_web.rates import STARTING_RUNS, AtMost

from igny8_lib.db.session import Sessions
from igny8_lib.sites.rates import admit
from tests.plugins.web.furniture import furnish_site
from tests.plugins.web.house import API, House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import Known, Sample

COSTS_MUCH = re.compile(
    r"/(run_now|run|import|regenerate|redraw|auto_cluster|generate_ideas|export|reschedule|shift|spread|execute|test"
    r"|generate_structure|generate_content|deploy|rollback)/?$"
    r"|/(linker|optimizer)/"
)
"""Ends of the paths that start work, read files, or send everything there is."""


def limits_of(route: WebRoute) -> list[AtMost]:
    """The limits that a route declares, or its group."""
    return [each for each in route.dependencies if isinstance(each, AtMost)]


def use_up(sessions: Sessions, limit: AtMost) -> None:
    """Let the owner have asked as often as is allowed."""
    with sessions.begin() as session:
        for _ in range(limit.most):
            admit(session, "owner", limit.what, limit.most)


@pytest.fixture
def blog(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "blog")


def test_what_costs_much_says_how_often_it_may_be_asked(house: House) -> None:
    without = [
        str(route)
        for route in all_routes(house.app)
        if COSTS_MUCH.search(route.path) and (route.is_write or "export" in route.path) and not limits_of(route)
    ]
    assert without == [], "Give it dependencies=[Depends(…)] of igny8_web/rates.py."


def test_one_request_too_many_is_refused_on_every_limited_route(house: House, sessions: Sessions, blog: Known) -> None:
    limited = [route for route in all_routes(house.app) if limits_of(route)]
    assert limited
    for limit in {limit for route in limited for limit in limits_of(route)}:
        use_up(sessions, limit)
    for route in limited:
        answer = Sample(route, blog).send(house.client("owner"))
        assert answer.status_code == 429, str(route)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert "Nothing was done" in answer.text


def test_a_refusal_is_a_problem_document_that_says_when(house: House, sessions: Sessions) -> None:
    use_up(sessions, STARTING_RUNS)
    answer = house.client("owner").post(f"{API}/automation/run_now/?site=blog", json={})
    told = answer.json()
    assert (told["type"], told["title"]) == ("urn:igny8:problem:too-many-requests", "Too many requests")
    assert (told["most"], str(told["retry_after"])) == (30, answer.headers["retry-after"])
    assert house.client("editor").post(f"{API}/automation/run_now/?site=blog", json={}).status_code == 202
