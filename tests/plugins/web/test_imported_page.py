"""Content that WordPress has, too: how both sides stand, reading it anew, and deciding where both changed."""

from __future__ import annotations

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, HostingType, Site, WordPressSync
from igny8_lib.review.edit import ArticleChanges, edit
from tests.factories.importing import make_conflict, make_imported
from tests.plugins.web.house import API, PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/imported"
HTMX = {"HX-Request": "true"}
POLLS = 'hx-trigger="every 5s"'


def url(path: str, **query: object) -> str:
    """The address of a route for the site "blog"."""
    return f"{API}/publishing/{path}/?site=blog" + "".join(f"&{name}={value}" for name, value in query.items())


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


def add_each_state(session: Session, site: Site) -> dict[str, int]:
    """An article of each state; their ids."""
    made = {
        "conflict": make_conflict(session, site),
        "changed_here": make_imported(session, site, version=3, original={"version": 2}),
        "trashed": make_imported(session, site, original={"status": "trash"}),
        "deleted": make_imported(session, site, original={"status": "deleted"}),
        "changed_there": make_imported(session, site, version=2),
        "in_step": make_imported(session, site),
    }
    return {state: content.id for state, content in made.items()}


def test_each_article_has_its_state_and_each_state_is_a_filter(house: House, site: Site, session: Session) -> None:
    ids = add_each_state(session, site)
    session.commit()
    client, browser = house.client("viewer"), house.browser("viewer")
    whole = client.get(url("imported")).json()
    assert {row["content_id"]: row["state"] for row in whole["content"]} == {each: state for state, each in ids.items()}
    assert whole["content"][0]["state"] == "conflict", "people decide that first"
    assert set(whole["counts"].values()) == {1}
    for state, content_id in ids.items():
        found = client.get(url("imported", state=state)).json()
        assert [row["content_id"] for row in found["content"]] == [content_id]
        page = browser.get(f"{PAGE}?state={state}").text
        assert f"/content/{content_id}" in page
        assert not any(f'/content/{other}"' in page for other in ids.values() if other != content_id)


def test_nothing_yet_says_what_to_do(house: House) -> None:
    page = house.browser("editor").get(PAGE).text
    assert "Nothing was imported yet" in page
    assert "WordPress was not read yet" in page
    assert "Sync now" in page


def test_reading_is_asked_for_and_the_page_follows(house: House, session: Session) -> None:
    browser = house.browser("editor")
    answer = browser.post(f"{PAGE}/sync", data={"full": "true"}, headers=HTMX)
    assert (answer.status_code, POLLS in answer.text) == (200, True)
    assert "Everything" in answer.headers["X-Said"]
    sync = session.get_one(WordPressSync, house.blog)
    assert sync.wanted_full
    sync.next_at, sync.finished_at, sync.counts = clock.now().replace(year=2200), clock.now(), {"new": 3, "changed": 0}
    session.commit()
    page = browser.get(PAGE).text
    assert "3 new" in page
    assert POLLS not in page


@pytest.mark.parametrize(("path", "full"), [("import", True), ("sync", False)])
def test_programs_ask_for_everything_or_for_what_changed(
    house: House,
    session: Session,
    path: str,
    full: bool,  # noqa: FBT001 - a parameter
) -> None:
    answer = house.client("editor").post(url(path))
    assert (answer.status_code, answer.json()["wanted_full"]) == (202, full)
    assert session.get_one(WordPressSync, house.blog).wanted_full is full
    assert house.client("viewer").get(url("sync")).json()["state"] == "waiting"
    assert house.client("viewer").post(url(path)).status_code == 403


def test_a_site_that_is_not_on_wordpress_has_nothing_to_import(house: House, site: Site, session: Session) -> None:
    site.hosting_type = HostingType.IGNY8
    session.commit()
    assert "not on WordPress" in house.browser("editor").get(PAGE).text
    assert house.client("editor").post(url("import")).status_code == 409


def test_why_the_import_stopped_is_told(house: House, session: Session) -> None:
    session.add(WordPressSync(site_id=house.blog, error="WordPress refused the password: renew it."))
    session.commit()
    assert "refused the password: renew it." in house.browser("viewer").get(PAGE).text


def test_a_conflict_shows_both_sides(house: House, site: Site, session: Session) -> None:
    content = make_conflict(session, site)
    session.commit()
    page = house.browser("editor").get(f"{PAGE}/{content.id}").text
    for told in (f"<del>{content.title}</del>", "<ins>Their roses</ins>", "Theirs grow.", "Keep ours", "Take theirs"):
        assert told in page
    assert "Keep ours" not in house.browser("viewer").get(f"{PAGE}/{content.id}").text
    shown = house.client("viewer").get(url(f"conflicts/{content.id}")).json()
    assert {change["name"] for change in shown["difference"]["fields"]} >= {"title"}


@pytest.mark.parametrize(("winner", "title"), [("ours", None), ("theirs", "Their roses")])
def test_whichever_side_wins_the_other_one_is_kept(
    house: House, site: Site, session: Session, winner: str, title: str | None
) -> None:
    content = make_conflict(session, site)
    title = title or content.title
    session.commit()
    answer = house.browser("editor").post(f"{PAGE}/{content.id}/{winner}", data={"version": 1}, headers=HTMX)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"{PAGE}?did={winner}")
    assert "is kept as a version" in house.browser("editor").get(answer.headers["hx-redirect"]).text
    session.expire_all()
    stored = session.get_one(Content, content.id)
    assert (stored.title, stored.version > 1) == (title, True)
    assert house.client("viewer").get(url("conflicts")).json()["conflicts"] == []


def test_a_program_decides_with_the_version_that_it_saw(house: House, site: Site, session: Session) -> None:
    content = make_conflict(session, site)
    session.commit()
    client = house.client("editor")
    listed = client.get(url("conflicts")).json()["conflicts"]
    assert [(each["content_id"], each["version"], each["their_title"]) for each in listed] == [
        (content.id, 1, "Their roses")
    ]
    path = url(f"conflicts/{content.id}")
    edit(session, site.id, content.id, ArticleChanges(title="Our roses"), version=1, by="ann")
    session.commit()
    assert client.post(path, json={"resolution": "theirs", "version": 1}).status_code == 409
    told = client.post(path, json={"resolution": "theirs", "version": 2}).json()
    assert (told["title"], told["version"]) == ("Their roses", 3)
    assert client.post(path, json={"resolution": "ours", "version": 3}).status_code == 404, "it is decided"


def test_viewers_decide_nothing(house: House, site: Site, session: Session) -> None:
    content = make_conflict(session, site)
    session.commit()
    wish = {"resolution": "ours", "version": 1}
    assert house.client("viewer").post(url(f"conflicts/{content.id}"), json=wish).status_code == 403
    assert house.browser("viewer").post(f"{PAGE}/{content.id}/ours", data={"version": 1}).status_code == 403
    assert "<button" not in house.browser("viewer").get(PAGE).text.split("<main")[1].split("</main>")[0].replace(
        '<button type="button" class="tip"', ""
    )


def test_a_conflict_of_another_site_is_not_there(house: House, session: Session) -> None:
    foreign = make_conflict(session, session.get_one(Site, house.shop))
    session.commit()
    assert house.client("owner").get(url(f"conflicts/{foreign.id}")).status_code == 404
    assert house.browser("owner").get(f"{PAGE}/{foreign.id}").status_code == 404


@pytest.mark.usefixtures("people_known")
def test_reading_asks_as_often_for_many_as_for_few(house: House, sessions: Sessions) -> None:
    def add(times: int) -> int:
        with sessions.begin() as session:
            site = session.get_one(Site, house.blog)
            return min(make_conflict(session, site).id for _ in range(times))

    def count(content_id: int) -> list[int]:
        browser = house.browser("owner")
        paths = (PAGE, f"{PAGE}/{content_id}", url("imported"), url("conflicts"))
        return [count_statements(igny8_product.product_engine(), lambda path=path: browser.get(path)) for path in paths]

    one = add(1)
    count(one)
    few = count(one)
    add(20)
    assert count(one) == few
