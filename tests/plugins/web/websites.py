"""Websites through the API: asking for what the site "blog" has, and blueprints that are there."""

from __future__ import annotations

from typing import Any

from httpx import Response

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from tests.factories.websites import make_website
from tests.plugins.web.house import API, House

BRIEF: dict[str, Any] = {
    "name": "Harbour Lane Homes",
    "business_type": "Estate agency",
    "audience": "Families who look for a first home",
    "brief": "We sell and let flats in the old harbour.",
    "objectives": ["Bring people to viewings"],
    "palette": "forest",
}


def url(path: str, site: str = "blog", /, **query: object) -> str:
    """The address of something of the site builder: "blueprints/3"."""
    return f"{API}/site-builder/{path}/?site={site}" + "".join(f"&{name}={value}" for name, value in query.items())


def send(
    house: House,
    method: str,
    path: str,
    body: Any = None,
    *,
    who: str = "editor",
    key: str = "",
    site: str = "blog",
    **query: object,
) -> Response:
    """Ask a route of the site builder to do something."""
    headers = {"Idempotency-Key": key}
    answer: Response = house.client(who).request(method, url(path, site, **query), json=body, headers=headers)
    return answer


def made(house: House, **changed: Any) -> dict[str, Any]:
    """A blueprint as it is told."""
    answer = send(house, "POST", "blueprints", BRIEF | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def website(house: House, sessions: Sessions) -> int:
    """A blueprint of five pages with texts; its number."""
    with sessions.begin() as session:
        return make_website(session, session.get_one(Site, house.blog)).id


def pages_of(house: House, blueprint: int) -> list[dict[str, Any]]:
    """Its pages as they are told."""
    answer = house.client("viewer").get(url("pages", blueprint_id=blueprint))
    assert answer.status_code == 200, answer.text
    pages: list[dict[str, Any]] = answer.json()["pages"]
    return pages
