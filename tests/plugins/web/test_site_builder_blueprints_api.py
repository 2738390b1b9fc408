"""Blueprints by API: made, read, changed, deleted; what cannot be saved is refused where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Module, SiteBlueprint
from igny8_lib.sites.modules import set_module
from tests.plugins.web.house import NEIGHBOUR, House
from tests.plugins.web.websites import BRIEF, made, send, url, website


def test_a_blueprint_is_told_as_it_was_said_with_defaults_for_the_rest(house: House) -> None:
    told = made(house)
    said = {name: value for name, value in BRIEF.items() if name != "palette"}
    assert {name: told[name] for name in said} == said
    assert (told["theme"]["palette"], told["theme"]["personality"], told["language"]) == ("forest", "friendly", "en")
    assert (told["status"], told["revision"], told["created_by"], told["pages_total"]) == ("draft", 1, "editor", 0)
    assert told["edited"] == ["theme"]
    assert told["structure"]["pages"] == []
    assert house.client("viewer").get(told["address"]).json() == told


def test_a_blueprint_is_told_with_its_structure(house: House, sessions: Sessions) -> None:
    told = send(house, "GET", f"blueprints/{website(house, sessions)}").json()
    assert (told["pages_total"], told["pages_ready"]) == (5, 5)
    structure = told["structure"]
    assert {"pages", "layout", "theme", "template"} <= set(structure)
    assert [page["type"] for page in structure["pages"]] == ["home", "about", "services", "blog", "contact"]


def test_a_change_counts_the_revision_and_a_stale_one_is_refused_with_both(house: House) -> None:
    path = f"blueprints/{made(house)['id']}"
    change = {"revision": 1, "tagline": "At home by the water", "brand": "#0f5c7a"}
    told = send(house, "PATCH", path, change).json()
    assert (told["revision"], told["tagline"], told["theme"]["brand"]) == (2, "At home by the water", "#0f5c7a")
    assert told["theme"]["palette"] == "forest", "what is left out stays"
    stale = send(house, "PATCH", path, change | {"tagline": "Another"})
    assert (stale.status_code, stale.json()["yours"], stale.json()["now"]) == (409, 1, 2)
    none = send(house, "PATCH", path, {"revision": 2, "brand": None}).json()
    assert (none["revision"], none["theme"]["brand"]) == (3, None)


def test_a_change_without_the_revision_that_was_read_is_refused(house: House) -> None:
    answer = send(house, "PATCH", f"blueprints/{made(house)['id']}", {"tagline": "x"})
    assert (answer.status_code, answer.json()["field"]) == (422, "revision")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"palette": "mud"}, "palette"),
        ({"brand": "red"}, "brand"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"brief": "x" * 10_001}, "brief"),
        ({"objectives": ["x"] * 11}, "objectives"),
        ({"objectives": ["", "y"]}, "objectives.0"),
        ({"hosting_type": "moon"}, "hosting_type"),
        ({"language": "Deutsch!"}, "language"),
        ({"icon_asset_id": 99}, "icon_asset_id"),
        ({"colour": "red"}, "colour"),
        ({"layout": "wide"}, "layout"),
    ],
)
def test_what_cannot_be_saved_is_refused_by_its_field(
    house: House, sessions: Sessions, changed: dict[str, Any], field: str
) -> None:
    answer = send(house, "POST", "blueprints", BRIEF | changed)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    with sessions() as session:
        assert session.query(SiteBlueprint).count() == 0


def test_a_blueprint_is_deleted_with_its_pages(house: House, sessions: Sessions) -> None:
    number = website(house, sessions)
    gone = send(house, "DELETE", f"blueprints/{number}")
    assert (gone.status_code, gone.json()["id"]) == (200, number)
    assert send(house, "GET", f"blueprints/{number}").status_code == 404
    assert send(house, "GET", "pages", blueprint_id=number).status_code == 404


def test_the_one_that_visitors_see_is_not_deleted(house: House, sessions: Sessions) -> None:
    number = website(house, sessions)
    with sessions.begin() as session:
        session.get_one(SiteBlueprint, number).deployed_version = 3
    refused = send(house, "DELETE", f"blueprints/{number}")
    assert (refused.status_code, "version 3" in refused.json()["detail"]) == (409, True)


def test_every_write_is_done_once_under_its_key(house: House) -> None:
    first, again = (send(house, "POST", "blueprints", BRIEF, key="make") for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    other = send(house, "POST", "blueprints", BRIEF | {"name": "Another"}, key="make")
    assert (other.status_code, other.json()["type"]) == (409, "urn:igny8:problem:key-of-another-request")
    path = f"blueprints/{first.json()['id']}"
    changed = [send(house, "PATCH", path, {"revision": 1, "tagline": "x"}, key="change") for _ in range(2)]
    assert [(each.status_code, each.json()["revision"]) for each in changed] == [(200, 2)] * 2
    assert [send(house, "DELETE", path, key="delete").status_code for _ in range(2)] == [200, 200]


def test_the_list_is_paged_newest_first_and_not_sent_again_where_nothing_changed(house: House) -> None:
    numbers = [made(house, name=name)["id"] for name in ("a", "b", "c")]
    viewer = house.client("viewer")
    first = viewer.get(url("blueprints", page_size=2))
    assert first.json()["pagination"] == {"page": 1, "page_size": 2, "total_count": 3, "total_pages": 2}
    found = [
        each["id"]
        for page in (1, 2)
        for each in viewer.get(url("blueprints", page=page, page_size=2)).json()["blueprints"]
    ]
    assert found == numbers[::-1]
    known = {"If-None-Match": first.headers["etag"]}
    assert viewer.get(url("blueprints", page_size=2), headers=known).status_code == 304
    made(house)
    assert viewer.get(url("blueprints", page_size=2), headers=known).status_code == 200


def test_a_viewer_reads_and_others_see_nothing(house: House, sessions: Sessions) -> None:
    told = made(house)
    path = f"blueprints/{told['id']}"
    assert send(house, "POST", "blueprints", BRIEF, who="viewer").status_code == 403
    assert send(house, "PATCH", path, {"revision": 1}, who="viewer").status_code == 403
    assert send(house, "GET", path, who=NEIGHBOUR).status_code == 404
    assert send(house, "GET", path, site="shop", who="owner").status_code == 404
    with sessions.begin() as session:
        set_module(session, house.agency, Module.SITE_BUILDER, enabled=False)
    assert send(house, "GET", path, who="owner").status_code == 403


def test_what_websites_are_made_of_is_told(house: House) -> None:
    kinds = send(house, "GET", "block_types", who="viewer").json()["block_types"]
    hero = next(each for each in kinds if each["name"] == "hero")
    assert hero["data_schema"]["type"] == "object"
    assert {field["path"] for field in hero["form"]} == set(hero["data_schema"]["properties"])
    looks = send(house, "GET", "themes", who="viewer").json()
    assert {"harbour", "forest"} <= {each["name"] for each in looks["palettes"]}
    assert all(each["brand"].startswith("#") for each in looks["palettes"])
    assert looks["page_types"][0] == "home"
