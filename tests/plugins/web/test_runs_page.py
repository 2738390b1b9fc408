"""The history of a site's runs."""

from __future__ import annotations

import igny8_product
from igny8_web.pages.sparks import spark_of

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import RunStatus, Site, StoppedReason
from tests.factories.runs import make_ended_run, make_run
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

RUNS = f"{PAGES}/sites/blog/runs"


def text_of(house: House, query: str = "") -> str:
    answer = house.browser("viewer").get(RUNS + query)
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def test_runs_are_listed_newest_first_with_their_stages_and_their_trend(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        for number in (4, 9):
            run = make_ended_run(session, site, {4: (number, number, 0)}, credits_used={4: Credits.of(20)})
            run.total_credits_used = Credits.of(20)
        failed = make_run(session, site, RunStatus.FAILED, stopped_detail="No answer.")
        failed.stopped_reason = StoppedReason.STAGE_FAILED
        newest = failed.run_number
    text = text_of(house)
    assert text.index(f"#{newest}<") < text.index(f"#{newest - 1}<")
    assert "Write: completed, Describe images: not reached" in text
    assert "67 % completed, 1 failed" in text
    assert 'aria-label="Credits of the last 2 runs that had work, oldest first"' in text
    assert ">6.5<" in text, "articles per run"


def test_the_filter_counts_and_chooses(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        make_run(session, site, RunStatus.CANCELLED, stopped_reason=StoppedReason.CANCELLED, stopped_detail="By owner.")
        make_run(session, site)
    text = text_of(house, "?status=cancelled")
    assert 'Cancelled <span class="n">1</span>' in text
    assert 'All <span class="n">2</span>' in text
    assert "By owner." in text
    assert "It goes on." not in text
    assert "It goes on." in text_of(house, "?status=")
    assert "No run is failed" in text_of(house, "?status=failed")
    assert "There is no such page" in text_of(house, "?page=7")


def test_a_site_without_runs_says_how_to_begin(house: House) -> None:
    assert "No run yet" in text_of(house)


def test_many_runs_take_as_many_statements_as_few(house: House, sessions: Sessions) -> None:
    browser, engine = house.browser("viewer"), igny8_product.product_engine()
    with sessions.begin() as session:
        make_ended_run(session, session.get_one(Site, house.blog), {4: (4, 4, 0)})
    browser.get(RUNS)
    few = count_statements(engine, lambda: browser.get(RUNS))
    with sessions.begin() as session:
        for _ in range(40):
            make_ended_run(session, session.get_one(Site, house.blog), {4: (4, 4, 0), 5: (4, 16, 0)})
    assert count_statements(engine, lambda: browser.get(RUNS)) <= few


def test_a_line_stays_within_its_box_and_needs_two_points() -> None:
    assert spark_of([3], "one") is None
    flat = spark_of([0, 0, 0], "none")
    assert flat
    assert flat.points == "3.0,21.0 42.0,21.0 81.0,21.0"
    rising = spark_of([0, 10], "up")
    assert rising
    assert (rising.x, rising.y) == (81, 3)
