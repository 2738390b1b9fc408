"""The same client on a newer WordPress than Debian's: what publishing and importing do there."""

from __future__ import annotations

import os

import pytest

from igny8_lib.wordpress.check import check
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import Forbidden, RejectedType, TooLarge, Unauthorized
from tests.lib.wordpress.files import PNG, WEBP
from tests.wordpress_server import WordPressServer, WordPressWith


@pytest.fixture
def newest(wordpress_with: WordPressWith) -> WordPressServer:
    """An emptied WordPress of the newest release."""
    return wordpress_with(release="newest", upload_limit="50K", body_limit="60K")


@pytest.mark.parametrize("role", ["administrator", "editor", "author"])
def test_an_article_with_picture_and_terms_goes_live_is_read_and_goes(newest: WordPressServer, role: str) -> None:
    with newest.client(role) as client:
        picture = client.media.upload("tea-7f.webp", "image/webp", WEBP, "A cup & saucer")
        tags = [client.terms.ensure("tags", name).id for name in ("Tea & cake", "tea & CAKE", "Käse")]
        assert tags[0] == tags[1]
        fields = {"title": "Tea & co", "slug": "tea", "content": "<p>Hot.</p>", "status": "publish", "tags": tags[1:]}
        made = client.posts.create(fields | {"featured_media": picture.id})
        assert (made.status, made.title, made.featured_media) == ("publish", "Tea & co", picture.id)
        assert client.posts.find(slug="tea") == [client.posts.get(made.id)]
        assert client.media.find("tea-7f") == [picture]
        assert client.fetch_public(made.link).title.startswith("Tea & co")
        assert [post.id for page in client.posts.pages() for post in page.posts] == [made.id]
        client.posts.trash(made.id)
        assert client.posts.get(made.id).status == "trash"  # type: ignore[union-attr]
        client.posts.delete(made.id)
        assert client.posts.get(made.id) is None


def test_what_is_not_allowed_is_told_apart(newest: WordPressServer) -> None:
    with newest.client("contributor") as client, pytest.raises(Forbidden):
        client.posts.create({"title": "Tea", "status": "publish"})
    with newest.client("author") as client, pytest.raises(Forbidden):
        client.terms.ensure("categories", "Tea")
    wrong = newest.connection(password="wrong wrong")
    with WordPress(wrong, allow_private=True) as client, pytest.raises(Unauthorized):
        client.users.me()
    with newest.client() as client:
        with pytest.raises(RejectedType):
            client.media.upload("tea.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        for size in (52_000, 100_000):
            with pytest.raises(TooLarge):
                client.media.upload("tea.png", "image/png", PNG + os.urandom(size))


def test_the_check_finds_nothing_to_change(newest: WordPressServer) -> None:
    assert newest.version.startswith("6.6")
    with newest.client("editor") as client:
        assert [finding.name for finding in check(client, zone="America/New_York") if finding.ok is False] == []
