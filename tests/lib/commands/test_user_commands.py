"""`igny8 users`: what people type, what they read, and the exit codes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import ADMIN_ROLE, MEMBER_ROLE
from igny8_lib.settings import load
from igny8_lib.sites.users import person
from tests.airflow_fake import FakeAirflow
from tests.airflow_server import served
from tests.factories.sites import make_account, make_site
from tests.lib.commands.conftest import Igny8, Shell

ANN = ("users", "add", "ann", "--account", "agency", "--email", "ann@agency.example")


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture(autouse=True)
def door(session: Session, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Account `agency` with the sites `blog` and `shop`, and an Airflow that the command line finds."""
    account = make_account(session, slug="agency")
    make_site(session, account, slug="blog")
    make_site(session, account, slug="shop")
    make_site(session, slug="other")
    session.commit()
    with served(airflow) as url:
        monkeypatch.setenv("IGNY8_AIRFLOW_URL", url)
        monkeypatch.setenv("IGNY8_AIRFLOW_PASSWORD", "secret")
        load.cache_clear()
        yield


def test_a_user_is_added_and_the_password_is_shown_once(shell: Shell, igny8: Igny8, airflow: FakeAirflow) -> None:
    code, said = shell(*ANN, "--role", "editor", "--site", "blog")
    assert code == 0
    told = re.search(r"User ann \(editor\) added\. The password is shown this once: (\S{16})$", said.strip())
    assert told, said
    assert airflow.users == {"ann": ("ann@agency.example", told[1], {MEMBER_ROLE})}
    assert shell(*ANN, "--role", "editor") == (0, "User ann is there already.\n")
    added = igny8("users", "add", "ben", "--account=agency", "--email=ben@agency.example", "--role=owner")[1]
    assert added == {
        "username": "ben",
        "account": "agency",
        "role": "owner",
        "known": False,
        "password": airflow.users["ben"][1],
    }


def test_a_password_comes_by_the_input_and_is_never_shown(
    shell: Shell, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("an-own-password\nrest"))
    code, said = shell(*ANN, "--role", "viewer", "--password-stdin", "--json")
    assert (code, "password" in said, airflow.users["ann"][1]) == (0, False, "an-own-password")
    monkeypatch.setattr("sys.stdin", io.StringIO("another-password"))
    assert shell(*ANN, "--role", "viewer", "--password-stdin")[1] == (
        "User ann is there already. The password was changed.\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert shell(*ANN, "--role", "viewer", "--password-stdin")[0] == 2


def test_sites_are_given_and_taken_and_roles_changed(shell: Shell, session: Session) -> None:
    shell(*ANN, "--role", "editor")
    assert shell("users", "grant", "ann", "blog") == (0, "User ann sees site blog.\n")
    assert len(person(session, "ann").granted_sites) == 1
    assert shell("users", "grant", "ann", "other")[0] == 3
    assert shell("users", "grant", "ben", "blog")[0] == 3
    assert shell("users", "revoke", "ann", "blog") == (0, "Site blog was taken from user ann, who sees it no more.\n")
    session.rollback()
    assert person(session, "ann").granted_sites == frozenset()
    assert shell("users", "role", "ann", "owner") == (0, "User ann is owner.\n")
    assert "this role sees all sites" in shell("users", "grant", "ann", "shop")[1]
    assert "still sees it" in shell("users", "revoke", "ann", "shop")[1]
    assert shell("users", "role", "ann", "emperor")[0] == 2


def test_the_list_tells_account_role_sites_and_whom_airflow_knows(
    igny8: Igny8, shell: Shell, airflow: FakeAirflow
) -> None:
    shell(*ANN, "--role", "editor", "--site", "shop", "--site", "blog")
    shell("users", "add", "ben", "--account=agency", "--email=ben@agency.example", "--role=admin")
    del airflow.users["ben"]
    assert igny8("users", "list")[1] == [
        {"username": "ann", "account": "agency", "role": "editor", "sites": ["blog", "shop"]}
        | {"email": "ann@agency.example", "airflow": True},
        {"username": "ben", "account": "agency", "role": "admin", "sites": None}
        | {"email": "ben@agency.example", "airflow": False},
    ]
    assert igny8("users", "list", "--account", "nobody")[0] == 3
    lines = shell("users", "list", "--account", "agency")[1].splitlines()
    assert any("blog, shop" in line and "yes" in line for line in lines)
    assert any(" all " in line and " no " in line for line in lines)
    airflow.down = True
    assert [entry["airflow"] for entry in igny8("users", "list")[1]] == [None, None]


def test_a_user_is_removed_from_both(shell: Shell, airflow: FakeAirflow) -> None:
    shell(*ANN, "--role", "editor")
    assert shell("users", "remove", "ann") == (0, "User ann removed.\n")
    assert airflow.users == {}
    assert shell("users", "remove", "ann")[0] == 3


def test_a_user_with_other_roles_in_airflow_stays_there_and_that_is_said(shell: Shell, airflow: FakeAirflow) -> None:
    shell(*ANN, "--role", "editor")
    airflow.users["ann"][2].add("Op")
    assert "Airflow's user of that name has other roles and stays" in shell("users", "remove", "ann")[1]


def test_names_of_airflows_own_users_are_refused(shell: Shell, airflow: FakeAirflow) -> None:
    airflow.users["ann"] = ("root@x.example", "p", {ADMIN_ROLE})
    assert shell(*ANN, "--role", "owner")[0] == 4
    for name in ("admin", "igny8-reconciler"):
        assert shell("users", "add", name, "--account=agency", "--email=a@b.example", "--role=owner")[0] == 4


def test_without_airflow_nobody_is_added_or_removed(shell: Shell, session: Session, airflow: FakeAirflow) -> None:
    shell(*ANN, "--role", "editor")
    airflow.down = True
    assert shell("users", "add", "ben", "--account=agency", "--email=b@x.example", "--role=owner")[0] == 75
    assert shell("users", "remove", "ann")[0] == 75
    assert person(session, "ann").role == "editor"
    assert person(session, "ben").role is None
