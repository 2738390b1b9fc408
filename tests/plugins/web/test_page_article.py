"""One article: read in a frame where nothing runs, decided about, and taken back."""

from __future__ import annotations

from pathlib import Path

import igny8_product
import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentEvent, ContentStatus, Image, ImageStatus, Site
from tests.factories.articles import make_article
from tests.plugins.web.articles import HOSTILE, add_articles, add_written, pictures_of, png, store_files
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

SITE = f"{PAGES}/sites/blog"


def find(sessions: Sessions, content_id: int) -> Content:
    with sessions() as session:
        return session.get_one(Content, content_id)


def test_a_decision_leads_to_the_next_article_which_offers_to_take_it_back(house: House, sessions: Sessions) -> None:
    one, two = (add_articles(sessions, house, title=title)[0] for title in ("White roses", "Tulips"))
    browser = house.browser("editor")
    answer = browser.post(f"{SITE}/content/{one}/approve", data={"version": 1})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SITE}/content/{two}?did=approved&of={one}")
    page = browser.get(answer.headers["location"]).text
    assert "“White roses” is approved. Its date: " in page
    article = " ".join(browser.get(f"{SITE}/content/{one}").text.split())
    assert "It is approved." in article
    assert article.count(">It goes out ") == 1
    assert "Its date: " not in article
    assert f'action="{SITE}/content/{one}/undo"' in page
    browser.post(f"{SITE}/content/{one}/undo")
    assert find(sessions, one).status == ContentStatus.REVIEW


def test_after_the_last_article_nothing_waits(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    form = {"version": 1, "reasons": ["facts", "tone"]}
    answer = house.browser("editor").post(f"{SITE}/content/{one}/reject", data=form)
    assert answer.headers["location"] == f"{SITE}/review?did=rejected&of={one}"
    page = house.browser("editor").get(answer.headers["location"]).text
    assert "Nothing waits for a decision" in page
    assert f"/content/{one}/undo" in page


def test_review_leads_to_the_article_that_has_waited_longest(house: House, sessions: Sessions) -> None:
    one, _ = add_articles(sessions, house, 2)
    assert house.browser("viewer").get(f"{SITE}/review").headers["location"] == f"{SITE}/content/{one}"


def test_an_article_that_was_changed_since_is_not_decided_about_and_the_page_says_so(
    house: House, sessions: Sessions
) -> None:
    (one,) = add_articles(sessions, house, version=3)
    answer = house.browser("editor").post(f"{SITE}/content/{one}/approve", data={"version": 2})
    assert answer.status_code == 409
    assert "its newest version is 3, you have seen version 2" in answer.text
    assert find(sessions, one).status == ContentStatus.REVIEW


def test_a_rejection_without_a_reason_is_told_in_place(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    answer = house.browser("editor").post(f"{SITE}/content/{one}/reject", data={"version": 1})
    assert answer.status_code == 400
    assert "choose at least one reason" in answer.text
    assert find(sessions, one).status == ContentStatus.REVIEW


def test_a_rewrite_is_asked_for_with_a_remark_and_taken_back(house: House, sessions: Sessions) -> None:
    one = add_written(sessions, house, pictures=1)
    browser = house.browser("editor")
    browser.post(f"{SITE}/content/{one}/rewrite", data={"version": 1, "remark": "Costs"})
    page = browser.get(f"{SITE}/content/{one}").text
    assert "It waits to be written anew." in page
    assert "Leave it as it is" in page
    assert "Asked for a rewrite by editor" in page
    assert "/approve" not in page
    browser.post(f"{SITE}/content/{one}/withdraw")
    assert find(sessions, one).status == ContentStatus.REVIEW


def test_what_an_article_waits_for_is_started_from_its_page(house: House, sessions: Sessions) -> None:
    one = add_written(sessions, house, pictures=2)
    with sessions.begin() as session:
        pictures_of(session, one)[0].status = ImageStatus.PENDING
        session.get_one(Content, one).status = ContentStatus.DRAFT
    browser = house.browser("editor")
    assert "Do it now" in browser.get(f"{SITE}/content/{one}").text
    assert browser.post(f"{SITE}/content/{one}/now").status_code == 303
    (conf,) = house.airflow.confs.values()
    assert conf["stages"] == [6]


def test_a_preview_is_a_document_in_which_nothing_runs_whatever_is_stored(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house, html=HOSTILE, title="<script>top.hacked=1</script>")
    answer = house.browser("viewer").get(f"{SITE}/content/{one}/preview")
    policy = answer.headers["content-security-policy"]
    assert {"default-src 'none'", "base-uri 'none'", "form-action 'none'"} < set(policy.split("; "))
    assert "sandbox allow-same-origin" in policy
    assert "unsafe" not in policy
    assert "allow-scripts" not in policy
    for bad in ("<script", "onerror", "javascript:", "<iframe", "<style", "<form", "http-equiv", "evil.example/"):
        assert bad not in answer.text, bad
    page = house.browser("viewer").get(f"{SITE}/content/{one}").text
    assert 'sandbox="allow-same-origin"' in page
    assert "<script>top" not in page


def test_pictures_are_in_the_preview_only_once_they_are_drawn(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house, pictures=2)
    with sessions.begin() as session:
        first, second = pictures_of(session, one)
        first.status = ImageStatus.PENDING
    page = house.browser("viewer").get(f"{SITE}/content/{one}/preview").text
    assert f"images/{second.id}/file/" in page
    assert f"images/{first.id}/file/" not in page


def test_the_preview_shows_pictures_where_visitors_will_see_them(house: House, sessions: Sessions) -> None:
    html = "<p>Intro</p><h2>A</h2><p>a</p><h2>B</h2><p>b</p>"
    (one,) = add_articles(sessions, house, pictures=2, html=html)
    with sessions.begin() as session:
        featured, inside = pictures_of(session, one)
    page = house.browser("viewer").get(f"{SITE}/content/{one}/preview").text
    stands = [
        page.index(text) for text in (f"images/{featured.id}/", "Intro", "<h2>A", f"images/{inside.id}/", "<h2>B")
    ]
    assert stands == sorted(stands)


def test_a_preview_says_its_sites_language(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    with sessions.begin() as session:
        session.get_one(Site, house.blog).language = "pt_BR"
    assert '<html lang="pt-BR">' in house.browser("viewer").get(f"{SITE}/content/{one}/preview").text


def test_any_two_versions_are_compared_side_by_side_and_restored(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    browser = house.browser("editor")
    client = house.client("editor")
    html = "<p>Cut above a bud. Use blunt tools.</p><h2>When</h2><p>In spring.</p>"
    client.patch(f"/igny8/api/v1/content/{one}/?site=blog", json={"version": 1, "html": html, "tags": ["<b>"]})
    page = browser.get(f"{SITE}/content/{one}/compare?before=1&after=2").text
    assert "<del>Use sharp tools.</del>" in page
    assert "<ins>Use blunt tools.</ins>" in page
    assert "<ins>&lt;b&gt;</ins>" in page
    assert browser.get(f"{SITE}/content/{one}/compare?before=1&after=9").status_code == 404
    browser.post(f"{SITE}/content/{one}/restore", data={"version": 2, "number": 1})
    assert (find(sessions, one).version, "sharp" in find(sessions, one).html) == (3, True)
    stale = browser.post(f"{SITE}/content/{one}/restore", data={"version": 2, "number": 1})
    assert (stale.status_code, "version 3" in stale.text) == (409, True)


def test_a_picture_is_described_redrawn_and_replaced(house: House, sessions: Sessions, media_folder: Path) -> None:
    (one,) = add_articles(sessions, house, pictures=2)
    first, second = store_files(sessions, media_folder, one)
    browser, images = house.browser("editor"), f"{SITE}/content/{one}/images"
    answer = browser.post(f"{images}/{first}/describe", data={"alt_text": "A white rose"})
    assert answer.headers["location"].endswith(f"#picture-{first}")
    assert browser.post(f"{images}/{first}/describe", data={"alt_text": " "}).status_code == 400
    files = {"file": ("x.png", b"<svg/>", "image/png")}
    refused = browser.post(f"{images}/{second}/replace", files=files)
    assert (refused.status_code, "no PNG, JPEG" in refused.text) == (400, True)
    assert browser.post(f"{images}/{second}/replace", files={"file": ("x", png(32, "blue"))}).status_code == 303
    assert browser.post(f"{images}/{first}/redraw", data={"prompt": ""}).status_code == 303
    with sessions() as session:
        pictures = [session.get_one(Image, number) for number in (first, second)]
        kinds = [event.kind.value for event in session.query(ContentEvent).order_by(ContentEvent.id)]
    assert [picture.alt_text for picture in pictures] == ["A white rose", "A rose"]
    assert [picture.status for picture in pictures] == [ImageStatus.PENDING, ImageStatus.GENERATED]
    assert kinds == ["alt_text_changed", "picture_replaced", "redraw_asked"]


def test_the_page_sends_the_same_number_of_statements_whatever_there_is(house: House, sessions: Sessions) -> None:
    small = add_articles(sessions, house)[0]
    browser = house.browser("editor")

    def look(content_id: int) -> None:
        assert browser.get(f"{SITE}/content/{content_id}").status_code == 200

    look(small)
    few = count_statements(igny8_product.product_engine(), lambda: look(small))
    large = add_articles(sessions, house, 30, pictures=6)[-1]
    for version in range(1, 5):
        change = {"version": version, "title": f"Title {version}"}
        house.client("editor").patch(f"/igny8/api/v1/content/{large}/?site=blog", json=change)
    assert count_statements(igny8_product.product_engine(), lambda: look(large)) == few


@pytest.mark.parametrize(
    "action", ["approve", "reject", "undo", "rewrite", "withdraw", "restore", "now", "images/1/describe"]
)
def test_a_viewer_reads_and_does_nothing(house: House, sessions: Sessions, action: str) -> None:
    (one,) = add_articles(sessions, house, pictures=1)
    viewer = house.browser("viewer")
    page = viewer.get(f"{SITE}/content/{one}").text
    assert 'method="post"' not in page
    assert "You may read this article" in page
    answer = viewer.post(f"{SITE}/content/{one}/{action}", data={"version": 1, "number": 1})
    assert answer.status_code == 403


def test_another_accounts_article_is_not_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        foreign = make_article(session, session.get_one(Site, house.rival_blog), title="Secret").id
    browser = house.browser("owner")
    for path in ("", "/preview", "/compare?before=1&after=1"):
        assert browser.get(f"{SITE}/content/{foreign}{path}").status_code == 404
    (one,) = add_articles(sessions, house)
    assert "Secret" not in browser.get(f"{SITE}/content/{one}?did=approved&of={foreign}").text
    assert browser.post(f"{SITE}/content/{foreign}/approve", data={"version": 1}).status_code == 404
    assert find(sessions, foreign).status == ContentStatus.REVIEW
