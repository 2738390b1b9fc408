"""A site's settings as a page: seen by all who see the site, saved whole or not at all."""

from __future__ import annotations

import re

import igny8_product
import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.settings.budget import complaint, share_of
from igny8_web.pages.settings.form import errors_of, form_of, form_typed
from sqlalchemy.orm import Session

from igny8_lib.credits.budgets import site_shares
from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationConfig, Module, Operation, Site, Trigger
from igny8_lib.pipeline.runs import Start, begin
from igny8_lib.sites.configuration import Configuration, configuration_of, configure
from igny8_lib.sites.modules import set_module
from igny8_lib.sites.schedule import delay_of
from tests.factories.planner import make_keywords
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/settings"
HTMX = {"HX-Request": "true"}
STORED = form_of(Configuration(), 1)
SHARES = {"clustering": "15", "idea_generation": "10", "content_generation": "40", "image_prompt_extraction": "5"}


def whole(**changes: str) -> dict[str, str]:
    """The form as a browser sends it: what is off is not there."""
    values = dict(STORED.values) | changes
    return {name: value for name, value in values.items() if value} | {"version": changes.get("version", "1")}


def settings_of(session: Session, house: House) -> Configuration:
    session.expire_all()
    return configuration_of(session.get_one(AutomationConfig, house.blog))


def test_every_setting_has_a_field(house: House) -> None:
    page = house.browser("owner").get(PAGE).text
    names = set(re.findall(r'name="(\w+)"', page))
    assert set(Configuration.model_fields) <= names


def test_what_is_saved_holds_and_the_form_has_the_next_version(house: House, session: Session) -> None:
    change = whole(scheduled_time="06:30", is_enabled="on", max_credits_per_run="12.5", stage_7_enabled="")
    answer = house.browser("manager").post(PAGE, data=change, headers=HTMX)
    assert (answer.status_code, "Saved" in answer.headers["X-Said"]) == (200, True)
    assert 'name="version" value="2"' in answer.text
    stored = settings_of(session, house)
    assert (str(stored.scheduled_time), stored.is_enabled, stored.stage_7_enabled) == ("06:30:00", True, False)
    assert stored.as_json()["max_credits_per_run"] == 12.5


def test_what_does_not_fit_is_told_beside_its_field_and_everything_typed_stays(house: House, session: Session) -> None:
    change = whole(max_credits_per_run="-50", scheduled_time="25:00", ideas_per_cluster="9", stage_4_in_flight="many")
    answer = house.browser("owner").post(PAGE, data=change, headers=HTMX)
    assert answer.status_code == 422
    for typed in ("-50", "25:00", "9", "many"):
        assert f'value="{typed}"' in answer.text
    for sentence in (
        "Enter 0 or more in halves, at most 1,000,000,000, for example 600. 0 means no limit.",
        "Enter a time of day, for example 02:00.",
        "Enter a whole number from 1 to 64, for example 8.",
        "3 fields need a look: Time, Write, requests at once, Credits",
    ):
        assert sentence in answer.text
    assert settings_of(session, house) == Configuration()


def test_a_stale_save_is_refused_with_both_versions_and_keeps_what_was_typed(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        configure(session, house.blog, {"ideas_per_cluster": 9, "weekday": 2})
    answer = house.browser("owner").post(PAGE, data=whole(images_per_content="3"), headers=HTMX)
    assert answer.status_code == 409
    assert "Somebody saved version 2 while you changed version 1." in answer.text
    assert "Version 2 says 9" in answer.text
    assert "Version 2 says Wednesday" in answer.text
    assert re.search(r'name="images_per_content"[^>]*value="3"', answer.text)
    with sessions() as session:
        assert settings_of(session, house).images_per_content == 4
    again = house.browser("owner").post(PAGE, data=whole(images_per_content="3", version="2"), headers=HTMX)
    assert again.status_code == 200


@pytest.mark.parametrize("change", [{"version": "x"}, {"version": ""}, {"frequency": ""}])
def test_a_form_that_is_not_whole_changes_nothing(house: House, session: Session, change: dict[str, str]) -> None:
    answer = house.browser("owner").post(PAGE, data=whole(**change), headers=HTMX)
    assert (answer.status_code, "did not arrive whole" in answer.text) == (400, True)
    assert settings_of(session, house) == Configuration()


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_reads_the_settings_and_finds_no_button(house: House, who: str) -> None:
    browser = house.browser(who)
    page = browser.get(PAGE).text
    assert "<fieldset" in page
    assert page.count("disabled>") == page.count("<fieldset") == 3
    assert not re.search(r"<button[^>]*>(Save|Use)", page)
    assert browser.post(PAGE, data=whole()).status_code == 403
    assert browser.post(f"{PAGE}/budget", data=SHARES).status_code == 403
    assert browser.get(f"{PAGES}/sites/shop/settings").status_code == 404


def test_the_schedule_that_is_being_typed_is_told_in_words_with_its_next_three_starts(
    house: House, session: Session
) -> None:
    session.get_one(Site, house.blog).timezone = "Europe/Berlin"
    session.commit()
    asked = {"frequency": "weekly", "scheduled_time": "06:30", "weekday": "2", "day_of_month": "1"}
    asked["schedule_window_minutes"] = "0"
    told = house.browser("viewer").get(f"{PAGE}/schedule", params=asked).text
    assert "Weekly on Wednesday at 06:30 Europe/Berlin" in told
    assert len(re.findall(r"Wed \d+ \w+( \d+)?, 06:30|today, 06:30", told)) == 3
    assert "The schedule is off" in told
    assert "Next starts" in house.browser("viewer").get(f"{PAGE}/schedule", params=asked | {"is_enabled": "on"}).text
    spread = house.browser("viewer").get(f"{PAGE}/schedule", params=asked | {"schedule_window_minutes": "720"}).text
    assert f"Weekly on Wednesday at 06:30 + {delay_of('blog', 720)} min Europe/Berlin" in spread
    half = house.browser("viewer").get(f"{PAGE}/schedule", params=asked | {"scheduled_time": "6:"})
    assert (half.status_code, "Give a time to see the next starts." in half.text) == (200, True)


def row(page: str, name: str) -> str:
    """The row of a limit, as text."""
    found = next(each for each in page.split("<tr>") if f'name="{name}"' in each)
    return " ".join(re.sub(r"<[^>]+>", " ", found.split("</tr>")[0]).split())


def test_a_limit_tells_what_waits_and_how_many_runs_that_takes(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 92)
        configure(session, house.blog, {"max_keywords_per_run": 40, "max_images_per_run": 96})
    page = house.browser("viewer").get(PAGE).text
    assert "92 ~3 runs" in row(page, "max_keywords_per_run")
    assert "none waits" in row(page, "max_clusters_per_run")
    assert "Enough for 24 articles with 4 images." in row(page, "max_images_per_run")
    with sessions.begin() as session:
        configure(session, house.blog, {"stage_1_enabled": False})
        set_module(session, house.agency, Module.WRITER, enabled=False)
    page = house.browser("viewer").get(PAGE).text
    assert "Switched off above" in row(page, "max_keywords_per_run")
    assert "The writer module of the account is off." in row(page, "max_tasks_per_run")


def test_fewer_keywords_than_the_stage_needs_are_said(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 4)
    assert "too few: 5 are needed" in row(house.browser("viewer").get(PAGE).text, "max_keywords_per_run")


def test_a_run_that_goes_on_is_told_to_keep_its_settings(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 10)
        run = begin(session, Start("blog", "site__blog", "manual__1", Trigger.MANUAL, "owner", {}))
        number = run.run_number
    page = house.browser("owner").get(PAGE).text
    assert f"A change holds from the next run on. Run #{number} keeps the settings it started with." in page


def test_shares_that_do_not_add_up_are_refused_and_stay_typed(house: House, session: Session) -> None:
    answer = house.browser("owner").post(f"{PAGE}/budget", data=SHARES | {"image_generation": "33"}, headers=HTMX)
    assert answer.status_code == 400
    assert "103 %, take 3 away" in answer.text
    assert 'name="image_generation" type="number" class="w64" min="0" max="100" step="1" value="33"' in answer.text
    assert site_shares(session, house.blog) == {}


def test_shares_are_saved_and_given_up_again(house: House, session: Session) -> None:
    browser = house.browser("owner")
    own = SHARES | {"clustering": "20", "idea_generation": "5", "image_generation": "30"}
    saved = browser.post(f"{PAGE}/budget", data=own, headers=HTMX)
    assert (saved.status_code, "Own shares of this site" in saved.text) == (200, True)
    assert site_shares(session, house.blog)[Operation.CLUSTERING] == 20
    session.rollback()
    followed = browser.post(f"{PAGE}/budget", data=own | {"follow": "1"}, headers=HTMX)
    assert "The usual shares" in followed.text
    assert site_shares(session, house.blog) == {}


def test_without_script_a_save_answers_with_the_whole_page(house: House) -> None:
    assert "<!doctype html>" in house.browser("owner").post(PAGE, data=whole()).text
    assert "<!doctype html>" in house.browser("owner").post(f"{PAGE}/budget", data=SHARES).text


@given(name=st.sampled_from(sorted(Configuration.model_fields)), text=st.text(max_size=30))
def test_whatever_is_typed_is_either_told_at_its_field_or_can_be_stored(name: str, text: str) -> None:
    typed = form_typed(dict(STORED.values) | {name: text, "version": "1"})
    assert set(typed.errors) <= {name}
    if not typed.errors:
        Configuration.model_validate(typed.changes())


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_the_sum_of_shares_says_how_much_is_too_much_or_left(shares: list[int]) -> None:
    total = sum(shares)
    said = complaint(total)
    assert (said == "") == (total == 100)
    if said:
        assert str(abs(total - 100)) in said


@pytest.mark.parametrize("text", ["", "-1", "101", "1.5", "1e1", "٣", "abc", "1000"])
def test_a_share_is_a_whole_percentage(text: str) -> None:
    assert share_of(text) is None


def test_stored_settings_have_no_errors() -> None:
    assert errors_of(STORED.values) == {}


def test_the_page_costs_the_same_statements_whatever_the_volume(house: House, sessions: Sessions) -> None:
    browser = house.browser("owner")

    def ask() -> int:
        return count_statements(igny8_product.product_engine(), lambda: browser.get(PAGE))

    ask()
    few = ask()
    with sessions.begin() as session:
        make_keywords(session, session.get_one(Site, house.blog), 300)
    assert ask() == few <= 30
