"""The list of keywords: what it shows, and what people do with chosen rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from igny8_lib.db.session import Sessions
from igny8_lib.models import Keyword, KeywordStatus, SearchIntent, Sector, Site
from tests.factories.planner import make_cluster, make_keywords
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/planner/keywords"
PART = {"HX-Request": "true"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"onmouseover="alert(1)',
    "\u202egnikrow",
    "x" * 500,
    "'; drop table keywords; --",
)


def site_of(session: Session, house: House) -> Site:
    return session.get_one(Site, house.blog)


def furnish(house: House, sessions: Sessions) -> dict[str, int]:
    """Six keywords without a cluster, two in one; the ids by text."""
    with sessions.begin() as session:
        site = site_of(session, house)
        make_keywords(session, site, 6)
        make_cluster(session, site, "Sheds")
        found = session.scalars(select(Keyword)).all()
        for keyword in found:
            keyword.status = KeywordStatus.MAPPED if keyword.cluster_id else KeywordStatus.NEW
        return {keyword.text: keyword.id for keyword in found}


def rows(browser: TestClient, query: str = "") -> list[str]:
    """The texts that the list shows, in order."""
    page = browser.get(PAGE + query).text
    return [part.split("</bdi>")[0].split(">")[-1] for part in page.split('<th scope="row"><bdi')[1:]]


def post(browser: TestClient, action: str, ids: list[int], **fields: str) -> tuple[int, str, str]:
    answer = browser.post(f"{PAGE}/{action}", data={"ids": [str(i) for i in ids]} | fields, headers=PART)
    return answer.status_code, answer.headers.get("x-said", ""), answer.text


def test_the_list_shows_where_keywords_stand(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    browser = house.browser("viewer")
    assert len(rows(browser)) == 8
    assert rows(browser, "?state=clustered") == ["Sheds cost", "Sheds ideas"]
    assert len(rows(browser, "?state=waiting")) == 6
    assert rows(browser, "?q=SHEDS+c") == ["Sheds cost"]
    assert rows(browser, "?state=disabled") == []


def test_orders_turn_round(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    browser = house.browser("viewer")
    up = rows(browser, "?sort=text")
    assert up == sorted(up, key=str.lower)
    assert rows(browser, "?sort=-text") == up[::-1]
    assert browser.get(PAGE + "?sort=colour").status_code == 422


def test_intent_and_sector_filter(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    with sessions.begin() as session:
        sector = Sector(site_id=house.blog, name="Wood & <b>")
        session.add(sector)
        session.flush()
        keyword = session.get_one(Keyword, ids["Sheds cost"])
        keyword.sector_id, keyword.intent = sector.id, SearchIntent.COMMERCIAL
    browser = house.browser("viewer")
    assert rows(browser, "?sector=Wood+%26+%3Cb%3E") == ["Sheds cost"]
    assert rows(browser, "?intent=commercial&sector=") == ["Sheds cost"]
    assert rows(browser, "?intent=navigational") == []


def test_a_page_beyond_the_last_shows_the_last(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, site_of(session, house), 60)
    browser = house.browser("viewer")
    assert len(rows(browser)) == 50
    assert len(rows(browser, "?page=2")) == 10
    assert rows(browser, "?page=9") == rows(browser, "?page=2")


def test_chosen_keywords_are_disabled_enabled_and_deleted(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor, chosen = house.browser("editor"), [ids["Sheds cost"], ids["Sheds ideas"]]
    status, said, part = post(editor, "disable", chosen)
    assert (status, "2%C2%A0keywords%20disabled" in said) == (200, True)
    assert "<html" not in part
    assert rows(editor, "?state=disabled") == ["Sheds cost", "Sheds ideas"]
    post(editor, "enable", chosen)
    assert rows(editor, "?state=disabled") == []
    post(editor, "delete", chosen)
    assert len(rows(editor)) == 6


def test_deleting_asks_first_and_names_the_number(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    page = house.browser("editor").get(PAGE).text
    button = next(part for part in page.split("<button") if "keywords/delete" in part)
    assert 'data-ask="Delete {n} keywords?"' in button
    assert 'type="button"' in button


def test_keywords_move_to_a_cluster_by_its_name_and_out_of_it(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor = house.browser("editor")
    loose = next(number for text, number in ids.items() if not text.startswith("Sheds"))
    assert post(editor, "move", [loose], into="sheds")[0] == 200
    assert len(rows(editor, "?state=clustered")) == 3
    assert post(editor, "move", [loose], into="")[0] == 200
    assert len(rows(editor, "?state=clustered")) == 2
    status, _, note = post(editor, "move", [loose], into="No such topic")
    assert status == 404
    assert "No such topic" in note


def test_clustering_chosen_keywords_starts_a_run_of_stage_1_on_them(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    loose = [number for text, number in ids.items() if not text.startswith("Sheds")]
    status, said, _ = post(house.browser("editor"), "cluster", loose)
    assert (status, "6%C2%A0keywords" in said) == (200, True)
    (conf,) = house.airflow.confs.values()
    assert (conf["stages"], conf["items"]) == ([1], loose)


def test_fewer_than_five_keywords_are_not_clustered_and_a_note_says_so(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    loose = [number for text, number in ids.items() if not text.startswith("Sheds")][:4]
    status, _, note = post(house.browser("editor"), "cluster", loose)
    assert status == 400
    assert "Only 4 keywords are chosen, at least 5 are needed" in note
    assert not house.airflow.confs


def test_nothing_chosen_changes_nothing(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    for action in ("disable", "enable", "delete", "move", "cluster"):
        status, _, note = post(house.browser("editor"), action, [])
        assert (status, "tick at least one box" in note) == (400, True)


def test_without_script_a_change_leads_back_to_the_same_rows(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    answer = house.browser("editor").post(f"{PAGE}/disable?state=clustered&page=2", data={"ids": [ids["Sheds cost"]]})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/planner/keywords?page=2&state=clustered")


def test_one_keyword_is_edited_in_its_row(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    number, editor = ids["Sheds cost"], house.browser("editor")
    form = editor.get(f"{PAGE}/{number}", headers=PART).text
    assert 'value="Sheds cost"' in form
    assert "<html" not in form
    wish = {
        "text": "sheds cost",
        "volume": "",
        "difficulty": "33.5",
        "cpc": "1.2",
        "intent": "commercial",
        "sector": "A",
    }
    answer = editor.post(f"{PAGE}/{number}", data=wish, headers=PART)
    assert answer.status_code == 200
    assert f'<tr id="keyword-{number}">' in answer.text
    with sessions() as session:
        keyword = session.get_one(Keyword, number)
        assert (keyword.text, keyword.volume, keyword.intent) == ("sheds cost", None, SearchIntent.COMMERCIAL)
        assert (keyword.difficulty, keyword.cpc) == (Decimal("33.50"), Decimal("1.20"))


@pytest.mark.parametrize(
    "wish", [{"text": ""}, {"text": "12345"}, {"text": "a", "volume": "-1"}, {"text": "a", "difficulty": "101"}]
)
def test_what_no_keyword_can_be_is_refused_in_place(house: House, sessions: Sessions, wish: dict[str, str]) -> None:
    ids = furnish(house, sessions)
    number = next(iter(ids.values()))
    answer = house.browser("editor").post(f"{PAGE}/{number}", data=wish, headers=PART)
    assert answer.status_code in {400, 422}
    assert 'role="alert"' in answer.text
    with sessions() as session:
        assert session.get_one(Keyword, number).volume == 100


def test_the_export_has_what_the_filters_leave(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    answer = house.browser("viewer").get(PAGE + ".csv?state=clustered")
    assert answer.headers["content-disposition"] == 'attachment; filename="blog-keywords.csv"'
    lines = answer.text.splitlines()
    assert len(lines) == 3
    assert "Sheds cost" in lines[1]
    assert 'keywords.csv?state=clustered"' in house.browser("viewer").get(PAGE + "?state=clustered").text


def test_hostile_texts_cannot_break_the_list(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = site_of(session, house)
        for keyword in make_keywords(session, site, HOSTILE):
            keyword.source_file, keyword.refused_reason = keyword.text, keyword.text
    editor = house.browser("editor")
    for text in ("", *HOSTILE):
        page = editor.get(PAGE, params={"q": text[:200], "sector": text}).text
        assert "<script>alert" not in page
        assert '"onmouseover="' not in page
    assert editor.get(PAGE).text.count('<th scope="row"><bdi') == len(HOSTILE)


def test_viewers_see_all_and_no_button(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    viewer = house.browser("viewer")
    page = viewer.get(PAGE).text
    assert "hx-post" not in page
    assert 'type="checkbox"' not in page
    assert "Import keywords" not in page
    for action in ("disable", "enable", "delete", "move", "cluster"):
        assert post(viewer, action, list(ids.values()))[0] == 403
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Keyword)) == 8


def test_keywords_of_another_site_are_not_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        (foreign,) = make_keywords(session, session.get_one(Site, house.rival_blog), ["foreign"])
    editor = house.browser("editor")
    assert post(editor, "delete", [foreign.id])[0] == 404
    assert editor.get(f"{PAGE}/{foreign.id}").status_code == 404
    assert editor.get(f"{PAGES}/sites/rival-blog/planner/keywords").status_code == 404


def test_an_empty_list_says_what_to_do(house: House) -> None:
    assert "Import an export" in house.browser("viewer").get(PAGE).text
    assert "No keyword matches" in house.browser("viewer").get(PAGE + "?q=x").text
