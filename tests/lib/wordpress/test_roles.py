"""What each role may do on a real WordPress, and the sentence for what it may not."""

from __future__ import annotations

import pytest

from igny8_lib.wordpress.errors import Forbidden
from tests.lib.wordpress.files import PNG
from tests.wordpress_server import WordPressServer

WRITERS = ("administrator", "editor", "author")


@pytest.mark.parametrize("role", WRITERS)
def test_who_may_publish_publishes_with_a_picture_and_tags(wordpress: WordPressServer, role: str) -> None:
    with wordpress.client(role) as client:
        picture = client.media.upload("tea.png", "image/png", PNG, "A cup of tea")
        tag = client.terms.ensure("tags", "Hot drinks")
        fields = {"title": "Tea", "status": "publish", "featured_media": picture.id, "tags": [tag.id]}
        made = client.posts.create(fields)
        assert (made.status, made.featured_media, made.tags) == ("publish", picture.id, (tag.id,))
        assert client.fetch_public(made.link).title.startswith("Tea")
        me = client.users.me()
        assert (made.author, me.roles) == (me.id, (role,))


def test_an_author_makes_no_categories(wordpress: WordPressServer) -> None:
    with wordpress.client("editor") as client:
        known = client.terms.ensure("categories", "Teas")
    with wordpress.client("author") as client:
        assert client.terms.ensure("categories", "teas").id == known.id
        with pytest.raises(Forbidden, match="role Editor"):
            client.terms.ensure("categories", "Coffees")


@pytest.mark.parametrize("role", ["contributor", "subscriber"])
def test_who_may_not_publish_is_told_which_role_can(wordpress: WordPressServer, role: str) -> None:
    with wordpress.client(role) as client:
        with pytest.raises(Forbidden, match="role Editor"):
            client.posts.create({"title": "Tea", "status": "publish"})
        with pytest.raises(Forbidden):
            client.media.upload("tea.png", "image/png", PNG)
        assert client.users.me().roles == (role,)


def test_a_user_is_found_by_login_name_slug_and_number(wordpress: WordPressServer) -> None:
    author = wordpress.users["author"]
    with wordpress.client() as client:
        found = {client.users.find(who) for who in (author.login, author.login.upper(), str(author.id))}
        assert {user.id for user in found if user} == {author.id}
        assert client.users.find("nobody") is None
        assert client.users.find("99999") is None
    with wordpress.client("author") as client:
        mine = client.users.find("author")
        assert mine is not None
        assert mine.id == author.id
