"""Requests that mean no good: every route answers them with a refusal, none with a mistake of its own."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from igny8_web.guards import LARGEST_BODY

from igny8_lib.db.session import Sessions
from tests.plugins.web.furniture import furnish_site
from tests.plugins.web.house import PLATFORM_ADMIN, House
from tests.plugins.web.routes import WebRoute, all_routes
from tests.plugins.web.samples import PLACES, Known, Sample, said

pytestmark = pytest.mark.slow("sends every route whatever nobody should send")

TEXTS = ("a\0b", "\ud800", "x" * 5_000, "../../etc/passwd", "%00", "{{7*7}}", "' OR 1=1 --", "\u202e\u0000", "")
NUMBERS = (10**30, -(10**30), 2**63, -1, 0, 1.5, "NaN", None, [], {}, True)
HUGE = "1" + "0" * 30


@pytest.fixture
def blog(house: House, sessions: Sessions) -> Known:  # noqa: ARG001 - the house has the site
    with sessions.begin() as session:
        return furnish_site(session, "blog")


@pytest.fixture
def admin(house: House) -> TestClient:
    return house.client(PLATFORM_ADMIN)


def writes(house: House) -> list[WebRoute]:
    """The routes that change something."""
    return [route for route in all_routes(house.app) if route.is_write]


def with_json(house: House) -> list[WebRoute]:
    """The routes that read a JSON document."""
    return [
        route
        for route in writes(house)
        if "application/json" in route.operation.get("requestBody", {}).get("content", {})
    ]


def spoilt(document: Any) -> Iterator[Any]:
    """The document with one value after another replaced by each of what nobody should send."""
    for path, value in leaves(document, ()):
        for other in (*TEXTS, *NUMBERS) if isinstance(value, str) else (*NUMBERS, "a\0b", "\ud800"):
            yield replaced(document, path, other)


def leaves(document: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value with the way to it."""
    if isinstance(document, dict | list):
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(value, (*path, key))
    else:
        yield path, document


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at the end of the way."""
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def test_a_write_of_a_page_of_another_server_is_refused(house: House, blog: Known) -> None:
    browser = house.browser("owner")
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    answers = {str(route): Sample(route, blog).send(browser, headers=foreign).status_code for route in writes(house)}
    assert {route: status for route, status in answers.items() if status != 403} == {}


def test_no_parameter_of_an_address_makes_a_mistake(house: House, admin: TestClient, blog: Known) -> None:
    mistakes = []
    for route in all_routes(house.app):
        names = {each["name"] for each in route.operation.get("parameters", []) if each["in"] in {"path", "query"}}
        for name in sorted(names):
            for value in (
                *(text for text in TEXTS if text.isascii() and "\0" not in text),
                HUGE,
                "-1",
                "%ED%A0%80",
                "é",
            ):
                answer = Sample(route, blog, changed={name: value}).send(admin)
                if answer.status_code >= 500:
                    mistakes.append(f"{route} {name}={value[:30]!r}: {said(answer)}")
    assert mistakes == [], "\n".join(mistakes)


def test_nul_in_an_address_is_refused_everywhere(house: House, admin: TestClient, blog: Known) -> None:
    let_in = []
    for route in all_routes(house.app):
        url = Sample(route, {**blog, "slug": "a%00b"} if "{slug}" in route.path else blog).url()
        answer = admin.request(route.method, f"{url}?site=a%00b")
        let_in += [] if answer.status_code == 400 else [f"{route}: {said(answer)}"]
    assert let_in == []


def test_a_page_far_beyond_all_pages_is_refused(house: House, admin: TestClient, blog: Known) -> None:
    for route in all_routes(house.app):
        if any(each["name"] == "page" for each in route.operation.get("parameters", [])):
            assert Sample(route, blog, changed={"page": HUGE}).send(admin).status_code == 422, str(route)


def test_no_value_of_a_document_makes_a_mistake(house: House, admin: TestClient, blog: Known) -> None:
    mistakes = []
    for route in with_json(house):
        sample = Sample(route, blog, whole=True)
        for document in spoilt(sample.body()["json"]):
            answer = admin.request(
                route.method, sample.url(), params=sample.parameters("query"), content=as_json(document)
            )
            if answer.status_code >= 500:
                mistakes.append(f"{route} {str(document)[:150]!r}: {said(answer)}")
    assert mistakes == [], "\n".join(mistakes)


def as_json(document: Any) -> bytes:
    """As a careless program writes it: NaN, and halves of surrogate pairs as escapes."""
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"a": 1} {"b": 2}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"\\ud800": 1}',
        b'{"\\u0000": 1}',
        b"[" * 5_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"1" * 5_000,
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_document_of_the_route_is_refused(
    house: House, admin: TestClient, blog: Known, content: bytes
) -> None:
    for route in with_json(house):
        sample = Sample(route, blog)
        answer = admin.request(route.method, sample.url(), params=sample.parameters("query"), content=content)
        assert answer.status_code in {400, 422}, f"{route}: {said(answer)}"
        assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_fields_are_refused(house: House, admin: TestClient, blog: Known) -> None:
    lax = []
    for route in with_json(house):
        sample = Sample(route, blog)
        document = sample.body()["json"] | {"a_misspelt_field": 1}
        answer = admin.request(route.method, sample.url(), params=sample.parameters("query"), json=document)
        lax += [] if answer.status_code == 422 else [f"{route}: {said(answer)}"]
    assert lax == []


def test_a_body_over_the_limit_is_refused_by_every_route(house: House, admin: TestClient, blog: Known) -> None:
    content = b'{"text": "' + b"x" * LARGEST_BODY + b'"}'
    for route in with_json(house):
        sample = Sample(route, blog)
        query = sample.parameters("query")
        assert admin.request(route.method, sample.url(), params=query, content=content).status_code == 413, str(route)
        parts = (content[at : at + 65_536] for at in range(0, len(content), 65_536))
        assert admin.request(route.method, sample.url(), params=query, content=parts).status_code == 413, str(route)


def test_places_have_names_of_bounded_length(house: House) -> None:
    endless = {
        f"{route} {each['name']}"
        for route in all_routes(house.app)
        for each in route.operation.get("parameters", [])
        if each["name"] in PLACES and each["schema"].get("type") == "string" and "maxLength" not in each["schema"]
    }
    assert endless == set()
