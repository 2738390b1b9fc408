"""People are in the product and in Airflow, or in neither; a repeated command completes what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi, AirflowUnreachable
from igny8_lib.airflow_api.fab_names import ADMIN_ROLE, MEMBER_ROLE, TECHNICAL_USER
from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.airflow_api.people import Wish, add_person, remove_person
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import Role, SiteUserAccess, User
from igny8_lib.sites.access import Person
from igny8_lib.sites.users import person
from tests.airflow_fake import FakeAirflow
from tests.factories.sites import make_account, make_site

WISH = Wish("ann", "ann@agency.example", "agency", Role.EDITOR, ("blog",))
PASSWORD = "a-long-enough-password"


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture
def api(airflow: FakeAirflow) -> AirflowApi:
    """The client; each request is sent once, as the command line does."""
    api = airflow.api()
    api.attempts = 1
    return api


@pytest.fixture(autouse=True)
def site_id(sessions: Sessions) -> int:
    """Account `agency` with the site `blog`, and somebody else's site `other`."""
    with sessions.begin() as session:
        make_site(session, slug="other")
        return make_site(session, make_account(session, slug="agency"), slug="blog").id


def people(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return sorted(session.scalars(select(User.username)))


def test_a_user_is_added_to_both_with_the_sites_and_a_password_made_up(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, session: Session, site_id: int
) -> None:
    added = add_person(sessions, FabUsers(api), WISH)
    assert (added.known, added.signs_in) == (False, False)
    assert airflow.users == {"ann": ("ann@agency.example", added.password, {MEMBER_ROLE})}
    assert len(added.password) >= 12
    assert added.password not in repr(added)
    found = person(session, "ann")
    assert found == Person("ann", found.account_id, Role.EDITOR, frozenset({site_id}))
    other = add_person(sessions, FabUsers(api), replace(WISH, username="ben", email="ben@agency.example"))
    assert other.password != added.password


def test_a_password_that_is_given_is_used(airflow: FakeAirflow, api: AirflowApi, sessions: Sessions) -> None:
    assert add_person(sessions, FabUsers(api), replace(WISH, password=PASSWORD)).password == PASSWORD
    assert airflow.users["ann"][1] == PASSWORD


BAD_WISHES: list[tuple[dict[str, object], type[Exception], str]] = [
    ({"username": "Ann"}, InvalidInput, "is no user name"),
    ({"username": "a/../b"}, InvalidInput, "is no user name"),
    ({"username": ""}, InvalidInput, "is no user name"),
    ({"username": "x" * 65}, InvalidInput, "is no user name"),
    ({"username": TECHNICAL_USER}, Conflict, "Airflow's own"),
    ({"username": "admin"}, Conflict, "Airflow's own"),
    ({"email": "nowhere"}, InvalidInput, "e-mail address"),
    ({"account": "nobody"}, NotFound, "no account"),
    ({"sites": ("blog", "other")}, NotFound, "no site 'other'"),
    ({"password": "short"}, InvalidInput, "12 to 200 characters"),
    ({"password": "with-a-\x07-in-the-middle"}, InvalidInput, "can be printed"),
]


@pytest.mark.parametrize("bad", BAD_WISHES, ids=lambda bad: str(bad[0]))
def test_a_bad_wish_changes_nothing_and_asks_airflow_for_nothing(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, bad: tuple[dict[str, object], type[Exception], str]
) -> None:
    change, error, sentence = bad
    with pytest.raises(error, match=sentence):
        add_person(sessions, FabUsers(api), replace(WISH, **change))  # type: ignore[arg-type]  # values of the wish's fields
    assert (people(sessions), airflow.asked) == ([], [])


@pytest.mark.parametrize("role", [ADMIN_ROLE, "Op", "IGNY8 reconciler"])
@pytest.mark.parametrize("name", ["ann", "Ann"])
def test_a_name_that_airflow_gave_to_somebody_else_is_refused_in_any_case(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, name: str, role: str
) -> None:
    airflow.users[name] = ("x@y.example", "theirs", {role})
    with pytest.raises(Conflict, match=f"Airflow has a user '{name}'"):
        add_person(sessions, FabUsers(api), WISH)
    assert people(sessions) == []
    assert airflow.users == {name: ("x@y.example", "theirs", {role})}


def test_an_address_that_another_user_of_airflow_has_is_refused(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions
) -> None:
    airflow.users["boss"] = (WISH.email, "theirs", {ADMIN_ROLE})
    with pytest.raises(Conflict, match=r"email `ann@agency\.example` is already taken"):
        add_person(sessions, FabUsers(api), WISH)
    assert people(sessions) == []


def test_the_same_command_again_changes_nothing_and_keeps_the_password(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions
) -> None:
    add_person(sessions, FabUsers(api), replace(WISH, password=PASSWORD))
    before = dict(airflow.users)
    again = add_person(sessions, FabUsers(api), WISH)
    assert (again.known, again.signs_in, again.password) == (True, True, "")
    assert (people(sessions), airflow.users) == (["ann"], before)


def test_the_same_command_again_with_a_password_sets_it(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions
) -> None:
    add_person(sessions, FabUsers(api), WISH)
    add_person(sessions, FabUsers(api), replace(WISH, password=PASSWORD))
    assert airflow.users["ann"][1] == PASSWORD


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"email": "other@agency.example"}])
def test_a_user_who_is_there_otherwise_is_not_changed_by_adding_him(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, change: dict[str, object]
) -> None:
    add_person(sessions, FabUsers(api), WISH)
    with pytest.raises(Conflict, match="`igny8 users role` changes the role"):
        add_person(sessions, FabUsers(api), replace(WISH, password=PASSWORD, **change))  # type: ignore[arg-type]  # as above
    assert airflow.users["ann"][1] != PASSWORD


def test_a_user_of_another_account_keeps_his_name(api: AirflowApi, sessions: Sessions) -> None:
    with sessions.begin() as session:
        make_account(session, slug="rival")
    add_person(sessions, FabUsers(api), WISH)
    with pytest.raises(Conflict, match="'ann' is taken"):
        add_person(sessions, FabUsers(api), replace(WISH, account="rival", sites=()))


def failing(airflow: FakeAirflow, number: int, *, lost: bool) -> Callable[[], None]:
    """Let the request of that number not arrive, or its answer be lost; returns how to mend it."""
    seen = iter(range(1, 100))

    def fail(_: str) -> None:
        if next(seen) == number:
            raise httpx.ReadError("cut") if lost else httpx.ConnectError("refused")

    def mend() -> None:
        airflow.before = airflow.after = lambda _: None

    if lost:
        airflow.after = fail
    else:
        airflow.before = fail
    return mend


FAULTS = [(number, lost) for number in (1, 2, 3) for lost in (False, True)]


@pytest.mark.parametrize(("number", "lost"), FAULTS)
def test_whatever_request_fails_the_product_keeps_nothing_and_the_command_again_completes_it(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, number: int, *, lost: bool
) -> None:
    mend = failing(airflow, number, lost=lost)
    with pytest.raises(AirflowUnreachable):
        add_person(sessions, FabUsers(api), WISH)
    assert people(sessions) == []
    mend()
    added = add_person(sessions, FabUsers(api), WISH)
    assert people(sessions) == ["ann"]
    assert airflow.users == {"ann": (WISH.email, added.password, {MEMBER_ROLE})}
    assert added.password, "nobody was told another one"


def test_a_lost_answer_that_the_client_asks_for_again_is_no_conflict_with_itself(
    airflow: FakeAirflow, sessions: Sessions
) -> None:
    failing(airflow, 3, lost=True)
    added = add_person(sessions, FabUsers(airflow.api()), WISH)
    assert airflow.users["ann"][1] == added.password


def test_a_user_whom_airflow_forgot_gets_a_new_login(airflow: FakeAirflow, api: AirflowApi, sessions: Sessions) -> None:
    first = add_person(sessions, FabUsers(api), WISH)
    airflow.users.clear()
    again = add_person(sessions, FabUsers(api), WISH)
    assert (again.known, again.signs_in) == (True, False)
    assert airflow.users["ann"][1] == again.password != first.password


def test_a_removed_user_is_in_neither_and_what_was_given_to_him_is_gone(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, session: Session
) -> None:
    add_person(sessions, FabUsers(api), WISH)
    assert remove_person(sessions, FabUsers(api), "ann")
    assert (people(sessions), airflow.users) == ([], {})
    assert session.scalars(select(SiteUserAccess)).all() == []
    with pytest.raises(NotFound, match="no user 'ann'"):
        remove_person(sessions, FabUsers(api), "ann")


@pytest.mark.parametrize(("number", "lost"), [fault for fault in FAULTS if fault[0] < 3])
def test_whatever_request_fails_a_removal_changes_nothing_in_the_product_and_is_completed_again(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions, number: int, *, lost: bool
) -> None:
    add_person(sessions, FabUsers(api), WISH)
    mend = failing(airflow, number, lost=lost)
    with pytest.raises(AirflowUnreachable):
        remove_person(sessions, FabUsers(api), "ann")
    assert people(sessions) == ["ann"]
    mend()
    assert remove_person(sessions, FabUsers(api), "ann")
    assert (people(sessions), airflow.users) == ([], {})


def test_somebody_whom_the_product_does_not_know_is_removed_from_airflow_where_he_is_a_member_only(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions
) -> None:
    airflow.users |= {"left": ("l@x.example", "p", {MEMBER_ROLE}), "boss": ("b@x.example", "p", {ADMIN_ROLE})}
    assert remove_person(sessions, FabUsers(api), "left")
    with pytest.raises(NotFound):
        remove_person(sessions, FabUsers(api), "boss")
    assert set(airflow.users) == {"boss"}


def test_a_user_to_whom_airflow_gave_other_roles_stays_there(
    airflow: FakeAirflow, api: AirflowApi, sessions: Sessions
) -> None:
    add_person(sessions, FabUsers(api), WISH)
    airflow.users["ann"][2].add("Op")
    assert not remove_person(sessions, FabUsers(api), "ann")
    assert (people(sessions), set(airflow.users)) == ([], {"ann"})


def test_airflows_users_are_read_a_hundred_at_a_time(airflow: FakeAirflow, api: AirflowApi) -> None:
    airflow.users |= {f"user-{number}": (f"{number}@x.example", "p", {MEMBER_ROLE}) for number in range(150)}
    assert FabUsers(api).all().keys() == airflow.users.keys()
    assert len(airflow.asked) == 2
