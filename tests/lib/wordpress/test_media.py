"""Files on a real WordPress: added with their facts, found again by their names, refused for what is wrong."""

from __future__ import annotations

import os

import httpx
import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress.errors import Rejected, RejectedType, ServerError, TooLarge
from igny8_lib.wordpress.media import upload_error
from tests.lib.wordpress.files import PNG, WEBP, picture
from tests.wordpress_server import WordPressServer, WordPressWith


@pytest.mark.parametrize(
    ("name", "mime", "data"),
    [("tea-7f.png", "image/png", PNG), ("tea-7f.webp", "image/webp", WEBP)],
    ids=["png", "webp"],
)
def test_a_file_is_kept_with_its_name_and_alt_text_and_found_by_its_stem(
    wordpress: WordPressServer, name: str, mime: str, data: bytes
) -> None:
    with wordpress.client() as client:
        made = client.media.upload(name, mime, data, "A cup & “saucer”", "Tea <hot>")
        assert (made.file, made.slug, made.mime) == (name, "tea-7f", mime)
        assert (made.alt_text, made.width, made.height) == ("A cup & “saucer”", 8, 6)
        assert client.media.find("tea-7f") == [made]
        assert client.media.find("tea") == []
        assert client.media.get(made.id) == made
        assert httpx.get(made.url).content == data
        assert client.media.update(made.id, {"alt_text": "Other"}).alt_text == "Other"
        client.media.delete(made.id)
        client.media.delete(made.id)
        assert client.media.find("tea-7f") == []
        assert client.media.get(made.id) is None


def test_a_file_that_was_uploaded_twice_is_found_twice_the_older_first(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        first, second = (client.media.upload("tea.png", "image/png", PNG, title="Cups") for _ in range(2))
        assert (first.file, second.file) == ("tea.png", "tea-1.png")
        assert client.media.find("tea") == [first, second]


def test_a_large_picture_that_wordpress_shrinks_is_found_too(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        made = client.media.upload("wide.jpg", "image/jpeg", picture("JPEG", (3000, 20)))
        assert made.file == "wide-scaled.jpg"
        assert client.media.find("wide") == [made]


def test_a_name_that_wordpress_would_change_is_refused(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        for name in ("Tee schön.png", "tea", "../tea.png", "tea_1.png", 'a".png'):
            with pytest.raises(InvalidInput):
                client.media.upload(name, "image/png", PNG)


def test_a_type_that_wordpress_does_not_take_is_told_as_such(wordpress: WordPressServer) -> None:
    with wordpress.client() as client:
        with pytest.raises(RejectedType, match=r"tea\.svg") as caught:
            client.media.upload("tea.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        assert caught.value.temporary is False
        assert wordpress.query("SELECT ID FROM wp_posts") == []


@pytest.mark.parametrize(("upload", "body"), [("50K", "10M"), ("50K", "60K")])
def test_a_file_above_either_limit_of_php_is_too_large(wordpress_with: WordPressWith, upload: str, body: str) -> None:
    with wordpress_with(upload_limit=upload, body_limit=body).client() as client:
        with pytest.raises(TooLarge, match="upload_max_filesize"):
            client.media.upload("tea.png", "image/png", PNG + os.urandom(100_000))
        assert client.media.upload("tea.png", "image/png", PNG).file == "tea.png"


def test_any_other_failure_of_an_upload_stays_what_it_is() -> None:
    failed = ServerError("The website failed (500).", status=500)
    assert upload_error(failed, "tea.png", 1) is failed
    refused = Rejected("No.", status=400, code="rest_invalid_param")
    assert upload_error(refused, "tea.png", 1) is refused
