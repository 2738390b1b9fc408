"""An account's people over HTTP: added, given sites, changed and removed, in the product and in Airflow."""

from __future__ import annotations

from typing import Any

import igny8_product
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import MEMBER_ROLE
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, AnsweredRequest, Role
from igny8_lib.sites.users import user_named
from tests.plugins.web.house import API, House, add_user
from tests.statements import count_statements

USERS, ACCESS = f"{API}/account/users/", f"{API}/account/access/"
ANN: dict[str, Any] = {"username": "ann", "email": "ann@agency.example", "role": "editor", "sites": ["blog"]}


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_somebody_new_can_sign_in_by_the_password_that_is_told_once(house: House, session: Session, who: str) -> None:
    answer = house.client(who).post(f"{USERS}?account=agency", json=ANN, headers={"Idempotency-Key": "one"})
    added = answer.json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert {name: added[name] for name in ANN} == ANN
    assert house.airflow.users["ann"] == ("ann@agency.example", added["password"], {MEMBER_ROLE})
    assert session.scalars(select(AnsweredRequest)).all() == [], "no password is kept"
    again = house.client(who).post(f"{USERS}?account=agency", json=ANN, headers={"Idempotency-Key": "one"})
    assert (again.status_code, "one of the account already" in again.json()["detail"]) == (409, True)


def test_a_password_that_is_given_is_not_told_back(house: House) -> None:
    answer = house.client("owner").post(USERS, json=ANN | {"password": "a-long-enough-password"})
    assert (answer.json()["password"], "a-long-enough" in answer.text) == ("", False)
    assert house.airflow.users["ann"][1] == "a-long-enough-password"


BAD: list[tuple[dict[str, Any], int]] = [
    ({"username": "Ann"}, 400),
    ({"email": "nowhere"}, 400),
    ({"password": "short"}, 400),
    ({"sites": ["rival-blog"]}, 404),
    ({"username": "neighbour"}, 409),
    ({"username": "editor", "password": "a-password-to-take-over"}, 409),
    ({"username": "igny8-reconciler"}, 409),
    ({"role": "god"}, 422),
]


@pytest.mark.parametrize(("change", "status"), BAD, ids=str)
def test_somebody_who_cannot_be_added_is_in_neither(house: House, change: dict[str, Any], status: int) -> None:
    answer = house.client("owner").post(USERS, json=ANN | change)
    assert (answer.status_code, "a-password" in answer.text) == (status, False)
    assert house.airflow.users == {}
    assert len(house.client("owner").get(USERS).json()["users"]) == 4


def test_only_owners_make_change_and_remove_owners_and_the_last_one_stays(house: House) -> None:
    manager, owner = house.client("manager"), house.client("owner")
    assert manager.post(USERS, json=ANN | {"role": "owner"}).status_code == 403
    assert manager.patch(f"{USERS}manager/", json={"role": "owner"}).status_code == 403
    assert manager.patch(f"{USERS}owner/", json={"role": "viewer"}).status_code == 403
    assert manager.delete(f"{USERS}owner/").status_code == 403
    assert owner.patch(f"{USERS}owner/", json={"role": "admin"}).status_code == 409
    assert owner.delete(f"{USERS}owner/").status_code == 409
    assert owner.patch(f"{USERS}manager/", json={"role": "owner"}).json()["role"] == "owner"
    assert owner.delete(f"{USERS}owner/").json() == {"username": "owner", "gone": True}


def test_nobody_reaches_into_another_account(house: House, session: Session) -> None:
    house.airflow.users["neighbour"] = ("n@rival.example", "theirs", {MEMBER_ROLE})
    owner = house.client("owner")
    asked = [
        owner.patch(f"{USERS}neighbour/", json={"role": "viewer"}),
        owner.delete(f"{USERS}neighbour/"),
        owner.post(f"{ACCESS}grant/", json={"site": "blog", "username": "neighbour"}),
        owner.post(f"{ACCESS}grant/", json={"site": "rival-blog", "username": "viewer"}),
        owner.get(f"{USERS}?account=rival"),
        owner.post(f"{USERS}?account=rival", json=ANN | {"sites": []}),
    ]
    assert [answer.status_code for answer in asked] == [404] * 6
    assert house.airflow.users.keys() == {"neighbour"}
    assert user_named(session, "neighbour").role is Role.OWNER


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_sees_and_changes_no_people_but_knows_his_own_sites(house: House, who: str) -> None:
    client = house.client(who)
    wish = {"site": "shop", "username": who}
    asked = [
        client.get(USERS),
        client.post(USERS, json=ANN),
        client.patch(f"{USERS}{who}/", json={"role": "owner"}),
        client.delete(f"{USERS}owner/"),
        client.post(f"{ACCESS}grant/", json=wish),
        client.post(f"{ACCESS}revoke/", json=wish),
    ]
    assert [answer.status_code for answer in asked] == [403] * 6
    assert client.get(ACCESS).json()["access"] == [{"username": who, "role": who, "sites": ["blog"]}]


def test_a_site_is_given_and_taken_and_twice_is_as_once(house: House) -> None:
    owner = house.client("owner")
    shop = {"site": "shop", "username": "viewer"}
    for _ in range(2):
        assert owner.post(f"{ACCESS}grant/", json=shop).json()["sites"] == ["blog", "shop"]
    for _ in range(2):
        assert owner.post(f"{ACCESS}revoke/", json=shop).json()["sites"] == ["blog"]
    listed = {row["username"]: row["sites"] for row in owner.get(ACCESS).json()["access"]}
    assert listed == {"editor": ["blog"], "manager": None, "owner": None, "viewer": ["blog"]}


def test_the_list_of_people_costs_the_same_statements_whatever_their_number(house: House, sessions: Sessions) -> None:
    client = house.client("owner")

    def ask() -> int:
        return count_statements(igny8_product.product_engine(), lambda: client.get(USERS))

    ask()
    few = ask()
    with sessions.begin() as session:
        account = session.get_one(Account, house.agency)
        for number in range(40):
            add_user(session, account, f"more-{number}", Role.VIEWER, [])
    assert ask() == few <= 5
    page = client.get(f"{USERS}?page=2&page_size=30").json()
    assert (len(page["users"]), page["pagination"]["total_count"]) == (14, 44)
