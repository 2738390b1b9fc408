"""Pages and blocks by API: made, changed, moved, deleted, taken back; what people wrote is marked as theirs."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import SitePage, SitePageStatus
from tests.plugins.web.house import NEIGHBOUR, House
from tests.plugins.web.websites import pages_of, send, website

BLOCK = {"id": "text-1", "type": "text", "data": {"title": "Who we are", "body": "A family business."}}


@pytest.fixture
def blueprint(house: House, sessions: Sessions) -> int:
    return website(house, sessions)


@pytest.fixture
def about(house: House, blueprint: int) -> dict[str, Any]:
    """The page about the business, whole."""
    number = next(page["id"] for page in pages_of(house, blueprint) if page["type"] == "about")
    found: dict[str, Any] = send(house, "GET", f"pages/{number}").json()
    return found


def ids(told: dict[str, Any]) -> list[str]:
    """Its blocks, in their order."""
    return [block["id"] for block in told["blocks"]]


def test_pages_are_listed_in_the_order_of_the_navigation(house: House, blueprint: int) -> None:
    pages = pages_of(house, blueprint)
    assert [page["type"] for page in pages] == ["home", "about", "services", "blog", "contact"]
    assert {page["blocks_count"] for page in pages} == {1}
    whole = house.client("viewer").get(pages[0]["address"]).json()
    assert (whole["id"], len(whole["blocks"])) == (pages[0]["id"], 1)


def test_a_page_is_made_at_the_end_and_is_peoples(house: House, blueprint: int) -> None:
    wish = {"blueprint_id": blueprint, "slug": "team", "title": "Team", "type": "custom", "blocks": [BLOCK]}
    told = send(house, "POST", "pages", wish)
    assert told.status_code == 201, told.text
    page = told.json()
    assert (page["position"], page["status"], page["revision"], page["edited_by"]) == (5, "ready", 1, "editor")
    assert page["edited"] == ["page", "block:text-1"]
    assert pages_of(house, blueprint)[-1]["id"] == page["id"]


def test_only_what_differs_is_marked_as_peoples(house: House, about: dict[str, Any]) -> None:
    change = {"revision": about["revision"], "title": "Who we are", "blocks": about["blocks"], "slug": about["slug"]}
    told = send(house, "PATCH", f"pages/{about['id']}", change).json()
    assert (told["edited"], told["revision"]) == (["title"], about["revision"] + 1)
    same = send(house, "PATCH", f"pages/{about['id']}", {"revision": told["revision"], "title": "Who we are"}).json()
    assert same["revision"] == told["revision"], "what is so already changes nothing"


def test_a_stale_change_is_refused_with_both_revisions(house: House, about: dict[str, Any]) -> None:
    path = f"pages/{about['id']}"
    assert send(house, "PATCH", path, {"revision": 1, "title": "First"}).status_code == 200
    stale = send(house, "PATCH", path, {"revision": 1, "title": "Second"})
    assert (stale.status_code, stale.json()["yours"], stale.json()["now"]) == (409, 1, 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": "home"}, "slug"),
        ({"slug": "No slug"}, "slug"),
        ({"type": "home"}, "type"),
        ({"title": ""}, "title"),
        ({"blocks": [BLOCK | {"type": "carousel"}]}, "blocks.0.type"),
        ({"blocks": [BLOCK | {"data": {"title": "x", "body": "y", "colour": "red"}}]}, "blocks.0.data.colour"),
        ({"sections": [{"type": "carousel"}]}, "sections.0.type"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_saved_is_refused_by_its_field(
    house: House, about: dict[str, Any], changed: dict[str, Any], field: str
) -> None:
    path = f"pages/{about['id']}"
    answer = send(house, "PATCH", path, changed | {"revision": 1})
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert send(house, "GET", path).json() == about


def test_a_page_moves_and_is_deleted(house: House, blueprint: int, about: dict[str, Any]) -> None:
    assert send(house, "POST", f"pages/{about['id']}/move", {"position": 3}).json()["position"] == 3
    assert [page["type"] for page in pages_of(house, blueprint)] == ["home", "services", "blog", "about", "contact"]
    assert send(house, "DELETE", f"pages/{about['id']}").json() == {"id": about["id"], "title": about["title"]}
    assert send(house, "GET", f"pages/{about['id']}").status_code == 404
    assert [page["position"] for page in pages_of(house, blueprint)] == [0, 1, 2, 3]


def test_a_page_that_the_ai_writes_is_left_alone(house: House, sessions: Sessions, about: dict[str, Any]) -> None:
    with sessions.begin() as session:
        session.get_one(SitePage, about["id"]).status = SitePageStatus.GENERATING
    refused = send(house, "PATCH", f"pages/{about['id']}", {"revision": 1, "title": "Other"})
    assert (refused.status_code, "cancel the build" in refused.json()["detail"]) == (409, True)


def test_blocks_are_added_changed_moved_and_removed_each_as_a_revision(house: House, about: dict[str, Any]) -> None:
    blocks = f"pages/{about['id']}/blocks"
    added = send(house, "POST", blocks, {"revision": 1, "type": "faq", "position": 0})
    assert (added.status_code, ids(added.json())) == (201, ["faq-1", "text-1"])
    said = {"revision": 2, "data": {"title": "Who we are", "body": "Three sisters."}}
    changed = send(house, "PUT", f"{blocks}/text-1", said).json()
    assert changed["blocks"][1]["data"]["body"] == "Three sisters."
    assert changed["edited"] == ["block:faq-1", "block:text-1"]
    moved = send(house, "POST", f"{blocks}/text-1/move", {"revision": 3, "position": 0}).json()
    assert ids(moved) == ["text-1", "faq-1"]
    left = send(house, "DELETE", f"{blocks}/faq-1", revision=4).json()
    assert (ids(left), left["revision"]) == (["text-1"], 5)


def test_a_block_that_does_not_fit_or_is_not_there_is_refused(house: House, about: dict[str, Any]) -> None:
    blocks = f"pages/{about['id']}/blocks"
    wrong = send(house, "PUT", f"{blocks}/text-1", {"revision": 1, "data": {"title": "x" * 5_000}})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "blocks.0.data.title")
    unknown = send(house, "POST", blocks, {"revision": 1, "type": "carousel", "position": 0})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "type")
    assert send(house, "PUT", f"{blocks}/none-1", {"revision": 1, "data": {}}).status_code == 404
    assert send(house, "DELETE", f"{blocks}/text-1").status_code == 422, "the revision is missing"
    stale = send(house, "DELETE", f"{blocks}/text-1", revision=2)
    assert stale.status_code == 400, "a revision that is still to come"


def test_a_revision_is_taken_back_as_a_new_one(house: House, about: dict[str, Any]) -> None:
    path = f"pages/{about['id']}"
    send(house, "PATCH", path, {"revision": 1, "title": "Other", "blocks": []})
    told = send(house, "POST", f"{path}/restore", {"revision": 1}).json()
    assert (told["title"], told["blocks"], told["revision"]) == (about["title"], about["blocks"], 3)
    listed = send(house, "GET", f"{path}/revisions", who="viewer", page_size=2).json()
    assert [(row["revision"], row["change"], row["by"]) for row in listed["revisions"]] == [
        (3, "restored", "editor"),
        (2, "edited", "editor"),
    ]
    assert listed["pagination"]["total_count"] == 3
    assert send(house, "POST", f"{path}/restore", {"revision": 9}).status_code == 404


def test_every_write_is_done_once_under_its_key(house: House, about: dict[str, Any]) -> None:
    wish = {"revision": 1, "type": "faq", "position": 0}
    first, again = (send(house, "POST", f"pages/{about['id']}/blocks", wish, key="add") for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert send(house, "GET", f"pages/{about['id']}").json()["revision"] == 2


def test_a_viewer_changes_nothing_and_others_see_nothing(house: House, about: dict[str, Any]) -> None:
    path = f"pages/{about['id']}"
    assert send(house, "PATCH", path, {"revision": 1, "title": "x"}, who="viewer").status_code == 403
    assert send(house, "DELETE", f"{path}/blocks/text-1", who="viewer", revision=1).status_code == 403
    assert send(house, "GET", path, who=NEIGHBOUR).status_code == 404
    assert send(house, "GET", path, site="shop", who="owner").status_code == 404


def test_hostile_texts_come_back_as_texts_or_are_refused(house: House, about: dict[str, Any]) -> None:
    said = "<script>alert(1)</script> {{ 7*7 }} \u202e' OR 1=1"
    told = send(house, "PATCH", f"pages/{about['id']}", {"revision": 1, "title": said})
    assert told.status_code == 200
    assert told.headers["content-type"] == "application/json"
    assert "<script>alert(1)</script>" in told.json()["title"]
    nul = send(house, "PATCH", f"pages/{about['id']}", {"revision": 2, "title": "a\0b"})
    assert nul.status_code == 422
