"""People of an account who add, change and remove others: nobody reaches above himself or into another account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import MEMBER_ROLE
from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.airflow_api.people import Wish, add_member, remove_member
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Conflict, Igny8Error, NotAllowed, NotFound
from igny8_lib.models import Account, Role, User
from igny8_lib.sites.access import Person, has_say_over, scope_of
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.users import change_role, create_user, user_of_account
from tests.airflow_fake import FakeAirflow
from tests.factories.sites import make_account

NEW = Wish("new", "new@agency.example", "agency", Role.EDITOR)
OLD_PASSWORD = "the-password-of-before"


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def sign_ins(airflow: FakeAirflow) -> FabUsers:
    return FabUsers(airflow.api())


@pytest.fixture(autouse=True)
def agency(sessions: Sessions, airflow: FakeAirflow) -> int:
    """Account `agency` with a person of each role, named so, and somebody of account `rival`; all can sign in."""
    airflow.roles.add(MEMBER_ROLE)
    with sessions.begin() as session:
        agency = make_account(session, slug="agency")
        rival = make_account(session, slug="rival")
        add_to(session, airflow, rival, "stranger", Role.EDITOR)
        for role in Role:
            add_to(session, airflow, agency, role.value, role)
        return agency.id


def add_to(session: Session, airflow: FakeAirflow, account: Account, name: str, role: Role) -> None:
    create_user(session, account.id, username=name, email=f"{name}@x.example", role=role)
    airflow.users[name] = (f"{name}@x.example", OLD_PASSWORD, {MEMBER_ROLE})


def who(agency: int, role: Role) -> Person:
    return Person(role.value, agency, role)


def roles_of(sessions: Sessions) -> dict[str, Role]:
    with sessions() as session:
        return {user.username: user.role for user in session.scalars(select(User))}


SAYS = [
    (Role.OWNER, set(Role)),
    (Role.ADMIN, {Role.ADMIN, Role.EDITOR, Role.VIEWER}),
    (Role.EDITOR, set()),
    (Role.VIEWER, set()),
]


@pytest.mark.parametrize(("by", "over"), SAYS)
def test_owners_have_a_say_over_all_admins_over_all_but_owners_the_others_over_nobody(
    by: Role, over: set[Role]
) -> None:
    assert {role for role in Role if has_say_over(who(1, by), role)} == over
    assert has_say_over(Person("root", is_platform_admin=True), Role.OWNER)


@pytest.mark.parametrize(("by", "over"), SAYS)
def test_a_role_that_is_not_ones_own_to_give_is_refused_and_nobody_is_added(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int, *, by: Role, over: set[Role]
) -> None:
    before = dict(airflow.users)
    for role in set(Role) - over:
        with pytest.raises(NotAllowed):
            add_member(sessions, sign_ins, replace(NEW, role=role), by=who(agency, by))
    assert "new" not in roles_of(sessions)
    assert airflow.users == before


def test_an_admin_adds_an_editor_who_can_sign_in(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int
) -> None:
    added = add_member(sessions, sign_ins, NEW, by=who(agency, Role.ADMIN))
    assert airflow.users["new"][1] == added.password
    assert roles_of(sessions)["new"] is Role.EDITOR


@pytest.mark.parametrize("name", ["admin", "stranger"])
def test_whoever_is_there_already_keeps_his_password(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int, name: str
) -> None:
    wish = Wish(name, f"{name}@x.example", "agency", Role.ADMIN, password="a-password-to-take-over")
    by = who(agency, Role.OWNER)
    with pytest.raises(Conflict):
        add_member(scoped(sessions, scope_of(by)), replace_admin(sign_ins), wish, by=by)
    assert airflow.users[name][1] == OLD_PASSWORD


def replace_admin(sign_ins: FabUsers) -> FabUsers:
    """The same, asked by somebody whose own name is not reserved."""
    return FabUsers(replace(sign_ins.airflow, username="root"))


@pytest.mark.parametrize("by", [Role.OWNER, Role.ADMIN])
def test_somebody_of_another_account_cannot_be_removed_not_even_from_airflow(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int, by: Role
) -> None:
    person = who(agency, by)
    airflow.users["orphan"] = ("o@x.example", OLD_PASSWORD, {MEMBER_ROLE})
    for name in ("stranger", "orphan", "nobody"):
        with pytest.raises(NotFound):
            remove_member(scoped(sessions, scope_of(person)), sign_ins, "agency", name, by=person)
    assert {"stranger", "orphan"} <= airflow.users.keys()


def test_an_admin_removes_an_admin_and_no_owner(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int
) -> None:
    by = who(agency, Role.ADMIN)
    with pytest.raises(NotAllowed, match="only owners"):
        remove_member(sessions, sign_ins, "agency", "owner", by=by)
    assert remove_member(sessions, sign_ins, "agency", "admin", by=by)
    assert ("owner" in airflow.users, "admin" in airflow.users) == (True, False)
    assert "admin" not in roles_of(sessions)


def test_the_last_owner_cannot_remove_himself(
    sessions: Sessions, sign_ins: FabUsers, airflow: FakeAirflow, agency: int
) -> None:
    with pytest.raises(Conflict, match="last owner"):
        remove_member(sessions, sign_ins, "agency", "owner", by=who(agency, Role.OWNER))
    assert "owner" in airflow.users
    assert roles_of(sessions)["owner"] is Role.OWNER


def change(sessions: Sessions, username: str, role: Role, by: Person) -> None:
    with sessions.begin() as session:
        change_role(session, user_of_account(session, by.account_id or 0, username), role, by=by)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.VIEWER])
def test_the_last_owner_cannot_demote_himself(sessions: Sessions, agency: int, role: Role) -> None:
    with pytest.raises(Conflict, match="last owner"):
        change(sessions, "owner", role, who(agency, Role.OWNER))
    assert roles_of(sessions)["owner"] is Role.OWNER


def test_an_admin_makes_no_owner_of_himself_and_demotes_none(sessions: Sessions, agency: int) -> None:
    admin = who(agency, Role.ADMIN)
    with pytest.raises(NotAllowed):
        change(sessions, "admin", Role.OWNER, admin)
    with pytest.raises(NotAllowed):
        change(sessions, "owner", Role.VIEWER, admin)
    change(sessions, "viewer", Role.EDITOR, admin)
    change(sessions, "editor", Role.ADMIN, who(agency, Role.OWNER))
    roles = roles_of(sessions)
    assert (roles["viewer"], roles["editor"]) == (Role.EDITOR, Role.ADMIN)
    assert (roles["owner"], roles["admin"]) == (Role.OWNER, Role.ADMIN)


def test_of_two_owners_who_go_at_the_same_moment_one_stays(sessions: Sessions, agency: int) -> None:
    change(sessions, "admin", Role.OWNER, who(agency, Role.OWNER))

    def leave(name: str) -> bool:
        try:
            change(sessions, name, Role.VIEWER, Person(name, agency, Role.OWNER))
        except Igny8Error:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        left = list(both.map(leave, ("owner", "admin")))
    assert sorted(left) == [False, True]
    with sessions() as session:
        account = account_by_slug(session, "agency")
        owners = select(User).where(User.account_id == account.id, User.role == Role.OWNER)
        assert len(session.scalars(owners).all()) == 1
