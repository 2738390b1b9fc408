"""Posts on a real WordPress: written, found, deleted, and all of them read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import AnswerTooLarge, Gone, Rejected
from igny8_lib.wordpress.exchange import Bounds
from igny8_lib.wordpress.posts import Post
from tests.wordpress_server import WordPressServer, WordPressWith

pytestmark = pytest.mark.slow("the first here starts a database and WordPress")


@pytest.mark.parametrize("permalinks", ["/%postname%/", ""])
def test_a_post_is_made_found_changed_trashed_and_deleted(wordpress_with: WordPressWith, permalinks: str) -> None:
    with wordpress_with(permalinks=permalinks).client() as client:
        made = client.posts.create(
            {"title": "Tea & cake", "content": "<p>Hot.</p>", "slug": "tea", "status": "publish"}
        )
        assert (made.title, made.slug, made.status) == ("Tea & cake", "tea", "publish")
        assert client.posts.find(slug="tea") == [client.posts.get(made.id)]
        assert client.posts.find(search="cake")[0].id == made.id
        assert client.posts.update(made.id, {"status": "draft"}).status == "draft"
        assert client.posts.find(slug="tea")[0].status == "draft"
        client.posts.trash(made.id)
        client.posts.trash(made.id)
        trashed = client.posts.get(made.id)
        assert trashed is not None
        assert trashed.status == "trash"
        client.posts.delete(made.id)
        client.posts.delete(made.id)
        assert client.posts.get(made.id) is None
        with pytest.raises(Gone):
            client.posts.update(made.id, {"status": "publish"})


def test_a_text_is_read_as_it_was_written_and_dates_are_instants(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        made = client.posts.create(
            {"title": "<em>A</em> & B", "content": "A -- B", "status": "publish", "date_gmt": "2024-05-06T07:08:09"}
        )
        assert (made.title, made.content) == ("<em>A</em> & B", "A -- B")
        assert made.date == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("role", ["editor", "author"])
def test_a_title_is_the_same_whoever_wrote_it(wordpress: WordPressServer, role: str) -> None:
    with wordpress.client(role) as client:
        assert client.posts.create({"title": "Tea & co", "status": "publish"}).title == "Tea & co"


def test_what_wordpress_does_not_take_names_the_field(wordpress: WordPressServer) -> None:
    with wordpress.client() as client, pytest.raises(Rejected, match="status"):
        client.posts.create({"title": "Tea", "status": "no such"})


def read(posts: list[Post]) -> list[int]:
    return [post.id for post in posts]


def test_all_posts_come_once_in_the_order_of_their_numbers_whatever_their_status(wordpress: WordPressServer) -> None:
    known = wordpress.add_posts(203) + wordpress.add_posts(2, post_status="draft")
    wordpress.php(f"wp_trash_post({known[7]}); return 1;")
    with wordpress.client() as client:
        pages = list(client.posts.pages())
    assert [post.id for page in pages for post in page.posts] == known
    assert [page.total for page in pages] == [205] * 3
    assert {post.status for page in pages for post in page.posts} == {"publish", "draft", "trash"}


def test_an_interrupted_reader_goes_on_where_it_was(wordpress: WordPressServer) -> None:
    known = wordpress.add_posts(150)
    with wordpress.client() as client:
        first = next(client.posts.pages())
        rest = [
            post.id for page in client.posts.pages(after_id=first.last_id, offset=first.offset) for post in page.posts
        ]
    assert read(first.posts) + rest == known


@pytest.mark.parametrize("deleted", [1, 60, 100])
def test_posts_that_are_deleted_while_others_are_read_make_nobody_skip_any(
    wordpress: WordPressServer, deleted: int
) -> None:
    known = wordpress.add_posts(250)
    with wordpress.client() as client:
        pages = client.posts.pages()
        found = read(next(pages).posts)
        wordpress.php(f"foreach ({known[:deleted]} as $id) wp_delete_post($id, true); return 1;")
        found += [post.id for page in pages for post in page.posts]
    assert found == known


def test_a_user_who_may_not_read_all_posts_of_a_page_still_comes_to_the_end(wordpress: WordPressServer) -> None:
    author = wordpress.users["author"].id
    own = wordpress.add_posts(40, post_author=author)
    wordpress.add_posts(350)
    own += wordpress.add_posts(40, post_author=author)
    with wordpress.client("author") as client:
        found = [post.id for page in client.posts.pages() for post in page.posts]
    assert found == own


def test_posts_that_are_too_large_for_one_answer_are_read_in_smaller_parts(wordpress: WordPressServer) -> None:
    known = wordpress.add_posts(120, post_content="x" * 5_000)
    bounds = Bounds(json_bytes=300_000)
    with WordPress(wordpress.connection(), allow_private=True, bounds=bounds) as client:
        assert [post.id for page in client.posts.pages() for post in page.posts] == known
        wordpress.add_posts(1, post_content="x" * 400_000)
        with pytest.raises(AnswerTooLarge):
            list(client.posts.pages())


def test_only_what_changed_since_is_read(wordpress: WordPressServer) -> None:
    wordpress.add_posts(1, post_modified="2020-01-01 00:00:00", post_modified_gmt="2020-01-01 00:00:00")
    (new,) = wordpress.add_posts(1)
    with wordpress.client() as client:
        since = datetime.now(UTC) - timedelta(minutes=5)
        assert [read(page.posts) for page in client.posts.pages(modified_after=since)] == [[new]]
        assert list(client.posts.pages(modified_after=datetime.now(UTC) + timedelta(minutes=5))) == []


class WithoutTotals(WordPress):
    """A website behind a proxy that takes WordPress' own headers away."""

    def call(self, method: str, path: str, params: dict[str, Any], **request: Any) -> Answer:
        answer = super().call(method, path, params, **request)
        for name in ("x-wp-total", "x-wp-totalpages"):
            answer.headers.pop(name, None)
        return answer


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 298, 299])
def test_all_posts_are_read_where_nobody_says_how_many_there_are(wordpress: WordPressServer, number: int) -> None:
    known = wordpress.add_posts(number) if number else []
    with WithoutTotals(wordpress.connection(), allow_private=True) as client:
        pages = list(client.posts.pages())
        assert [post.id for page in pages for post in page.posts] == known
        for page in pages:  # a reader that was interrupted, and goes on
            rest = client.posts.pages(after_id=page.last_id, offset=page.offset)
            assert [post.id for each in rest for post in each.posts] == [each for each in known if each > page.last_id]
