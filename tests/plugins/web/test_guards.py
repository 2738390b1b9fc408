"""What comes in is looked at, and every answer carries what keeps it harmless."""

from __future__ import annotations

import pytest
from igny8_web.guards import (
    CONTENT_SECURITY_POLICY,
    LARGEST_BODY,
    BodyLimit,
    ETags,
    OriginCheck,
    PlainAddress,
    SafeHeaders,
)
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Scope

OWN = "http://testserver"


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"length": len(await request.body())})


async def moved(request: Request) -> RedirectResponse:
    return RedirectResponse(request.query_params["to"])


async def takes_files(scope: Scope) -> bool:
    return scope["path"] == "/files"


@pytest.fixture
def client() -> TestClient:
    guards = [Middleware(SafeHeaders), Middleware(PlainAddress), Middleware(OriginCheck)]
    guards += [Middleware(BodyLimit, takes_files), Middleware(ETags)]
    echoes = Route("/{path:path}", echo, methods=["GET", "POST", "PUT", "DELETE"])
    app = Starlette(routes=[Route("/moved", moved), echoes], middleware=guards)
    return TestClient(app)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:8081"},
        {"referer": "http://evil.example/http://testserver/"},
        {"sec-fetch-site": "cross-site"},
        {"authorization": "Basic cHJveHk6cGFzc3dvcmQ="},
        {"sec-fetch-site": "same-site", "origin": "http://sub.testserver"},
    ],
    ids=str,
)
def test_a_write_with_a_cookie_from_elsewhere_is_refused(
    client: TestClient, method: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, "/x", headers=headers | {"cookie": "_token=t"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:igny8:problem:foreign-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "_token=t", "origin": OWN},
        {"cookie": "_token=t", "referer": f"{OWN}/igny8/"},
        {"cookie": "_token=t", "sec-fetch-site": "same-origin"},
        {"authorization": "Bearer t"},
        {"authorization": "Bearer t", "origin": "http://elsewhere.example"},
    ],
    ids=str,
)
def test_a_write_of_our_own_pages_or_with_a_token_passes(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/x", headers=headers).status_code == 200


def test_reading_needs_no_origin(client: TestClient) -> None:
    assert client.get("/x", headers={"cookie": "_token=t", "origin": "http://evil.example"}).status_code == 200


@pytest.mark.parametrize("length", [0, 1, LARGEST_BODY])
def test_bodies_up_to_a_megabyte_arrive_whole(client: TestClient, length: int) -> None:
    assert client.post("/x", content=b"x" * length).json() == {"length": length}


def test_a_body_over_a_megabyte_is_refused(client: TestClient) -> None:
    answer = client.post("/x", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["title"]) == (413, "Body too large")


def test_a_body_that_does_not_say_its_length_is_counted(client: TestClient) -> None:
    parts = (b"x" * 1024 for _ in range(LARGEST_BODY // 1024 + 1))
    assert client.post("/x", content=parts).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 5_000])
def test_a_length_that_is_no_number_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/x", headers={"content-length": length})
    assert answer.status_code == 413


@pytest.mark.parametrize(("path", "status"), [("/files", 200), ("/files/", 413), ("/x/import/", 413), ("/x", 413)])
def test_only_routes_that_take_files_take_large_bodies(client: TestClient, path: str, status: int) -> None:
    assert client.post(path, content=b"x" * (LARGEST_BODY + 1)).status_code == status


def test_what_the_caller_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/x")
    tag = first.headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"another", {tag}', f'W/"a,b",{tag}', "*"):
        again = client.get("/x", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag


@pytest.mark.parametrize("known", ['W/"another"', "", '""', "x", '"', "W/", "\xff"])
def test_what_names_another_content_is_sent(client: TestClient, known: str) -> None:
    answer = client.get("/x", headers={"if-none-match": known.encode("latin-1")})
    assert (answer.status_code, answer.json()) == (200, {"length": 0})


def test_writes_have_no_tag(client: TestClient) -> None:
    assert "etag" not in client.post("/x").headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_has_a_policy_and_is_not_sniffed(client: TestClient, method: str) -> None:
    headers = client.request(method, "/x", headers={"cookie": "_token=t"}).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert "private" in headers["cache-control"]


def test_the_policy_lets_no_inline_script_and_no_other_server_in() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "default-src 'self'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("address", ["/a%00b", "/x?q=a%00b", "/x?a%00=b"])
def test_an_address_with_nul_is_refused(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["title"]) == (400, "Invalid input")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("http://testserver/igny8/?a=b#c", "/igny8/?a=b#c"),
        ("/igny8/", "/igny8/"),
        ("https://login.example/auth", "https://login.example/auth"),
    ],
)
def test_a_redirect_within_the_server_names_no_server(client: TestClient, to: str, said: str) -> None:
    answer = client.get("/moved", params={"to": to}, follow_redirects=False)
    assert answer.headers["location"] == said


def test_a_host_that_was_made_up_comes_back_nowhere(client: TestClient) -> None:
    answer = client.get("/moved?to=http://evil.example/x", headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/x"
