"""Websites that hosts and plug-ins changed: each is told apart, and the sentence says what to change there."""

from __future__ import annotations

import pytest

from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import Forbidden, NotWordPress, Unauthorized, WordPressFailure
from tests.wordpress_server import WordPressServer, WordPressWith

pytestmark = pytest.mark.slow("starts a WordPress for each kind of website")
WRONG = "abcd efgh ijkl mnop qrst uvwx"


def failure_of(client: WordPress) -> WordPressFailure:
    """What asking who one is comes to."""
    with client, pytest.raises(WordPressFailure) as caught:
        client.users.me()
    return caught.value


def test_a_wrong_password_is_unauthorized_and_is_shown_nowhere(wordpress: WordPressServer) -> None:
    connection = wordpress.connection(password=WRONG)
    client = WordPress(connection, allow_private=True)
    failure = failure_of(client)
    assert isinstance(failure, Unauthorized)
    assert "Users → Profile → Application Passwords" in failure.sentence
    shown = f"{failure!r} {failure.facts} {failure.__cause__} {failure.__context__} {connection!r} {client!r}"
    assert WRONG not in shown
    assert failure.__cause__ is None


def test_a_plug_in_that_looks_for_the_user_early_tells_that_the_password_arrived(wordpress_with: WordPressWith) -> None:
    strict = wordpress_with(strict=True)
    with strict.client() as client:
        assert client.users.me().roles == ("administrator",)
    failure = failure_of(WordPress(strict.connection(password=WRONG), allow_private=True))
    assert (type(failure), failure.code) == (Unauthorized, "incorrect_password")
    assert "does not know this user" in failure.sentence


def test_a_header_that_is_taken_away_is_one_of_the_two_reasons_given(wordpress_with: WordPressWith) -> None:
    failure = failure_of(wordpress_with(strip_authorization=True).client())
    assert isinstance(failure, Unauthorized)
    assert "Authorization header" in failure.sentence


def test_a_production_site_on_plain_http_takes_no_application_password(wordpress_with: WordPressWith) -> None:
    server = wordpress_with(application_passwords=False)
    assert isinstance(failure_of(server.client()), Unauthorized)
    with server.client() as client:
        assert client.discover().application_passwords is False


@pytest.mark.parametrize("html", ["all", "writes"])
def test_a_page_with_200_is_no_answer(wordpress_with: WordPressWith, html: str) -> None:
    server = wordpress_with(html=html)
    with server.client() as client, pytest.raises(NotWordPress, match="plug-in"):
        client.posts.create({"title": "Tea", "status": "publish"})
    assert server.query("SELECT ID FROM wp_posts") == []


def test_a_rest_api_that_is_switched_off_is_forbidden(wordpress_with: WordPressWith) -> None:
    assert isinstance(failure_of(wordpress_with(rest=False).client()), Forbidden)


def test_meta_that_nobody_registered_is_dropped_and_what_is_registered_kept(wordpress_with: WordPressWith) -> None:
    fields = {"title": "Tea", "meta": {"igny8_mark": "7"}}
    with wordpress_with(meta="igny8_mark").client("author") as client:
        assert client.posts.create(fields).meta["igny8_mark"] == "7"
    with wordpress_with().client("author") as client:
        assert "igny8_mark" not in client.posts.create(fields).meta


@pytest.mark.parametrize("seo", ["yoast", "yoast closed"])
def test_the_stand_in_for_yoast_takes_its_fields_only_where_they_are_open(
    wordpress_with: WordPressWith, seo: str
) -> None:
    with wordpress_with(seo=seo).client("author") as client:
        made = client.posts.create({"title": "Tea", "status": "publish", "meta": {"_yoast_wpseo_title": "All of tea"}})
        taken = seo == "yoast"
        assert made.document["yoast_head_json"]["title"] == ("All of tea" if taken else "")
        assert (client.fetch_public(made.link).title == "All of tea") is taken


def test_the_stand_in_for_rank_math_takes_its_fields_by_its_route(wordpress_with: WordPressWith) -> None:
    with wordpress_with(seo="rank math").client("author") as client:
        made = client.posts.create({"title": "Tea", "status": "publish"})
        fields = {"objectType": "post", "objectID": made.id, "meta": {"rank_math_title": "All of tea"}}
        client.post("/rankmath/v1/updateMeta", fields)
        assert client.fetch_public(made.link).title == "All of tea"


def test_what_a_visitor_sees_is_fetched_without_signing_in(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        made = client.posts.create(
            {"title": "Tea", "slug": "tea", "content": "<p>Hot & strong.</p>", "status": "publish"}
        )
        seen = client.fetch_public(made.link)
        assert (seen.status, seen.url) == (200, made.link)
        assert "Hot & strong." in seen.text
        client.posts.update(made.id, {"status": "draft"})
        assert client.fetch_public(made.link).status == 404
