"""Scores and links on the settings page: saved whole or not at all, beside all other settings."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.review.improvement_settings import Improvement, read
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/settings"
CARD = f"{PAGE}/improvement"
HTMX = {"HX-Request": "true"}


def whole(**changes: str) -> dict[str, str]:
    """The form as a browser sends it: what is off is not there."""
    stored = {name: str(value) for name, value in Improvement().as_json().items() if value is not False}
    return stored | {"version": "1"} | changes


def settings_of(session: Session, house: House) -> tuple[Improvement, int]:
    session.expire_all()
    return read(session, house.blog)


def test_every_setting_has_a_field(house: House) -> None:
    names = set(re.findall(r'name="(\w+)"', house.browser("viewer").get(PAGE).text))
    assert set(Improvement.model_fields) <= names


def test_what_is_saved_holds_and_the_card_has_the_next_version(house: House, session: Session) -> None:
    answer = house.browser("manager").post(CARD, data=whole(link_in_runs="on", seo_weight="50"), headers=HTMX)
    assert (answer.status_code, "Saved" in answer.headers["X-Said"]) == (200, True)
    assert 'name="version" value="2"' in answer.text
    assert "Schedule" not in answer.text
    stored, version = settings_of(session, house)
    assert (stored.link_in_runs, stored.optimize_in_runs, stored.seo_weight, version) == (True, False, 50, 2)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("links_per_1000_words", "21", "Enter a whole number from 0 to 20, for example 3."),
        ("links_to_one_target", "many", "Enter a whole number from 0 to 10,000, for example 20."),
        ("link_threshold", "", "Enter a whole number from 0 to 100, for example 50."),
        ("engagement_weight", "2.5", "Enter a whole number from 0 to 100, for example 25."),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_everything_typed_stays(
    house: House, session: Session, name: str, value: str, said: str
) -> None:
    answer = house.browser("owner").post(CARD, data=whole(optimize_in_runs="on") | {name: value}, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(rf'name="{name}"[^>]*value="{value}"[^>]*aria-invalid="true"', answer.text)
    assert re.search(r'name="optimize_in_runs" value="on" checked', answer.text)
    assert settings_of(session, house) == (Improvement(), 1)


def test_weights_that_are_all_zero_are_told_at_the_first_of_them(house: House) -> None:
    zero = dict.fromkeys(("seo_weight", "readability_weight", "engagement_weight"), "0")
    answer = house.browser("owner").post(CARD, data=whole(**zero), headers=HTMX)
    assert (answer.status_code, "One of the three has to count" in answer.text) == (422, True)


def test_what_somebody_else_saved_meanwhile_stands_beside_what_was_typed(house: House, sessions: Sessions) -> None:
    browser = house.browser("owner")
    browser.post(CARD, data=whole(link_threshold="80", link_in_runs="on"), headers=HTMX)
    answer = browser.post(CARD, data=whole(link_threshold="30"), headers=HTMX)
    assert answer.status_code == 409
    assert "Somebody saved version 2 while you changed version 1." in answer.text
    assert "Version 2 says 80" in answer.text
    assert "Version 2 says on" in answer.text
    assert re.search(r'name="link_threshold"[^>]*value="30"', answer.text)
    assert browser.post(CARD, data=whole(link_threshold="30", version="2"), headers=HTMX).status_code == 200
    with sessions() as session:
        assert settings_of(session, house)[0].link_threshold == 30


@pytest.mark.parametrize("change", [{"version": "x"}, {"version": "9" * 12}])
def test_a_form_that_did_not_arrive_whole_changes_nothing(
    house: House, session: Session, change: dict[str, str]
) -> None:
    browser = house.browser("owner")
    assert browser.post(CARD, data=whole() | change).status_code == 400
    assert browser.post(CARD, data={"version": "1", "seo_weight": "9"}).status_code == 400
    assert settings_of(session, house) == (Improvement(), 1)


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_changes_nothing(house: House, session: Session, who: str) -> None:
    assert house.browser(who).post(CARD, data=whole(seo_weight="1"), headers=HTMX).status_code == 403
    assert settings_of(session, house) == (Improvement(), 1)
