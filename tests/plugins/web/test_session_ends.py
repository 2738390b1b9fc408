"""A session that ends while one works: the page says so, and the login leads back there and nowhere else."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx import Response

from tests.plugins.web.house import API, House

PAGE = "http://testserver/igny8/sites/blog"


@pytest.fixture
def nobody(house: House) -> TestClient:
    """A browser whose session has ended: its Origin goes along, its cookie says nothing."""
    client = house.browser("")
    client.cookies.set("other", "x")
    return client


def way_back(answer: Response) -> str:
    """Where the login that is offered leads to."""
    link = BeautifulSoup(answer.text, "html.parser").find("a", attrs={"data-airflow": True})
    assert link is not None
    return next_of(str(link["href"]))


def next_of(login: str) -> str:
    """Where a login leads to."""
    return parse_qs(urlsplit(login).query)["next"][0]


def test_a_part_of_a_page_says_that_the_session_has_ended(nobody: TestClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{PAGE}?page=2"}
    answer = nobody.get("/igny8/sites/blog/live", headers=headers)
    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert "You are signed out" in answer.text
    assert way_back(answer) == "/igny8/sites/blog?page=2"


def test_an_action_says_so_too(nobody: TestClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": PAGE}
    answer = nobody.post("/igny8/sites/blog/start", headers=headers)
    assert (answer.status_code, way_back(answer)) == (401, "/igny8/sites/blog")


@pytest.mark.parametrize("dest", ["iframe", "frame", "empty"])
def test_a_whole_page_in_a_frame_says_so_in_place(nobody: TestClient, dest: str) -> None:
    answer = nobody.get("/igny8/sites/blog/runs?page=3", headers={"Sec-Fetch-Dest": dest})
    assert answer.status_code == 401
    assert "<html" in answer.text
    assert way_back(answer) == "/igny8/sites/blog/runs?page=3"


def test_a_visit_outside_a_frame_is_led_to_the_login(nobody: TestClient) -> None:
    answer = nobody.get("/igny8/sites/blog?x=1&y=2", headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 303
    assert "/login" in answer.headers["location"]
    assert next_of(answer.headers["location"]) == "/igny8/sites/blog?x=1&y=2"


def test_a_program_gets_a_problem_document(nobody: TestClient) -> None:
    answer = nobody.get(f"{API}/automation/history/?site=blog", headers={"Sec-Fetch-Dest": "document"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "seen",
    [
        "http://evil.example/",
        "http://evil.example/igny8",
        "//evil.example/sites",
        "javascript:alert(1)",
        "http://testserver//evil.example/",
        "http://testserver/igny8/../../evil",
        "/\\evil.example",
        "http://[",
        "",
        "x",
    ],
)
def test_the_login_leads_to_no_other_place(nobody: TestClient, seen: str) -> None:
    answer = nobody.post("/igny8/sites/blog/start", headers={"HX-Request": "true", "HX-Current-URL": seen})
    assert (answer.status_code, way_back(answer)) == (401, "/igny8/")


@pytest.mark.parametrize("path", ["//evil.example/", "/%2f%2fevil.example", "/a%26next=http:%2f%2fevil"])
def test_an_address_cannot_turn_the_way_back_elsewhere(nobody: TestClient, path: str) -> None:
    answer = nobody.get(f"/igny8{path}", headers={"Sec-Fetch-Dest": "document"})
    if answer.status_code == 303:
        assert next_of(answer.headers["location"]).startswith("/igny8/")
        assert len(parse_qs(urlsplit(answer.headers["location"]).query)["next"]) == 1
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/igny8/api", "/igny8/api/v2/x", "/igny8/api/nothing", f"{API}/nothing/"])
def test_addresses_of_apis_that_are_not_there_answer_programs(house: House, path: str) -> None:
    answer = house.client("owner").get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_change_and_tell_nothing(house: House, method: str) -> None:
    for path in ("/igny8/sites/blog/start", f"{API}/automation/run_now/?site=blog"):
        assert house.browser("owner").request(method, path).status_code in {403, 404, 405}
