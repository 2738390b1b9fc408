"""Pictures through the API: seen, described, drawn anew, replaced; whatever is uploaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Image
from tests.plugins.web.articles import add_articles, pictures_of, png, store_files
from tests.plugins.web.house import API, House

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def picture(house: House, sessions: Sessions, media_folder: Path) -> int:
    """A drawn picture of an article in review."""
    (article,) = add_articles(sessions, house, pictures=1)
    return store_files(sessions, media_folder, article)[0]


def test_the_file_is_a_png_that_can_do_nothing_and_is_not_sent_twice(house: House, picture: int) -> None:
    client = house.client("viewer")
    answer = client.get(f"{API}/images/{picture}/file/?site=blog")
    assert (answer.content, answer.headers["content-type"]) == (png(), "image/png")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"{API}/images/{picture}/file/?site=blog", headers=known).status_code == 304


def test_a_file_that_is_gone_is_not_there(house: House, picture: int, media_folder: Path) -> None:
    for file in media_folder.rglob("*.png"):
        file.unlink()
    answer = house.client("viewer").get(f"{API}/images/{picture}/file/?site=blog")
    assert answer.status_code == 404
    assert "draw it again" in answer.json()["detail"]


def test_the_pictures_of_an_article_are_listed(house: House, sessions: Sessions) -> None:
    (article,) = add_articles(sessions, house, pictures=3)
    listed = house.client("viewer").get(f"{API}/images/?site=blog&content={article}").json()["images"]
    assert [image["position"] for image in listed] == [0, 1, 2]
    assert listed[0]["kind"] == "featured"


def test_a_picture_is_described(house: House, picture: int) -> None:
    url = f"{API}/images/{picture}/?site=blog"
    assert house.client("editor").patch(url, json={"alt_text": " A  white rose "}).json()["alt_text"] == "A white rose"
    assert house.client("editor").patch(url, json={"alt_text": "x" * 126}).status_code == 400
    assert house.client("editor").patch(url, json={"alt": "x"}).status_code == 422
    assert house.client("viewer").patch(url, json={"alt_text": "A rose"}).status_code == 403


def test_a_picture_is_drawn_again_and_its_file_stays_until_then(
    house: House, sessions: Sessions, picture: int, media_folder: Path
) -> None:
    url = f"{API}/images/{picture}/redraw/?site=blog"
    answer = house.client("editor").post(url, json={"prompt": "A white rose"}).json()
    assert (answer["status"], answer["prompt"]) == ("pending", "A white rose")
    assert house.client("editor").post(url, json={}).status_code == 409
    assert len(list(media_folder.rglob("*.png"))) == 1
    with sessions() as session:
        assert session.get_one(Content, session.get_one(Image, picture).content_id).status == "draft"


def test_an_upload_takes_a_pictures_place_and_the_old_file_goes(
    house: House, sessions: Sessions, picture: int, media_folder: Path
) -> None:
    (before,) = media_folder.rglob("*.png")
    files = {"file": ("rose.html", png(32, "blue"), "text/html")}
    answer = house.client("editor").post(f"{API}/images/{picture}/replace/?site=blog", files=files)
    assert (answer.status_code, answer.json()["width"]) == (200, 32)
    (after,) = media_folder.rglob("*.png")
    assert (after.suffix, after != before) == (".png", True)
    again = house.client("editor").post(f"{API}/images/{picture}/redraw/?site=blog", json={}).json()
    assert again["file"] is None
    assert not list(media_folder.rglob("*.png")), "an upload's file goes when the picture is drawn again"
    with sessions() as session:
        assert pictures_of(session, session.get_one(Image, picture).content_id)[0].model is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.svg", SVG), ("x.png", SVG), ("x.png", b""), ("x.png", b"<html>"), ("x.png", png()[:40]), ("x.png", png(4))],
    ids=["svg", "svg called png", "empty", "html called png", "cut off", "too small"],
)
def test_an_upload_that_is_no_picture_changes_nothing(
    house: House, picture: int, media_folder: Path, name: str, content: bytes
) -> None:
    files = {"file": (name, content, "image/png")}
    answer = house.client("editor").post(f"{API}/images/{picture}/replace/?site=blog", files=files)
    assert answer.status_code == 400
    assert "Nothing was replaced" in answer.json()["detail"]
    assert len(list(media_folder.rglob("*"))) == 3


def test_a_picture_over_25_megabytes_is_refused(house: House, picture: int) -> None:
    files = {"file": ("x.png", b"\x89PNG" + bytes(25 * 1024 * 1024), "image/png")}
    answer = house.client("editor").post(f"{API}/images/{picture}/replace/?site=blog", files=files)
    assert (answer.status_code, "at most 25 MB" in answer.json()["detail"]) == (400, True)


def test_a_viewer_replaces_and_redraws_nothing(house: House, picture: int) -> None:
    viewer, files = house.client("viewer"), {"file": ("x.png", png(), "image/png")}
    assert viewer.post(f"{API}/images/{picture}/replace/?site=blog", files=files).status_code == 403
    assert viewer.post(f"{API}/images/{picture}/redraw/?site=blog", json={}).status_code == 403
