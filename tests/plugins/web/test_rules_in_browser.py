"""A rule written in a real browser: rows that offer what fits, a test beside it that follows, saving, switching."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, Site
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.visitor import NARROW
from tests.factories.planner import make_keywords
from tests.factories.rules import make_rule
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the owner."""
    with page_of("owner", address) as opened:
        yield opened


@pytest.fixture
def keywords(house: House, sessions: Sessions) -> list[str]:
    """Twelve keywords that wait, half of them searched for seldom."""
    names = [f"harbour rope {number}" for number in range(12)]
    with sessions.begin() as session:
        for place, keyword in enumerate(make_keywords(session, session.get_one(Site, house.blog), names)):
            keyword.volume = 80 if place % 2 else 150
    return names


def told(page: Page) -> Locator:
    """What the test beside the form says."""
    return page.locator("#tested")


def test_a_rule_is_written_as_a_sentence_tested_while_it_is_written_saved_and_switched_off(
    house: House, sessions: Sessions, address: str, page: Page, keywords: list[str]
) -> None:
    page.goto(f"{address}/rules")
    page.get_by_role("link", name="New rule").click()
    page.get_by_role("link", name="Begin with nothing").click()
    expect(told(page)).to_contain_text(f"12 of {len(keywords)} keywords match")

    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 1: what").focus()
    page.get_by_label("Condition 1: what").select_option(label="volume")
    expect(page.get_by_label("Condition 1: how")).to_have_value("gte")
    expect(page.get_by_label("Condition 1: what")).to_be_focused()
    page.get_by_label("Condition 1: value").fill("100")
    expect(told(page)).to_contain_text("6 of 12 keywords match")
    expect(told(page)).to_contain_text("Volume 80 is not ≥ 100")

    page.get_by_role("button", name="Add an action").click()
    page.get_by_label("Action 2: what", exact=True).select_option(label="tell people")
    page.get_by_label("Action 2: what people are told").fill("New clusters are there")
    page.get_by_label("Executions a day at most").fill("3")
    page.get_by_label("Credits of one execution at most").fill("50")
    sentence = (
        "When keywords are added and volume is at least 100, cluster them and tell people “New clusters are there”, "
        "at most 3 times a day for at most 50 credits."
    )
    expect(told(page)).to_contain_text(sentence)

    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Condition 1: value")).to_have_value("100")
    page.get_by_label("Name").fill("Cluster and tell")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("status").filter(has_text="“Cluster and tell” is saved.")).to_contain_text(sentence)

    page.get_by_role("switch", name="Cluster and tell").uncheck()
    expect(page.locator("#toast")).to_contain_text("“Cluster and tell” is off.")
    expect(page.locator("#list").get_by_text("Off", exact=True)).to_be_visible()
    with sessions() as session:
        rule = session.scalars(select(AutomationRule).where(AutomationRule.site_id == house.blog)).one()
        assert (rule.is_active, rule.max_executions_per_day, len(rule.actions)) == (False, 3, 2)


def test_the_wizard_is_used_with_the_keyboard_alone_on_a_phone(page: Page, address: str, keywords: list[str]) -> None:
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(f"{address}/rules/new?start=blank")
    expect(told(page)).to_contain_text(f"{len(keywords)} of 12")
    page.get_by_label("Name").focus()
    page.keyboard.type("By keyboard")
    page.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Condition 1: what")).to_be_focused()
    assert_fits(page.main_frame)
    assert_accessible(page.main_frame)
    page.get_by_label("Condition 1: value").focus()
    page.keyboard.type("rope 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="“By keyboard” is saved.")).to_be_visible()


def test_another_trigger_keeps_what_was_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/rules/new?start=blank")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 1: what").select_option(label="volume")
    expect(page.get_by_label("Condition 1: how")).to_have_value("gte")
    page.get_by_label("Condition 1: value").fill("100")
    page.get_by_label("What sets it off").select_option(label="When a run fails")
    expect(page.get_by_label("Condition 1: what")).to_have_value("volume")
    expect(page.get_by_label("Action 1: which")).not_to_contain_text("that match")
    page.get_by_label("What sets it off").select_option(label="When keywords are added")
    expect(page.get_by_label("Condition 1: how")).to_have_value("gte")
    expect(page.get_by_label("Condition 1: value")).to_have_value("100")
    page.get_by_role("button", name="Take condition 1 out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add a condition")).to_be_focused()
    expect(page.get_by_label("Condition 1: what")).to_have_count(0)


def test_deleting_asks_first(page: Page, address: str, house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        number = make_rule(session, session.get_one(Site, house.blog), name="To be deleted").id
    page.goto(f"{address}/rules/{number}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep the rule").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete the rule").click()
    expect(page.get_by_role("status").filter(has_text="“To be deleted” is deleted.")).to_be_visible()


def test_what_is_typed_while_the_form_is_drawn_anew_stays(page: Page, address: str) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.goto(f"{address}/rules/new?start=blank")
    page.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_label("Condition 1: value")).to_be_visible()
    page.route("**/rules/draft", hold)
    with page.expect_request("**/rules/draft"):
        page.get_by_label("Condition 1: what").select_option(label="volume")
    page.get_by_label("Condition 1: value").fill("300")
    page.get_by_label("Name", exact=True).fill("Typed meanwhile")
    page.get_by_role("switch", name="Switched on").uncheck()
    for each in waiting:
        each.continue_()
    page.unroute("**/rules/draft")
    expect(page.get_by_label("Condition 1: how")).to_have_value("gte")
    expect(page.get_by_label("Condition 1: value")).to_have_value("300")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Typed meanwhile")
    expect(page.get_by_role("switch", name="Switched on")).not_to_be_checked()
    expect(told(page)).to_contain_text("volume is at least 300")


TEST_IN_BETWEEN = """document.addEventListener('htmx:before:swap', (event) => {
  if (event.detail.ctx.sourceElement.id === 'builder') return;
  const ctx = { sourceElement: document.getElementById('builder') };
  document.dispatchEvent(new CustomEvent('htmx:before:swap', { detail: { ctx } }));
})"""
"""The test's answer comes while the form's is being put in place."""


def test_what_is_typed_stays_while_two_choices_are_drawn_and_the_test_beside_answers(page: Page, address: str) -> None:
    drafts: list[Route] = []
    tests: list[Route] = []
    page.goto(f"{address}/rules/new?start=blank")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 1: what").select_option(label="volume")
    expect(page.get_by_label("Condition 1: how")).to_have_value("gte")
    expect(told(page)).to_contain_text("not complete yet")
    page.evaluate(TEST_IN_BETWEEN)
    page.route("**/rules/draft", lambda route: drafts.append(route))  # noqa: PLW0108 - playwright marks the function
    page.route("**/rules/test", lambda route: tests.append(route))  # noqa: PLW0108
    with page.expect_request("**/rules/draft"):
        page.get_by_label("Condition 1: what").select_option(label="difficulty")
    page.get_by_label("Condition 1: value").fill("10")
    with page.expect_request("**/rules/draft"), page.expect_request("**/rules/test"):
        page.get_by_label("Condition 1: how").select_option(label="is more than")
        page.get_by_label("Condition 1: value").fill("30")
        page.get_by_label("Executions a day at most").fill("3")
    for each in (*drafts, *tests):
        each.continue_()
    page.unroute("**/rules/draft")
    page.unroute("**/rules/test")
    expect(told(page)).to_contain_text("difficulty is more than 30")
    expect(told(page)).to_contain_text("at most 3 times a day")
    expect(page.get_by_label("Condition 1: value")).to_have_value("30")
    expect(page.get_by_label("Executions a day at most")).to_have_value("3")
