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


def dashboard(visit: Visit) -> Frame:
    """The steered site's page, marked so that it is seen whether it was loaded anew."""
    document = visit("demo-editor").framed(f"sites/{STEERED}")
    expect(document.get_by_role("heading", level=1, name=NAME)).to_be_visible()
    document.evaluate("window.asItWas = true")
    return document


def start_run(document: Frame) -> None:
    """Press the button and agree."""
    document.get_by_role("button", name="Run now").click()
    document.get_by_role("dialog").get_by_role("button", name="Run now").click()
    expect(document.get_by_role("status")).to_contain_text("The run starts within seconds.")
    expect(document.get_by_role("progressbar")).to_be_visible(timeout=UNTIL)


def test_a_run_is_started_on_the_dashboard_and_its_end_is_seen_without_loading_the_page_anew(
    visit: Visit, stack: Stack
) -> None:
    add_keywords(stack, "watched", 45)
    stack.wait_for_dag(f"site__{STEERED}")
    document = dashboard(visit)
    start_run(document)
    expect(document.get_by_role("listitem").filter(has_text="1 Cluster")).to_have_attribute("aria-current", "step")
    expect(document.get_by_role("button", name="Run now")).to_be_visible(timeout=UNTIL)
    expect(document.locator("main")).to_contain_text("completed")
    assert document.evaluate("window.asItWas")


def test_a_run_is_paused_resumed_and_cancelled_and_the_dialog_keeps_it_by_its_first_button(
    visit: Visit, stack: Stack
) -> None:
    add_keywords(stack, "stopped", 45)
    document = dashboard(visit)
    start_run(document)

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
    expect(document.get_by_role("button", name="Run now")).to_be_visible()
    expect(document.locator("main")).to_contain_text("cancelled")
    assert document.evaluate("window.asItWas")
