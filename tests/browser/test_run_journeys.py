"""Runs steered by people on the dashboard, inside Airflow's frame: nothing is loaded anew in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.demo import STEERED, add_keywords
from tests.browser.visitor import Visit
from tests.stack import LONG, Stack

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow("waits for Airflow to start and end DAG runs, with requests of some seconds"),
]

NAME = "Harbour Steered"
SECONDS = 4
"""Of each request to the provider: long enough to be met in the middle."""
UNTIL = LONG * 1000


@pytest.fixture(autouse=True)
def slow_provider(stack: Stack) -> Iterator[None]:
    stack.reset_sandbox()
    stack.switch(latency_seconds=SECONDS)
    yield
    stack.reset_sandbox()


def started_run(visit: Visit) -> Frame:
    """The dashboard of the steered site with a run that has just begun, marked so that a new loading would be seen."""
    document = visit("demo-editor").framed(f"sites/{STEERED}")
    document.get_by_role("link", name="Run now").click()
    document.get_by_role("button", name="Start the run").click()
    expect(document.get_by_role("heading", level=1, name=NAME, exact=True)).to_be_visible()
    document.evaluate("window.asItWas = true")
    expect(document.get_by_role("progressbar", name="Run #")).to_be_visible(timeout=UNTIL)
    return document


def test_a_run_is_started_on_the_dashboard_and_its_end_is_seen_without_loading_the_page_anew(
    visit: Visit, stack: Stack
) -> None:
    add_keywords(stack, "watched", 45)
    stack.wait_for_dag(f"site__{STEERED}")
    document = started_run(visit)
    expect(document.get_by_role("listitem").filter(has_text="1 Cluster")).to_have_attribute("aria-current", "step")
    expect(document.get_by_role("link", name="Run now")).to_be_visible(timeout=UNTIL)
    expect(document.locator("main")).to_contain_text("Ended completed")
    assert document.evaluate("window.asItWas")


def test_a_run_is_paused_resumed_and_cancelled_and_the_dialog_keeps_it_by_its_first_button(
    visit: Visit, stack: Stack
) -> None:
    add_keywords(stack, "stopped", 45)
    document = started_run(visit)

    document.get_by_role("button", name="Pause").click()
    expect(document.locator("main").get_by_text("Paused", exact=True)).to_be_visible()
    document.get_by_role("button", name="Resume").click()
    expect(document.get_by_role("button", name="Pause")).to_be_visible()

    document.get_by_role("button", name="Cancel").click()
    asked = document.get_by_role("dialog")
    expect(asked.get_by_role("button", name="Keep running")).to_be_focused()
    expect(asked).to_contain_text("stays and is paid for")
    document.page.keyboard.press("Enter")
    expect(asked).to_be_hidden()
    expect(document.get_by_role("button", name="Pause")).to_be_visible()

    document.get_by_role("button", name="Cancel").click()
    asked.get_by_role("button", name="Cancel run #").click()
    expect(document.get_by_role("link", name="Run now")).to_be_visible()
    expect(document.locator("main")).to_contain_text("Cancelled")
    assert document.evaluate("window.asItWas")
