"""Why an article has its score, on its pages: what to mend first, each check, and the places marked in a safe frame."""

from __future__ import annotations

import re

import igny8_product
import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Module, Site
from igny8_lib.review.scores import analyse_article, score_each
from igny8_lib.sites.modules import set_module
from tests.plugins.web.articles import HOSTILE, add_articles
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

SITE = f"{PAGES}/sites/blog"
LONG = "word " * 170
TEXT = f"<h2>Prune &amp; cut</h2><p>Roses <b>prune roses</b> well. {LONG}</p><p>{LONG}</p>"


def find(sessions: Sessions, content_id: int) -> Content:
    with sessions() as session:
        return session.get_one(Content, content_id)


def test_the_article_says_what_to_mend_first_and_leads_to_the_places(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house, html=TEXT)
    with sessions() as session:
        analysis = analyse_article(session, house.blog, one)
    page = house.browser("viewer").get(f"{SITE}/content/{one}").text
    card = page[page.index('id="score"') : page.index("All checks, with their places")]
    assert "What to mend first" in card
    assert card.count("point") >= 3
    passed = [check for check in analysis.checks if check.points >= 8]
    assert f"{len(passed)}\u00a0checks passed" in card
    assert f"SEO {analysis.seo}, Readability {analysis.readability}, Engagement {analysis.engagement}" in card


def test_each_check_stands_once_and_the_places_of_the_chosen_one_are_marked(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house, html=TEXT)
    with sessions() as session:
        analysis = analyse_article(session, house.blog, one)
    browser = house.browser("viewer")
    page = browser.get(f"{SITE}/content/{one}/analysis?check=paragraph_length").text
    check = analysis.check("paragraph_length")
    assert check is not None
    assert len(check.places) == 2
    assert page.count("<li") >= len(analysis.checks)
    assert "2\u00a0places marked." in page
    assert f'src="{SITE}/content/{one}/analysis/text?check=paragraph_length"' in page
    frame = browser.get(f"{SITE}/content/{one}/analysis/text?check=paragraph_length").text
    assert re.findall(r'id="(place-\d)"', frame) == ["place-1", "place-2"]
    assert "<b><mark>prune roses</mark></b>" in frame
    assert "<h2>Prune &amp; cut</h2>" in frame
    assert "<mark" not in browser.get(f"{SITE}/content/{one}/analysis/text?check=none").text


def test_nothing_of_a_hostile_text_can_act_in_the_frame(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house, html=HOSTILE, title="<script>top.hacked=1</script>")
    browser = house.browser("viewer")
    answer = browser.get(f"{SITE}/content/{one}/analysis/text?check=images")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script|onerror|javascript:|<iframe|<form|http-equiv=\"refresh|//evil", answer.text)
    page = browser.get(f"{SITE}/content/{one}/analysis").text
    assert "<script>top" not in page
    assert 'sandbox="allow-same-origin"' in page


def test_an_article_without_scores_shows_a_dash_and_keeps_them_when_editors_ask(
    house: House, sessions: Sessions
) -> None:
    (one,) = add_articles(sessions, house)
    assert "not analysed" in house.browser("editor").get(f"{SITE}/content").text
    page = house.browser("viewer").get(f"{SITE}/content/{one}/analysis").text
    assert ("Lists show no score of this article so far" in page, "Keep the score" in page) == (True, False)
    assert "Keep the score" in house.browser("editor").get(f"{SITE}/content/{one}/analysis").text
    assert house.browser("viewer").post(f"{SITE}/content/{one}/analysis").status_code == 403
    answer = house.browser("editor").post(f"{SITE}/content/{one}/analysis")
    assert answer.headers["location"] == f"{SITE}/content/{one}/analysis"
    kept = find(sessions, one)
    assert kept.score is not None
    assert "Lists show" not in house.browser("editor").get(f"{SITE}/content/{one}/analysis").text
    assert f"Score </span>{kept.score}" in house.browser("editor").get(f"{SITE}/content").text


def test_articles_are_filtered_by_their_score(house: House, sessions: Sessions) -> None:
    scored = {"seo": 1, "readability": 1, "engagement": 1}
    for overall in (30, 60, 90):
        add_articles(sessions, house, title=f"Rose {overall}", optimization_scores=scored | {"overall": overall})
    add_articles(sessions, house, title="Rose none")
    browser = house.browser("viewer")
    shown = {
        band: re.findall(r">Rose (\w+)</a>", browser.get(f"{SITE}/content?score={band}&sort=lowest").text)
        for band in ("", "good", "fair", "poor", "none")
        if band
    }
    assert shown == {"good": ["90"], "fair": ["60"], "poor": ["30"], "none": ["none"]}
    every = re.findall(r">Rose (\w+)</a>", browser.get(f"{SITE}/content?sort=lowest").text)
    assert every == ["30", "60", "90", "none"]
    assert browser.get(f"{SITE}/content?score=best").status_code == 422
    assert "Nothing matches" in browser.get(f"{SITE}/content?score=good&status=draft").text


def test_the_queue_can_be_gone_through_from_the_lowest_score_on(house: House, sessions: Sessions) -> None:
    high, low = (
        add_articles(sessions, house, title=f"Rose {overall}", optimization_scores=scores(overall))[0]
        for overall in (90, 30)
    )
    browser = house.browser("editor")
    assert browser.get(f"{SITE}/review").headers["location"] == f"{SITE}/content/{high}"
    assert browser.get(f"{SITE}/review?sort=lowest").headers["location"] == f"{SITE}/content/{low}?sort=lowest"
    page = browser.get(f"{SITE}/content/{low}?sort=lowest").text
    assert f'href="{SITE}/content/{high}?sort=lowest"' in page
    answer = browser.post(f"{SITE}/content/{low}/approve?sort=lowest", data={"version": 1})
    assert answer.headers["location"] == f"{SITE}/content/{high}?did=approved&of={low}&sort=lowest"


def scores(overall: int) -> dict[str, int]:
    """Scores as they are stored."""
    return {"overall": overall, "seo": 1, "readability": 1, "engagement": 1}


@pytest.mark.parametrize("path", ["", "/analysis", "/analysis/text?check=images"])
def test_a_long_article_with_pictures_asks_as_often_as_a_short_one(house: House, sessions: Sessions, path: str) -> None:
    (short,) = add_articles(sessions, house)
    (long,) = add_articles(sessions, house, html=TEXT * 5, pictures=6)
    browser = house.browser("editor")

    def asked(content_id: int) -> int:
        address = f"{SITE}/content/{content_id}{path}"
        browser.get(address)
        return count_statements(igny8_product.product_engine(), lambda: browser.get(address))

    assert asked(long) == asked(short)


def test_the_analysis_stays_where_the_optimizer_is_switched_off(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    with sessions.begin() as session:
        account = session.get_one(Site, house.blog).account_id
        set_module(session, account, Module.OPTIMIZER, enabled=False)
        score_each(session, house.blog, [one])
    assert house.browser("viewer").get(f"{SITE}/content/{one}/analysis").status_code == 200
    settings = house.browser("owner").get(f"{SITE}/settings").text
    assert "Optimizer is switched off for the account: runs leave that out." in settings
