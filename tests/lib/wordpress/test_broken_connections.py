"""What the client makes of connections that break, seen through a proxy before a real WordPress."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import RateLimited, ServerError, Slow, Unreachable
from igny8_lib.wordpress.exchange import Bounds
from tests.http_proxy import Cut, Delay, HttpProxy, Moment, Repeat, Reply, writes
from tests.wordpress_processes import free_port
from tests.wordpress_server import WordPressServer

TEA = {"title": "Tea", "slug": "tea", "status": "publish"}


@pytest.fixture
def proxy(wordpress: WordPressServer) -> Iterator[HttpProxy]:
    with HttpProxy(wordpress.url) as proxy:
        yield proxy
        proxy.settle()


@pytest.mark.parametrize(
    ("moment", "made"),
    [(Moment.BEFORE_SENDING, 0), (Moment.AFTER_SENDING, 1), (Moment.AFTER_ANSWER, 1), (Moment.WITHIN_ANSWER, 1)],
)
def test_a_connection_that_breaks_is_an_error_that_says_the_request_may_have_arrived(
    wordpress: WordPressServer, proxy: HttpProxy, moment: Moment, made: int
) -> None:
    with wordpress.client(url=proxy.url) as client:
        proxy.on(writes, Cut(moment))
        with pytest.raises(Unreachable, match="broke") as caught:
            client.posts.create(TEA)
        proxy.settle()
        assert (caught.value.temporary, caught.value.sent) == (True, True)
        assert len(client.posts.find(slug="tea")) == made


def test_a_request_that_is_repeated_on_the_way_makes_two_posts(wordpress: WordPressServer, proxy: HttpProxy) -> None:
    """So who creates must look for what was made, even after an answer that came."""
    with wordpress.client(url=proxy.url) as client:
        proxy.on(writes, Repeat(2))
        assert client.posts.create(TEA).slug == "tea-2"
        assert [post.slug for post in client.posts.find(search="Tea")] == ["tea", "tea-2"]


def test_an_answer_that_comes_too_late_is_slow(wordpress: WordPressServer, proxy: HttpProxy) -> None:
    bounds = Bounds(read_seconds=0.5)
    with WordPress(wordpress.connection(url=proxy.url), allow_private=True, bounds=bounds) as client:
        client.discover()
        proxy.on(1, Delay(1))
        with pytest.raises(Slow):
            client.users.me()


def test_a_server_that_asks_to_be_left_alone_says_for_how_long(wordpress: WordPressServer, proxy: HttpProxy) -> None:
    with wordpress.client(url=proxy.url) as client:
        client.discover()
        proxy.on(1, Reply(503, {"Retry-After": "120"}))
        with pytest.raises(ServerError) as caught:
            client.users.me()
        assert (caught.value.retry_after, caught.value.temporary, caught.value.status) == (120, True, 503)
        soon = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
        proxy.on(1, Reply(429, {"Retry-After": soon}, b"{}"))
        with pytest.raises(RateLimited) as limited:
            client.users.me()
        assert limited.value.retry_after == pytest.approx(60, abs=5)


def test_links_lead_through_the_proxy(wordpress: WordPressServer, proxy: HttpProxy) -> None:
    with wordpress.client(url=proxy.url) as client:
        made = client.posts.create(TEA | {"content": f'<p><a href="{proxy.url}/a">A</a></p>'})
        assert made.link == f"{proxy.url}/tea/"
        assert client.fetch_public(made.link).status == 200
        assert f"{proxy.url}/a" in made.content
    assert wordpress.url in wordpress.query("SELECT post_content FROM wp_posts")[0]["post_content"]
    assert [seen.status for seen in proxy.exchanges] == [200, 200, 201, 200]


def test_nobody_there_is_an_error_that_says_nothing_was_sent(wordpress: WordPressServer) -> None:
    with wordpress.client(url=f"http://127.0.0.1:{free_port()}") as client, pytest.raises(Unreachable) as caught:
        client.users.me()
    assert caught.value.sent is False
