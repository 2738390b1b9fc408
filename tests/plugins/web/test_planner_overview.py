"""The planner's first page, and what its pages cost the database."""

from __future__ import annotations

import pytest
from igny8_product import product_engine

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationConfig, ModuleSettings, Site
from tests.factories.planner import make_cluster, make_idea, make_keywords, make_task
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/planner"
READ = ("", "/keywords", "/clusters", "/clusters/merges", "/ideas", "/import")


def furnish(house: House, sessions: Sessions, number: int, start: int = 0) -> int:
    """So many of everything; a cluster's id."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        make_keywords(session, site, [f"loose {start + place}" for place in range(number)])
        for place in range(start, start + number):
            cluster = make_cluster(session, site, f"Topic {place}")
            make_idea(session, site, cluster, f"Idea {place}")
            make_task(session, site, cluster, f"Task {place}")
        make_cluster(session, site, f"Empty {start}")
        return cluster.id


def tile(page: str, label: str) -> str:
    """The figure under a label."""
    behind = page.partition(f'<div class="lab">{label}')[2].partition('<div class="v">')[2]
    return behind.partition("</div>")[0]


def test_the_four_figures_say_what_waits(house: House, sessions: Sessions) -> None:
    furnish(house, sessions, 3)
    page = house.browser("viewer").get(PAGE).text
    assert tile(page, "Keywords without cluster") == "3"
    assert tile(page, "Clusters without ideas") == "1"
    assert tile(page, "New ideas") == "3"
    assert tile(page, "Tasks queued") == "3"
    with sessions.begin() as session:
        session.get_one(AutomationConfig, house.blog).ideas_need_approval = True
    assert tile(house.browser("viewer").get(PAGE).text, "Ideas to approve") == "3"


def test_clusters_unfold_to_their_keywords_and_ideas_tell_their_price(house: House, sessions: Sessions) -> None:
    furnish(house, sessions, 2)
    page = house.browser("editor").get(PAGE).text
    assert "Topic 0 cost" in page
    assert "credits to write and illustrate" in page
    assert "Approve" in page
    assert page.count('<details class="acc"') == 3
    assert house.browser("editor").get(PAGE + "?state=waiting").text.count('<details class="acc"') == 1


def test_an_empty_planner_says_where_to_begin(house: House) -> None:
    assert "Import keywords" in house.browser("editor").get(PAGE).text
    viewer = house.browser("viewer").get(PAGE).text
    assert "No clusters yet" in viewer
    assert "hx-post" not in viewer


@pytest.mark.parametrize("path", READ)
def test_where_the_planner_is_switched_off_its_pages_say_so(house: House, sessions: Sessions, path: str) -> None:
    with sessions.begin() as session:
        session.get_one(ModuleSettings, house.agency).planner_enabled = False
    answer = house.browser("editor").get(PAGE + path)
    assert (answer.status_code, "planner module is switched off" in answer.text) == (403, True)


def test_no_page_sends_more_statements_for_more_rows(house: House, sessions: Sessions) -> None:
    paths = (*READ, f"/clusters/{furnish(house, sessions, 2)}")
    admin, engine = house.browser("admin"), product_engine()  # nobody's membership has to be looked up

    def counts() -> list[int]:
        return [count_statements(engine, lambda path=path: admin.get(PAGE + path)) for path in paths]

    counts()  # what is only asked once per process
    few = counts()
    furnish(house, sessions, 30, start=100)
    assert counts() == few
    assert max(few) <= 30
