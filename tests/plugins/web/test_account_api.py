"""An account's modules, sites, notifications and figures over HTTP."""

from __future__ import annotations

from typing import Any

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, AutomationConfig, Site
from igny8_lib.notifications.recipients import settings_of
from tests.factories.sites import make_site
from tests.plugins.web.house import API, House
from tests.statements import count_statements

ACCOUNT = f"{API}/account"
SITE = {"name": "Harbour Lane", "domain": "www.harbour-lane.example"}


def test_an_owner_switches_a_module_off_and_the_others_stay(house: House) -> None:
    owner = house.client("owner")
    assert owner.put(f"{ACCOUNT}/modules/", json={"linker_enabled": False}).json() == {
        "planner_enabled": True,
        "writer_enabled": True,
        "automation_enabled": True,
        "site_builder_enabled": True,
        "linker_enabled": False,
        "optimizer_enabled": True,
    }
    assert house.client("viewer").get(f"{ACCOUNT}/modules/").json()["linker_enabled"] is False
    assert house.client("neighbour").get(f"{ACCOUNT}/modules/").json()["linker_enabled"] is True


def test_an_owner_changes_the_zone_of_the_account_s_day_and_no_other_account_s(house: House) -> None:
    owner = house.client("owner")
    assert owner.get(f"{ACCOUNT}/day/").json()["timezone"] == "UTC"
    changed = owner.put(f"{ACCOUNT}/day/", json={"timezone": "Pacific/Kiritimati"}).json()
    assert changed["timezone"] == "Pacific/Kiritimati"
    assert changed["today"] >= house.client("neighbour").get(f"{ACCOUNT}/day/").json()["today"]
    assert house.client("viewer").get(f"{ACCOUNT}/day/").json() == changed
    refused = owner.put(f"{ACCOUNT}/day/", json={"timezone": "Mars/Olympus"})
    assert (refused.status_code, "is not a time zone" in refused.json()["detail"]) == (400, True)
    assert house.client("editor").put(f"{ACCOUNT}/day/", json={"timezone": "UTC"}).status_code == 403


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_switches_adds_and_is_told_nothing(house: House, who: str) -> None:
    client = house.client(who)
    asked = [
        client.put(f"{ACCOUNT}/modules/", json={"linker_enabled": False}),
        client.post(f"{ACCOUNT}/sites/", json=SITE),
        client.patch(f"{ACCOUNT}/sites/blog/", json={"name": "Mine"}),
        client.get(f"{ACCOUNT}/notifications/"),
        client.put(f"{ACCOUNT}/notifications/", json={"emails": []}),
    ]
    assert [answer.status_code for answer in asked] == [403] * 5


def test_each_sees_the_sites_that_are_given_with_the_start_of_the_next_run(house: House, session: Session) -> None:
    config = session.get_one(AutomationConfig, house.blog)
    config.is_enabled, config.schedule_window_minutes = True, 0
    session.commit()
    listed = house.client("viewer").get(f"{ACCOUNT}/sites/").json()
    assert [site["slug"] for site in listed["sites"]] == ["blog"]
    assert listed["pagination"]["total_count"] == 1
    assert (listed["sites"][0]["schedule"], listed["sites"][0]["status"]) == ("Daily at 02:00 UTC", "active")
    assert listed["sites"][0]["next_run_at"] is not None
    everything = house.client("owner").get(f"{ACCOUNT}/sites/").json()
    assert [(site["slug"], site["next_run_at"] is None) for site in everything["sites"]] == [
        ("blog", False),
        ("shop", True),
    ]


def test_an_owner_adds_a_site_once_whose_schedule_is_off(house: House) -> None:
    owner = house.client("owner")
    first = owner.post(f"{ACCOUNT}/sites/", json=SITE, headers={"Idempotency-Key": "one"})
    again = owner.post(f"{ACCOUNT}/sites/", json=SITE, headers={"Idempotency-Key": "one"})
    assert (first.status_code, first.json()) == (200, again.json())
    assert (first.json()["slug"], first.json()["schedule"]) == ("harbour-lane", "off")
    assert owner.post(f"{ACCOUNT}/sites/", json=SITE).status_code == 409
    assert house.client("neighbour").get(f"{ACCOUNT}/sites/").json()["pagination"]["total_count"] == 1


BAD_SITES: list[tuple[dict[str, Any], int, str]] = [
    ({"timezone": "Europe/Nowhere"}, 400, "is not a time zone"),
    ({"language": "english"}, 400, "is not a language tag"),
    ({"name": "\u200b"}, 400, "needs a name"),
    ({"status": "asleep"}, 422, "status"),
    ({"colour": "red"}, 422, "colour"),
]


@pytest.mark.parametrize(("change", "status", "said"), BAD_SITES)
def test_a_change_of_a_site_that_cannot_be_is_refused_whole(
    house: House, session: Session, change: dict[str, Any], status: int, said: str
) -> None:
    answer = house.client("manager").patch(f"{ACCOUNT}/sites/blog/", json={"name": "New", "brand": "x"} | change)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True)
    site = session.get_one(Site, house.blog)
    assert (site.name, site.brand) == ("Blog", "")


def test_a_site_is_renamed_moved_to_another_zone_and_switched_off(house: House) -> None:
    change = {"name": "The Blog", "timezone": "Australia/Perth", "language": "pt-BR", "status": "inactive"}
    changed = house.client("manager").patch(f"{ACCOUNT}/sites/blog/", json=change).json()
    assert {name: changed[name] for name in change} == change
    assert changed["next_run_at"] is None
    assert house.client("owner").patch(f"{ACCOUNT}/sites/rival-blog/", json=change).status_code == 404


def test_an_account_names_its_own_slack_connection_and_a_platform_admin_any(house: House) -> None:
    path = f"{ACCOUNT}/notifications/"
    wish = {"emails": ["ops@agency.example", "ops@agency.example"], "slack_webhook_conn_id": "slack_agency_ops"}
    told = house.client("owner").put(path, json=wish).json()
    assert (told["emails"], told["slack_webhook_conn_id"]) == (["ops@agency.example"], "slack_agency_ops")
    for other in ("slack_rival", "slack_agencyx", "igny8_postgres", "https://hooks.slack.example/T0/SECRET"):
        answer = house.client("owner").put(path, json={"slack_webhook_conn_id": other, "emails": []})
        assert (answer.status_code, other in answer.text) == (400, False)
    assert house.client("owner").get(path).json() == told
    any_ = house.client("admin").put(f"{path}?account=agency", json={"slack_webhook_conn_id": "team_slack"})
    assert any_.json()["slack_webhook_conn_id"] == "team_slack"
    assert house.client("owner").put(path, json={"slack_webhook_conn_id": ""}).json()["slack_webhook_conn_id"] is None


def test_an_address_that_is_none_changes_no_notification(house: House, session: Session) -> None:
    answer = house.client("owner").put(f"{ACCOUNT}/notifications/", json={"emails": ["no"], "on_failure": False})
    assert (answer.status_code, "'no' is not an e-mail address" in answer.json()["detail"]) == (400, True)
    assert settings_of(session, house.agency).on_failure


def test_metrics_are_those_of_the_sites_that_are_seen(house: House) -> None:
    told = house.client("viewer").get(f"{ACCOUNT}/metrics/").json()
    assert {name: told[name]["runs"] for name in ("today", "week", "month")} == {"today": 0, "week": 0, "month": 0}
    assert (told["timezone"], len(told["today"]["seconds_per_stage"])) == ("UTC", 7)
    assert house.client("viewer").get(f"{ACCOUNT}/metrics/?site=shop").status_code == 404
    assert house.client("owner").get(f"{ACCOUNT}/metrics/?site=shop").status_code == 200


def test_the_list_of_sites_costs_the_same_statements_whatever_their_number(house: House, sessions: Sessions) -> None:
    client = house.client("owner")

    def ask() -> int:
        engine = igny8_product.product_engine()
        return count_statements(engine, lambda: client.get(f"{ACCOUNT}/sites/"))

    ask()
    few = ask()
    with sessions.begin() as session:
        account = session.get_one(Account, house.agency)
        for number in range(40):
            make_site(session, account, slug=f"more-{number}", name="More")
    assert ask() == few <= 4
