"""What operations cost and plans bring: who sees and changes it."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, Plan
from tests.plugins.web.house import API, EVERYBODY, House

COSTS = f"{API}/billing/costs/"


def cost_of(house: House, operation: str) -> Any:
    """The operation's line of the price list."""
    return next(line for line in house.client("viewer").get(COSTS).json()["costs"] if line["operation"] == operation)


def test_everybody_sees_the_nine_costs_and_that_they_are_the_defaults(house: House) -> None:
    for username in EVERYBODY:
        lines = house.client(username).get(COSTS).json()["costs"]
        assert [line["is_default"] for line in lines] == [True] * 9


def test_a_change_is_in_force_at_once_and_in_the_history_with_its_reason(house: House) -> None:
    change = {"version": 0, "cost": 7.5, "reason": "Shorter prompts"}
    changed = house.client("admin").put(f"{COSTS}linking/", json=change)
    assert changed.status_code == 200, changed.text
    line = cost_of(house, "linking")
    assert line == changed.json()
    assert (line["cost"], line["default"]["cost"], line["is_default"]) == (7.5, 8, False)
    assert (line["changed_by"], line["reason"]) == ("admin", "Shorter prompts")
    history = house.client("viewer").get(f"{COSTS}history/", params={"operation": "linking"}).json()
    (told,) = history["changes"]
    assert (told["changed_by"], told["reason"], told["new"]["cost"]) == ("admin", "Shorter prompts", 7.5)
    assert history["pagination"]["total_count"] == 1


def test_a_change_of_a_version_that_has_passed_changes_nothing(house: House) -> None:
    admin = house.client("admin")
    assert admin.put(f"{COSTS}linking/", json={"version": 0, "cost": 7}).status_code == 200
    assert admin.put(f"{COSTS}linking/", json={"version": 0, "cost": 6}).status_code == 409
    line = cost_of(house, "linking")
    assert line["cost"] == 7
    assert admin.put(f"{COSTS}linking/", json={"version": line["version"], "cost": 6}).json()["cost"] == 6


@pytest.mark.parametrize("username", ["owner", "manager", "editor", "viewer", "neighbour"])
def test_only_the_platforms_admins_change_a_cost(house: House, username: str) -> None:
    answer = house.client(username).put(f"{COSTS}linking/", json={"version": 0, "cost": 1})
    assert answer.status_code == 403
    assert cost_of(house, "linking")["is_default"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"cost": -1}, 422),
        ({"cost": 0.001}, 400),
        ({"cost": "NaN"}, 422),
        ({"unit": " "}, 400),
        ({"budget_percentage": 10}, 400),
        ({"price": 1}, 422),
        ({"reason": "x" * 501}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    house: House, change: dict[str, object], status: int
) -> None:
    answer = house.client("admin").put(f"{COSTS}linking/", json={"version": 0} | change)
    assert answer.status_code == status, answer.text
    assert cost_of(house, "linking")["version"] == 0


def test_a_member_sees_the_plan_of_his_account_and_the_platforms_admin_all(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        plans = [Plan(name=name, monthly_credits=Credits.of(amount)) for name, amount in [("Big", 9), ("Small", 1)]]
        session.add_all(plans)
        session.flush()
        session.get_one(Account, house.agency).plan_id = plans[0].id

    def names(username: str) -> list[str]:
        return [plan["name"] for plan in house.client(username).get(f"{API}/billing/plans/").json()["plans"]]

    assert [names(username) for username in ("admin", "owner", "viewer", "neighbour")] == [
        ["Small", "Big"],
        ["Big"],
        ["Big"],
        [],
    ]
