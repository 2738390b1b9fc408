"""Ideas by pages: decided on one by one and together, changed in place, with their price and the competing page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from igny8_lib.db.session import Sessions
from igny8_lib.models import CompetitionVerdict, ContentIdea, IdeaStatus, Site
from tests.factories.planner import make_cluster, make_idea
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/planner/ideas"
PART = {"HX-Request": "true"}
HOSTILE = ("<script>alert(1)</script>", '"onmouseover="alert(1)', "\u202egnikrow", "x" * 500)
TITLES = ("How to build a shed", "What a shed costs", "Sheds near me")
FORM = {"title": "A new title", "outline": "One\n\nTwo", "target_keywords": "shed\nwood", "content_type": "guide"}


def furnish(house: House, sessions: Sessions, *titles: str) -> dict[str, int]:
    """Ideas of these titles; their ids."""
    with sessions.begin() as session:
        cluster = make_cluster(session, session.get_one(Site, house.blog), "Sheds")
        site = session.get_one(Site, house.blog)
        return {title: make_idea(session, site, cluster, title).id for title in titles or TITLES}


def rows(browser: TestClient, query: str = "") -> list[str]:
    """The titles that the list shows, in order."""
    page = browser.get(PAGE + query).text
    return [part.split("</bdi>")[0].split("<bdi>")[-1] for part in page.split('<a class="b wrap"')[1:]]


def post(browser: TestClient, path: str, **fields: object) -> tuple[int, str, str]:
    answer = browser.post(PAGE + path, data=fields, headers=PART)
    return answer.status_code, answer.headers.get("x-said", ""), answer.text


def idea(session: Session, number: int) -> ContentIdea:
    return session.get_one(ContentIdea, number)


def test_chosen_ideas_are_approved_skipped_and_restored(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor, chosen = house.browser("editor"), [ids[TITLES[0]], ids[TITLES[1]]]
    assert rows(editor, "?state=new") == list(TITLES)
    assert post(editor, "/approve", ids=chosen)[1] == "2%C2%A0ideas%20approved."
    assert rows(editor, "?state=approved") == list(TITLES[:2])
    assert post(editor, "/skip", ids=chosen, reason="not ours")[0] == 200
    assert rows(editor, "?state=skipped") == list(TITLES[:2])
    assert "not ours" in editor.get(PAGE).text
    assert post(editor, "/restore", ids=chosen)[0] == 200
    assert rows(editor, "?state=skipped") == []


def test_each_idea_has_the_buttons_that_can_be_done_to_it(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    with sessions.begin() as session:
        idea(session, ids[TITLES[1]]).status = IdeaStatus.SKIPPED
        idea(session, ids[TITLES[2]]).status = IdeaStatus.QUEUED
    page = house.browser("editor").get(PAGE).text
    buttons = {
        title: [path for path in ("approve", "skip") if f'value="{number}" formaction="{PAGE}/{path}"' in page]
        for title, number in ids.items()
    }
    assert buttons == {TITLES[0]: ["approve", "skip"], TITLES[1]: ["approve"], TITLES[2]: []}


def test_what_cannot_be_done_to_one_is_done_to_none_and_told(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    with sessions.begin() as session:
        idea(session, ids[TITLES[0]]).status = IdeaStatus.QUEUED
    status, _, note = post(house.browser("editor"), "/skip", ids=list(ids.values()))
    assert (status, "is queued already" in note) == (409, True)
    assert rows(house.browser("editor"), "?state=skipped") == []


def test_put_first_are_listed_first(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    assert post(house.browser("editor"), "/first", ids=[ids[TITLES[2]]])[0] == 200
    assert rows(house.browser("editor"))[0] == TITLES[2]


def test_an_idea_is_edited_in_place(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    number, editor = ids[TITLES[0]], house.browser("editor")
    form = editor.get(f"{PAGE}/{number}", headers=PART).text
    assert "What it is\nWhat it costs\nHow to start" in form
    answer = post(editor, f"/{number}", **FORM, words=1500)
    assert answer[0] == 200
    assert f'<li id="idea-{number}">' in answer[2]
    with sessions() as session:
        saved = idea(session, number)
        assert (saved.title, saved.outline, saved.estimated_word_count) == ("A new title", ["One", "Two"], 1500)
        assert (saved.target_keywords, saved.content_type, saved.changed_by) == (["shed", "wood"], "guide", "editor")


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"outline": "\n"}, {"words": 1}, {"content_type": "poem"}, {"title": TITLES[1]}]
)
def test_what_no_idea_can_be_is_told_in_place(house: House, sessions: Sessions, wrong: dict[str, object]) -> None:
    number = furnish(house, sessions)[TITLES[0]]
    status, _, note = post(house.browser("editor"), f"/{number}", **FORM | {"words": 1500} | wrong)
    assert status in {400, 409, 422}
    assert 'role="alert"' in note
    assert TITLES[0] in rows(house.browser("editor"))


def test_the_price_is_that_of_writing_and_of_four_pictures(house: House, sessions: Sessions) -> None:
    furnish(house, sessions, TITLES[0])
    assert "8 credits to write and illustrate" in house.browser("viewer").get(PAGE).text  # 2 + 4 × 0.5 + 4 × 1


@pytest.mark.parametrize(
    ("kind", "url", "link"),
    [
        ("article", None, f'href="{PAGES}/sites/blog/content/7"'),
        ("idea", None, f'href="{PAGE}/7"'),
        ("imported", "https://blog.example/sheds", 'href="https://blog.example/sheds" data-airflow'),
        ("imported", "javascript:alert(1)", f'href="{PAGES}/sites/blog/content/7"'),
    ],
)
def test_the_competing_page_is_a_link(house: House, sessions: Sessions, kind: str, url: str | None, link: str) -> None:
    number = furnish(house, sessions)[TITLES[0]]
    with sessions.begin() as session:
        found = idea(session, number)
        found.competition = {"kind": kind, "id": 7, "title": "Sheds & more", "url": url, "score": 1, "by": "stems"}
        found.competition_verdict = CompetitionVerdict.COMPETING
        found.status, found.skipped_reason = IdeaStatus.SKIPPED, "It competes with “Sheds & more”"
    page = house.browser("viewer").get(PAGE).text
    assert link in page
    assert "Sheds &amp; more" in page
    assert "Competes" in page
    assert "javascript:" not in page


def test_an_idea_has_a_page_of_its_own(house: House, sessions: Sessions) -> None:
    number = furnish(house, sessions)[TITLES[0]]
    assert "Change it" in house.browser("editor").get(f"{PAGE}/{number}").text
    assert "Change it" not in house.browser("viewer").get(f"{PAGE}/{number}").text
    assert house.browser("viewer").get(f"{PAGE}/999").status_code == 404


def test_hostile_titles_cannot_break_a_page(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions, *HOSTILE)
    with sessions.begin() as session:
        for title, number in ids.items():
            found = idea(session, number)
            found.outline = found.target_keywords = [title]
            found.skipped_reason = title
            found.competition = {"kind": "imported", "id": 1, "title": title, "url": f'https://a/"{title}'}
    editor = house.browser("editor")
    for path in ("", *(f"/{number}" for number in ids.values())):
        for headers in ({}, PART):
            text = editor.get(PAGE + path, headers=headers).text
            assert "<script>alert" not in text
            assert '"onmouseover="' not in text


def test_viewers_see_ideas_and_no_button(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    viewer = house.browser("viewer")
    page = viewer.get(PAGE).text
    assert rows(viewer) == list(TITLES)
    assert "hx-post" not in page
    assert 'type="checkbox"' not in page
    for path in ("/approve", "/skip", "/restore", "/first"):
        assert post(viewer, path, ids=list(ids.values()))[0] == 403
    assert post(viewer, f"/{ids[TITLES[0]]}", **FORM, words=1500)[0] == 403


def test_an_idea_of_another_site_is_not_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.rival_blog)
        foreign = make_idea(session, site, make_cluster(session, site, "Foreign"), "Foreign").id
    editor = house.browser("editor")
    assert post(editor, "/approve", ids=[foreign])[0] == 404
    assert editor.get(f"{PAGE}/{foreign}").status_code == 404
