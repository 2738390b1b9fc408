"""Who may do what in Airflow: what each role may stands here as a list, and whatever is not on it is closed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.common.types import MenuItem
from airflow.models import DagModel
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User
from airflow.providers.fab.auth_manager.models.anonymous_user import AnonymousUser
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import TECHNICAL_ROLE, TECHNICAL_USER
from igny8_lib.db.session import Sessions
from igny8_lib.models import Role
from igny8_lib.models import User as ProductUser
from igny8_lib.sites.users import create_user, grant_site
from tests.factories.sites import make_account, make_site
from tests.plugins.airflow_users import admin, fab_role, fab_user, member
from tests.plugins.conftest import NOBODY_LISTENS, Connect

METHODS = ("GET", "POST", "PUT", "DELETE")
MINE, NOT_GIVEN, FOREIGN, PLATFORM_DAG, NONE_SUCH = (
    "site__mine",
    "site__not-given",
    "site__foreign",
    "reconcile_runs",
    "x",
)
READS = {
    ("GET", entity)
    for entity in (
        None,
        "AUDIT_LOG",
        "DEPENDENCIES",
        "HITL_DETAIL",
        "RUN",
        "TASK",
        "TASK_INSTANCE",
        "TASK_LOGS",
        "VERSION",
        "WARNING",
        "XCOM",
    )
}
RUNS = {("PUT", None), ("POST", "RUN"), ("PUT", "RUN"), ("PUT", "TASK_INSTANCE"), ("PUT", "HITL_DETAIL")}
ON_A_DAG = {"owner": READS | RUNS, "admin": READS | RUNS, "editor": READS | RUNS, "viewer": READS}
WITHOUT_A_DAG = READS - {("GET", "AUDIT_LOG")}
STRANGERS = ("removed", "ungranted")


@pytest.fixture(autouse=True)
def people(sessions: Sessions) -> None:
    """An account with a user of each role, two sites of which one was given to all, and somebody else's site."""
    with sessions.begin() as session:
        account = make_account(session)
        mine = make_site(session, account, slug="mine")
        make_site(session, account, slug="not-given")
        make_site(session, slug="foreign")
        for role in Role:
            user = create_user(session, account.id, username=role, email=f"{role}@agency.example", role=role)
            grant_site(session, account.id, user, mine.id)
        create_user(session, account.id, username="ungranted", email="u@agency.example", role=Role.EDITOR)


def allowed_on(auth: Any, user: User, dag_id: str | None) -> set[tuple[str, str | None]]:
    """Every (method, entity) that the user is allowed on the DAG."""
    details = DagDetails(id=dag_id)
    return {
        (method, entity.value if entity else None)
        for method, entity in product(METHODS, (None, *DagAccessEntity))
        if auth.is_authorized_dag(method=method, user=user, access_entity=entity, details=details)
    }


@pytest.mark.parametrize("role", list(Role))
def test_a_member_does_on_his_sites_dags_what_his_role_allows(auth: Any, role: str) -> None:
    assert allowed_on(auth, member(role), MINE) == ON_A_DAG[role]
    sees_all = role in {"owner", "admin"}
    assert allowed_on(auth, member(role), NOT_GIVEN) == (ON_A_DAG[role] if sees_all else set())


@pytest.mark.parametrize("name", [*Role, *STRANGERS])
def test_every_other_dag_is_closed_to_everybody_whether_it_is_there_or_not(auth: Any, name: str) -> None:
    for dag_id in (FOREIGN, PLATFORM_DAG, NONE_SUCH):
        assert allowed_on(auth, member(name), dag_id) == set()


@pytest.mark.parametrize("role", list(Role))
def test_without_a_dag_members_may_ask_for_lists_that_are_filtered_and_for_nothing_else(auth: Any, role: str) -> None:
    assert allowed_on(auth, member(role), None) == WITHOUT_A_DAG
    assert auth.is_authorized_dag(method="GET", user=member(role))
    assert not auth.is_authorized_dag(method="PUT", user=member(role))


@pytest.mark.parametrize("role", list(Role))
def test_lists_hold_the_members_dags_and_changes_those_he_may_run(auth: Any, role: str) -> None:
    seen = {MINE, NOT_GIVEN} if role in {"owner", "admin"} else {MINE}
    expected = {"GET": seen, "PUT": set() if role == "viewer" else seen, "POST": set(), "DELETE": set()}
    everything = {MINE, NOT_GIVEN, FOREIGN, PLATFORM_DAG}
    for method in METHODS:
        assert auth.get_authorized_dag_ids(user=member(role), method=method) == expected[method]
        filtered = auth.filter_authorized_dag_ids(dag_ids=everything, user=member(role), method=method, team_name=None)
        assert filtered == expected[method]
    assert auth.get_authorized_dag_ids(user=member(role)) == seen


@pytest.mark.parametrize("name", STRANGERS)
def test_who_was_given_no_site_or_is_no_user_any_more_sees_no_dag(auth: Any, name: str) -> None:
    assert allowed_on(auth, member(name), None) | allowed_on(auth, member(name), MINE) == set()
    assert auth.get_authorized_dag_ids(user=member(name)) == set()


@pytest.mark.parametrize("role", list(Role))
def test_several_dags_at_once_are_allowed_where_each_of_them_is(auth: Any, role: str) -> None:
    def ask(*dag_ids: str) -> bool:
        requests = [
            {"method": "PUT", "access_entity": DagAccessEntity.RUN, "details": DagDetails(id=dag_id)}
            for dag_id in dag_ids
        ]
        return bool(auth.batch_is_authorized_dag(requests, user=member(role)))

    assert ask(MINE, MINE) is (role != "viewer")
    assert not ask(MINE, FOREIGN)


def closed_questions(auth: Any, user: User) -> Iterator[tuple[str, Any]]:
    """The answers about everything that members have nothing of."""
    kinds = ("configuration", "connection", "pool", "variable", "asset", "asset_alias", "team", "backfill")
    for kind, method in product(kinds, METHODS):
        yield f"{method} {kind}", getattr(auth, f"is_authorized_{kind}")(method=method, user=user)
    for kind in ("connection", "pool", "variable"):
        ask = getattr(auth, f"batch_is_authorized_{kind}")
        yield f"empty batch of {kind}", ask([], user=user)
        yield f"batch of {kind}", ask([{"method": "GET"}], user=user)
    for kind, method in product(("assets", "connections", "pools", "teams", "variables"), METHODS):
        yield f"{method} all {kind}", getattr(auth, f"get_authorized_{kind}")(user=user, method=method)
    yield "filter connections", auth.filter_authorized_connections(conn_ids={"igny8_ai"}, user=user)
    yield "filter pools", auth.filter_authorized_pools(pool_names={"site_mine"}, user=user)
    yield "filter variables", auth.filter_authorized_variables(variable_keys={"secret"}, user=user)
    yield "filter teams", auth.filter_authorized_teams(teams_names={"team"}, user=user)
    yield "extra menu", auth.get_extra_menu_items(user=user)


@pytest.mark.parametrize("name", [*Role, *STRANGERS])
def test_what_is_no_dag_of_theirs_is_closed_to_all_members(auth: Any, name: str) -> None:
    assert [question for question, answer in closed_questions(auth, member(name)) if answer] == []


@pytest.mark.parametrize("name", [*Role, "ungranted"])
def test_members_see_airflows_frame_its_plugins_and_two_entries_of_its_menu(auth: Any, name: str) -> None:
    user = member(name)
    views = {view for view in AccessView if auth.is_authorized_view(access_view=view, user=user)}
    assert views == {AccessView.WEBSITE, AccessView.PLUGINS}
    assert set(auth.get_authorized_menu_items(user=user)) == {MenuItem.DAGS, MenuItem.REQUIRED_ACTIONS}


@pytest.mark.parametrize("name", [*Role, "ungranted"])
def test_of_fabs_pages_members_have_the_one_for_their_own_password(auth: Any, name: str) -> None:
    resources = ("My Password", "My Profile", "Passwords", "Users", "Roles", "List Users", "User Stats Chart", "DAGs")
    methods = (*METHODS, "PATCH", "MENU", "can_read", "can_edit", "can_this_form_post", "muldelete")
    allowed = {
        (method, resource)
        for method, resource in product(methods, resources)
        if auth.is_authorized_custom_view(method=method, resource_name=resource, user=member(name))
    }
    assert allowed == {(method, "My Password") for method in ("GET", "PUT", "PATCH", "can_read", "can_edit")}


def test_a_removed_user_sees_nothing_at_all(auth: Any) -> None:
    user = member("removed")
    assert not [view for view in AccessView if auth.is_authorized_view(access_view=view, user=user)]
    assert auth.get_authorized_menu_items(user=user) == []
    assert not auth.is_authorized_custom_view(method="GET", resource_name="My Password", user=user)


@pytest.mark.parametrize("role", list(Role))
def test_a_task_that_waits_for_certain_people_takes_the_answer_of_one_of_them_who_runs_dags(
    auth: Any, role: str
) -> None:
    user = member(role)
    assert auth.is_authorized_hitl_task(assigned_users={user.get_id()}, user=user) is (role != "viewer")
    assert not auth.is_authorized_hitl_task(assigned_users={"8"}, user=user)


@pytest.mark.parametrize("role", list(Role))
def test_fab_roles_that_somebody_gave_a_member_besides_open_nothing(auth: Any, role: str) -> None:
    viewer = fab_role("Viewer", ("can_read", "DAGs"), ("can_read", "Connections"), ("menu_access", "Connections"))
    user = fab_user(role, viewer)
    assert allowed_on(auth, user, FOREIGN) == set()
    assert auth.get_authorized_dag_ids(user=user) == auth.get_authorized_dag_ids(user=member(role))
    assert [question for question, answer in closed_questions(auth, user) if answer] == []


def test_admins_and_users_that_are_none_of_ours_keep_what_fab_gives_them(auth: Any) -> None:
    assert allowed_on(auth, admin(), PLATFORM_DAG) >= {("GET", None), ("DELETE", None), ("GET", "CODE")}
    assert auth.is_authorized_connection(method="GET", user=admin())
    operator = fab_user("operator", fab_role("Ops", ("can_read", "DAGs"), ("can_read", "Pools")))
    assert allowed_on(auth, operator, PLATFORM_DAG) == {("GET", None)}
    assert auth.is_authorized_pool(method="GET", user=operator)
    assert not auth.is_authorized_connection(method="GET", user=operator)


def test_an_admin_of_airflow_who_is_a_user_of_the_product_too_stays_an_admin(auth: Any) -> None:
    assert auth.is_authorized_connection(method="DELETE", user=admin("viewer"))
    assert ("DELETE", None) in allowed_on(auth, admin("viewer"), FOREIGN)


def test_the_technical_user_has_what_its_role_holds_whatever_the_product_calls_its_users(
    auth: Any, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        create_user(session, make_account(session).id, username=TECHNICAL_USER, email="x@y.example", role=Role.OWNER)
    user = fab_user(TECHNICAL_USER, fab_role(TECHNICAL_ROLE, ("can_read", "DAGs")))
    assert allowed_on(auth, user, PLATFORM_DAG) == {("GET", None)}


def test_somebody_who_is_not_signed_in_is_no_member_whatever_users_are_called(auth: Any, sessions: Sessions) -> None:
    anonymous = AnonymousUser()
    anonymous._roles = {fab_role("Public")}
    with sessions.begin() as session:
        account = make_account(session)
        make_site(session, account, slug="public")
        session.add(
            ProductUser(account_id=account.id, username=anonymous.get_name(), email="x@y.example", role=Role.OWNER)
        )
    anonymous._perms = {("none", "none")}
    assert allowed_on(auth, anonymous, "site__public") == set()
    assert not auth.is_authorized_pool(method="GET", user=anonymous)
    assert not auth.is_authorized_pool(method="GET", user=None)


def test_while_the_product_database_is_away_admins_are_answered_and_members_are_denied(
    connect_auth: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    auth = connect_auth(NOBODY_LISTENS)
    assert ("DELETE", "RUN") in allowed_on(auth, admin(), MINE)
    assert auth.is_authorized_view(access_view=AccessView.JOBS, user=admin())
    with Session(create_engine("sqlite://")) as airflow:
        DagModel.__table__.create(airflow.connection())
        assert auth.get_authorized_dag_ids(user=admin(), session=airflow) == set()
    assert caplog.text == ""
    for role in Role:
        assert allowed_on(auth, member(role), MINE) | allowed_on(auth, member(role), None) == set()
        assert auth.get_authorized_dag_ids(user=member(role)) == set()
        assert not auth.is_authorized_view(access_view=AccessView.WEBSITE, user=member(role))
    assert "Nothing is open to owner: The product database does not answer" in caplog.text
    assert len(caplog.records) < 10, "one line a second, not one for each question"


QUESTIONS = ("is_authorized_", "batch_is_authorized_", "get_authorized_", "filter_authorized_")
BY_THE_ONE_BELOW = {
    "batch_is_authorized_dag": "is_authorized_dag",
    "filter_authorized_connections": "is_authorized_connection",
    "filter_authorized_pools": "is_authorized_pool",
    "filter_authorized_teams": "is_authorized_team",
    "filter_authorized_variables": "is_authorized_variable",
    "get_authorized_menu_items": "filter_authorized_menu_items",
}
"""Questions that Airflow answers by asking another one, which is answered by the product."""


def test_every_question_that_airflow_has_is_answered_by_the_product(auth: Any) -> None:
    asked = {
        name
        for manager in (BaseAuthManager, FabAuthManager)
        for name, _ in inspect.getmembers(manager, inspect.isfunction)
        if name.startswith(QUESTIONS)
    }
    answered = {name for name in vars(type(auth)) if name.startswith(QUESTIONS)}
    assert asked - answered == set(BY_THE_ONE_BELOW)
    assert answered <= asked
    assert set(BY_THE_ONE_BELOW.values()) <= answered
