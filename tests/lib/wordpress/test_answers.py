"""What an answer means, whatever stands before WordPress or within it."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.wordpress.answers import read, retry_after
from igny8_lib.wordpress.discovery import Api, told_root
from igny8_lib.wordpress.errors import (
    Forbidden,
    Gone,
    NoRoute,
    NotWordPress,
    RateLimited,
    Redirected,
    Rejected,
    ServerError,
    TooLarge,
    Unauthorized,
    WordPressFailure,
)
from igny8_lib.wordpress.exchange import Response

PAGE = b"<!DOCTYPE html><title>Sorry</title>"


def response(status: int, body: object = PAGE, url: str = "https://tea.example/", **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), content, url
    )


def error(code: str, **data: object) -> dict[str, object]:
    return {"code": code, "message": "Sorry, you are not allowed.", "data": data}


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (response(200), NotWordPress, "plug-in"),
        (response(200, b""), NotWordPress, "plug-in"),
        (response(200, b'"text"'), NotWordPress, "plug-in"),
        (response(201, {}), NotWordPress, "201"),
        (response(304, {}), NotWordPress, "304"),
        (response(400, error("rest_invalid_param", params={"status": "?"})), Rejected, "(status)"),
        (response(400, error("x", params=["?"])), Rejected, "not allowed"),
        (response(401, error("rest_not_logged_in")), Unauthorized, "Authorization header"),
        (response(401, error("incorrect_password")), Unauthorized, "does not know this user"),
        (response(403, error("rest_cannot_create")), Forbidden, "role Editor"),
        (response(403), Forbidden, "before WordPress sees it"),
        (response(404, error("rest_no_route")), NoRoute, "/wp/v2/"),
        (response(404, error("rest_post_invalid_id")), Gone, "no such object"),
        (response(404), NoRoute, "Permalinks"),
        (response(404, {"message": "no Route matched with those values"}), NoRoute, "Permalinks"),
        (response(404, error("not_found")), NoRoute, "Permalinks"),
        (response(410, error("rest_already_trashed")), Gone, "no longer"),
        (response(413), TooLarge, "413"),
        (response(429), RateLimited, "fewer requests"),
        (response(500, {"code": "x", "message": None, "data": None}), ServerError, "error log"),
        (response(503), ServerError, "503"),
        (response(418, []), Rejected, "as it is"),
    ],
)
def test_each_answer_that_is_not_what_was_asked_for_is_an_error_of_its_kind(
    answer: Response, kind: type[WordPressFailure], says: str
) -> None:
    with pytest.raises(kind) as caught:
        read(answer, expected=200)
    assert type(caught.value) is kind
    assert says in caught.value.sentence
    assert caught.value.status == answer.status


def test_a_byte_order_mark_before_json_is_no_error() -> None:
    assert read(response(200, b'\xef\xbb\xbf{"id": 1}')).json == {"id": 1}


@given(st.integers(100, 599), st.binary(max_size=200))
def test_whatever_is_answered_is_an_answer_or_a_failure_of_the_website(status: int, body: bytes) -> None:
    try:
        document = read(response(status, body)).json
    except WordPressFailure:
        return
    assert isinstance(document, dict | list)


@given(st.text(max_size=40))
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    try:
        headers = httpx.Headers({"retry-after": value})
    except UnicodeEncodeError:
        return
    found = retry_after(headers)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("link", "root"),
    [
        ('<https://tea.example/wp-json/>; rel="https://api.w.org/"', "https://tea.example/wp-json/"),
        ('<http://tea.example:8080/blog/wp-json/>; rel="https://api.w.org/"', "https://tea.example/blog/wp-json/"),
        ('<https://tea.example/?rest_route=/>; rel="https://api.w.org/"', "https://tea.example/?rest_route=/"),
        ('<https://tea.example/a>; rel="next", </wp-json/>; rel="https://api.w.org/"', "https://tea.example/wp-json/"),
        ('<https://tea.example/a>; rel="alternate"', ""),
        ("", ""),
    ],
)
def test_the_api_is_where_the_link_header_says_at_the_host_that_was_asked(link: str, root: str) -> None:
    assert told_root(response(200, link=link)) == root


def test_the_link_may_stand_in_the_page() -> None:
    page = b"<head><link rel='https://api.w.org/' href='https://tea.example/x/?a=1&#038;rest_route=/' /></head>"
    assert told_root(response(200, page)) == "https://tea.example/x/?a=1&rest_route=/"


def test_an_api_at_another_host_is_named_and_never_asked() -> None:
    with pytest.raises(Redirected, match=r"https://www\.tea\.example"):
        told_root(response(200, link='<https://www.tea.example/wp-json/>; rel="https://api.w.org/"'))


@pytest.mark.parametrize(("plain", "url"), [(True, "https://t/?rest_route=%2Fa&"), (False, "https://t/a?")])
def test_parameters_are_written_as_wordpress_reads_them(plain: bool, url: str) -> None:  # noqa: FBT001 - a parameter
    api = Api("https://t/", plain, (), "", "", "", application_passwords=True, version="")
    parameters = {"status": ("draft", "publish"), "force": True, "slug": None, "search": "a&b"}
    assert api.url("/a", parameters) == f"{url}status=draft%2Cpublish&force=true&search=a%26b"


@pytest.mark.parametrize("value", ["9" * 400, "999999999999999", "31536000", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_website_is_waited_for_longer_than_a_day(value: str) -> None:
    assert retry_after(httpx.Headers({"retry-after": value})) == 86_400


@pytest.mark.parametrize("charset", ["idna", "undefined", "rot13", "utf-16-le-x", "punycode"])
def test_a_page_in_a_charset_that_is_none_is_read_all_the_same(charset: str) -> None:
    assert "Sorry" in response(200, PAGE + b"\xff", content_type=f"text/html; charset={charset}").text
