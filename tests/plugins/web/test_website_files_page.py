"""The page of a website's files: dropped in, several at once, each told; described, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from httpx import Response
from igny8_web.pages.website_files import MOST_AT_ONCE

from igny8_lib.db.session import Sessions
from igny8_lib.models import SiteAsset, SiteBlueprint, SiteBuilderSettings
from tests.lib.site_builder.uploads.making import pdf, picture
from tests.plugins.web.house import NEIGHBOUR, PAGES, House

PAGE = f"{PAGES}/sites/blog/website/files"
PART = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("media_folder")


def bring(house: House, *files: tuple[str, bytes], who: str = "editor", part: bool = True) -> Response:
    """Send them in one form."""
    sent = [("files", file) for file in files]
    return house.browser(who).post(PAGE, files=sent, headers=PART if part else {})


def text_of(answer: Response) -> str:
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)


def names(house: House, query: str = "") -> list[str]:
    """The files of the list."""
    html = house.browser("viewer").get(PAGE + query).text
    return [str(link.find(string=True)) for link in BeautifulSoup(html, "html.parser").select(".list a.b")]


def test_of_several_files_those_that_fit_are_kept_and_the_others_told(house: House) -> None:
    answer = bring(
        house, ("Oven.png", picture()), ("x.svg", b"<svg/>"), ("prices.pdf", pdf()), ("oven.gif", picture("GIF"))
    )
    assert answer.status_code == 200
    said = text_of(answer)
    assert "2\N{NO-BREAK SPACE}files kept. oven.webp , among pictures prices.pdf , among documents" in said
    assert "2\N{NO-BREAK SPACE}files refused, nothing of them kept. x.svg :" in said
    assert 'oven.webp : There is a file "oven.webp" already' in said
    assert names(house) == ["prices.pdf", "oven.webp"]
    assert names(house, "?folder=documents") == ["prices.pdf"]


def test_without_script_the_whole_page_comes_back(house: House) -> None:
    answer = bring(house, ("oven.png", picture()), part=False)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one("h1") is not None
    assert page.select_one("#file-1 img") is not None


def test_names_that_are_no_names_run_nothing(house: House) -> None:
    answer = bring(house, ("<img src=x onerror=alert(1)>.svg", b"<svg/>"))
    assert "<img" not in answer.text
    assert "&lt;img" in answer.text


def test_more_files_than_are_taken_at_once_are_told(house: House) -> None:
    files = [(f"{number}.txt", b"%d" % number) for number in range(MOST_AT_ONCE + 2)]
    said = text_of(bring(house, *files))
    assert f"{MOST_AT_ONCE}\N{NO-BREAK SPACE}files kept" in said
    assert "Choose it again" in said
    assert len(names(house)) == MOST_AT_ONCE


def test_pictures_are_shown_small_with_their_sizes(house: House) -> None:
    bring(house, ("oven.png", picture(width=600, height=300)))
    html = house.browser("viewer").get(PAGE).text
    image = BeautifulSoup(html, "html.parser").select_one(".list img")
    assert image is not None
    assert (image["width"], image["height"], image["loading"]) == ("160", "80", "lazy")
    answer = house.browser("viewer").get(str(image["src"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


def test_a_picture_is_described_and_the_list_says_so(house: House, sessions: Sessions) -> None:
    bring(house, ("oven.png", picture()))
    answer = house.browser("editor").post(f"{PAGE}/1/describe", data={"alt_text": "An <oven>"}, headers=PART)
    assert 'value="An &lt;oven&gt;"' in answer.text
    assert "x-said" in answer.headers
    assert house.browser("editor").post(f"{PAGE}/1/describe", data={"alt_text": ""}).status_code == 303
    with sessions() as session:
        assert session.get_one(SiteAsset, 1).alt_text == ""


def test_a_file_is_deleted_and_the_folder_stays_chosen(house: House, media_folder: Path) -> None:
    bring(house, ("a.txt", b"a"), ("b.txt", b"b"))
    answer = house.browser("editor").post(f"{PAGE}/1/delete?folder=documents", headers=PART)
    assert answer.status_code == 200
    assert names(house) == ["b.txt"]
    assert len([path for path in media_folder.rglob("*") if path.is_file()]) == 1
    gone = house.browser("editor").post(f"{PAGE}/2/delete?folder=documents")
    assert gone.headers["location"].endswith("/website/files?folder=documents")
    assert "Nothing is here" in house.browser("viewer").get(f"{PAGE}?folder=documents").text


def test_a_file_in_use_stays_and_it_is_said_where(house: House, sessions: Sessions) -> None:
    bring(house, ("oven.png", picture()))
    with sessions.begin() as session:
        session.add(SiteBlueprint(site_id=house.blog, name="Bakery", created_by="ann", icon_asset_id=1))
    answer = house.browser("editor").post(f"{PAGE}/1/delete", headers=PART)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (409, "#problem")
    assert "the icon of Bakery" in answer.text


def test_a_quota_that_is_nearly_full_is_said(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(SiteBuilderSettings(site_id=house.blog, asset_quota_mb=1))
    assert "0.0 of 1 MB taken" in house.browser("viewer").get(PAGE).text
    bring(house, ("a.txt", b"a" * 950_000))
    assert "nearly full" in house.browser("viewer").get(PAGE).text
    assert "and of the site's 1.0 MB 0.1 are left" in text_of(bring(house, ("b.txt", b"b" * 200_000)))


def test_an_empty_list_says_what_to_do(house: House) -> None:
    assert "Drop pictures for the pages above" in house.browser("editor").get(PAGE).text
    assert "Nobody has brought files" in house.browser("viewer").get(PAGE).text
    assert "Nothing is on this page" in house.browser("viewer").get(f"{PAGE}?page=3").text


def test_viewers_see_no_forms_and_neighbours_nothing(house: House) -> None:
    bring(house, ("oven.png", picture()))
    page = BeautifulSoup(house.browser("viewer").get(PAGE).text, "html.parser")
    assert page.select("main form") == []
    assert bring(house, ("a.txt", b"a"), who="viewer").status_code == 403
    assert house.browser(NEIGHBOUR).get(PAGE).status_code == 404
    assert bring(house, ("a.txt", b"a"), who=NEIGHBOUR).status_code == 404
    assert house.browser(NEIGHBOUR).post(f"{PAGES}/sites/rival-blog/website/files/1/delete").status_code == 404
