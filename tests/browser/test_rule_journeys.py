"""A rule as people write it inside Airflow's frame: part by part, tested beside, saved, switched off, deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.demo import STEERED
from tests.browser.visitor import Visit

pytestmark = [pytest.mark.airflow, pytest.mark.slow("writes a rule in a browser inside Airflow's own")]

SENTENCE = "When articles are approved and length is at least 300 words, link them, at most 3 times a day."


def test_a_rule_is_written_switched_off_and_deleted_again(visit: Visit) -> None:
    document = visit("demo-owner").framed(f"sites/{STEERED}/rules")
    document.get_by_role("link", name="New rule").click()
    document.get_by_role("link", name="Use it: Link approved articles").click()
    document.get_by_label("Name").fill("Written in the frame")
    document.get_by_label("Condition 1: what").select_option(label="length")
    document.get_by_label("Condition 1: how").select_option(label="is at least")
    document.get_by_label("Condition 1: value").fill("300")
    document.get_by_label("Executions a day at most").fill("3")
    document.get_by_label("Credits of one execution at most").fill("0")
    expect(document.locator("#tested")).to_contain_text(SENTENCE)
    document.get_by_role("button", name="Save the rule").click()
    expect(document.get_by_role("status").filter(has_text="“Written in the frame” is saved.")).to_be_visible()

    document.get_by_role("switch", name="Written in the frame").uncheck()
    expect(document.locator("#toast")).to_contain_text("“Written in the frame” is off.")
    document.locator("#list").get_by_role("link", name="Written in the frame", exact=True).click()
    document.get_by_role("button", name="Delete", exact=True).click()
    document.get_by_role("button", name="Delete the rule").click()
    expect(document.get_by_role("status").filter(has_text="“Written in the frame” is deleted.")).to_be_visible()


def test_an_editor_tests_a_rule_and_tries_again_what_failed(visit: Visit) -> None:
    document = visit("demo-editor").framed(f"sites/{STEERED}/rules/history?status=failed")
    document.get_by_role("link", name="Tell us what went out").first.click()
    expect(document.get_by_role("button", name="Try")).to_be_visible()
    document.get_by_role("link", name="The rule").click()
    expect(document.locator("#tested")).to_contain_text("When articles are published")
    expect(document.get_by_role("button", name="Save the rule")).to_have_count(0)
