"""Through Airflow's login into our pages, out again, and what a session that ended in the meantime looks like."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import SITE, Demo
from tests.browser.visitor import IN_AIRFLOW, OURS, Visit, Visitor, new_context

pytestmark = [pytest.mark.airflow, pytest.mark.slow("signs in by Airflow's login page, once for each user")]

EVERYBODY = ["admin", "demo-owner", "demo-admin", "demo-editor", "demo-viewer"]
MAY_RUN = [name for name in EVERYBODY if name != "demo-viewer"]
SITE_NAME = "Harbour Lane Homes"


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_signs_in_and_sees_the_site_with_the_buttons_of_the_role(name: str, visit: Visit) -> None:
    document = visit(name).alone("")
    document.get_by_role("table").get_by_role("link", name=SITE_NAME, exact=True).click()
    expect(document.get_by_role("heading", level=1, name=SITE_NAME)).to_be_visible()
    expect(document.get_by_role("link", name="Run now")).to_have_count(int(name in MAY_RUN))


def test_a_viewer_meets_nothing_on_the_dashboard_that_changes_anything(visit: Visit) -> None:
    document = visit("demo-viewer").alone(f"sites/{SITE}")
    expect(document.get_by_role("heading", level=1, name=SITE_NAME)).to_be_visible()
    assert document.locator("[hx-post], [hx-put], [hx-patch], [hx-delete], form:not([method=dialog])").count() == 0


def test_airflows_navigation_leads_to_the_pages_and_its_address_follows_what_the_frame_shows(visit: Visit) -> None:
    visitor = visit("demo-owner")
    visitor.page.goto(visitor.url)
    visitor.page.get_by_role("link", name="IGNY8").click()
    document = visitor.frame()
    document.get_by_role("table").get_by_role("link", name=SITE_NAME, exact=True).click()
    expect(document.get_by_role("heading", level=1, name=SITE_NAME)).to_be_visible()
    visitor.page.wait_for_url(f"{visitor.url}{IN_AIRFLOW}sites/{SITE}")


def test_a_page_in_the_frame_goes_light_and_dark_with_airflow_and_alone_by_its_own_button(visit: Visit) -> None:
    visitor = visit("demo-owner")
    document = visitor.framed("")
    for theme in ("dark", "light"):
        visitor.page.evaluate("theme => { localStorage.theme = theme; }", theme)  # as next-themes does in the shell
        document.wait_for_selector(f"html[data-theme={theme}]", state="attached")
    alone = visitor.alone("")
    for theme in ("dark", "light"):
        alone.get_by_role("button", name="Switch between light and dark").click()
        alone.wait_for_selector(f"html[data-theme={theme}]", state="attached")


def test_a_session_that_ended_says_so_in_the_frame_and_leads_through_the_login(browser: Browser, demo: Demo) -> None:
    visitor = Visitor(new_context(browser), demo.url)
    visitor.framed_after_sign_in("", "demo-editor", demo.passwords["demo-editor"])
    document = visitor.frame()
    document.get_by_role("table").get_by_role("link", name=SITE_NAME, exact=True).click()
    document.get_by_role("link", name="Run now").click()
    start = document.get_by_role("button", name="Start the run")
    expect(start).to_be_visible()

    visitor.page.context.clear_cookies()
    start.click()
    said = document.get_by_role("alert")
    expect(said).to_contain_text("You are signed out")
    expect(said.get_by_role("link", name="Sign in")).to_be_visible()

    document.goto(f"{demo.url}{OURS}sites/{SITE}/runs")
    expect(document.get_by_role("heading", name="You are signed out")).to_be_visible()
    document.get_by_role("link", name="Sign in").click()
    visitor.sign_in("demo-editor", demo.passwords["demo-editor"])
    expect(visitor.page.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    visitor.forgive("401")
    assert visitor.troubles == []
    visitor.page.context.close()


def test_who_signs_out_in_airflow_is_signed_out_of_the_pages(browser: Browser, demo: Demo) -> None:
    visitor = Visitor(new_context(browser), demo.url)
    visitor.framed_after_sign_in("", "demo-viewer", demo.passwords["demo-viewer"])
    visitor.page.get_by_role("button", name="User").click()
    visitor.page.get_by_role("menuitem", name=re.compile("log ?out", re.IGNORECASE)).click()
    visitor.page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    visitor.page.locator("input[name=username]").wait_for()
    visitor.alone(f"sites/{SITE}")
    expect(visitor.page.locator("input[name=password]")).to_be_visible()
    assert visitor.troubles == []
    visitor.page.context.close()
