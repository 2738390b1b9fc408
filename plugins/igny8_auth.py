"""Who may do what in Airflow's own UI and API: its admins as ever, the product's members on their sites' DAGs alone.

FAB keeps passwords, the login and its Admin role. For everybody else each question is answered from the product's users
and grants, so a new site costs no permission row and a revoked grant is gone within five seconds. Lists of what members
may do are all there is: what a coming version of Airflow adds is closed to them until somebody opens it here.

The class is named so that its name does not hold FAB's: the dag-processor then synchronises no permissions per DAG
(airflow/dag_processing/collection.py).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.common.types import ExtraMenuItem, MenuItem
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User
from airflow.providers.fab.www.security.permissions import ACTION_CAN_EDIT, ACTION_CAN_READ, RESOURCE_MY_PASSWORD
from airflow.providers.fab.www.utils import get_fab_action_from_method_map
from igny8_product import members

from igny8_lib.airflow_api.fab_names import ADMIN_ROLE, MEMBER_ROLE, TECHNICAL_ROLE
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.members import Member, MembersUnknown

log = logging.getLogger(__name__)

READS = frozenset(
    {
        None,  # the DAG itself
        DagAccessEntity.AUDIT_LOG,
        DagAccessEntity.DEPENDENCIES,
        DagAccessEntity.HITL_DETAIL,
        DagAccessEntity.RUN,
        DagAccessEntity.TASK,
        DagAccessEntity.TASK_INSTANCE,
        DagAccessEntity.TASK_LOGS,
        DagAccessEntity.VERSION,
        DagAccessEntity.WARNING,
        DagAccessEntity.XCOM,
    }
)
"""Of a DAG that is theirs. The code is the product's."""
LISTS = READS - {DagAccessEntity.AUDIT_LOG}
"""Asked for without a DAG, and filtered by `get_authorized_dag_ids`. The audit log would add rows of no DAG."""
WRITES: frozenset[tuple[str, DagAccessEntity | None]] = frozenset(
    {
        ("PUT", None),  # pause and resume
        ("POST", DagAccessEntity.RUN),
        ("PUT", DagAccessEntity.RUN),
        ("PUT", DagAccessEntity.TASK_INSTANCE),
        ("PUT", DagAccessEntity.HITL_DETAIL),
    }
)
"""What those who may start runs do besides."""
VIEWS = frozenset({AccessView.WEBSITE, AccessView.PLUGINS})
"""Airflow's UI itself, and the list of plugins, from which it makes the product's entry in the navigation."""
MENU = frozenset({MenuItem.DAGS, MenuItem.REQUIRED_ACTIONS})
PAGES = frozenset({(ACTION_CAN_READ, RESOURCE_MY_PASSWORD), (ACTION_CAN_EDIT, RESOURCE_MY_PASSWORD)})
"""Of FAB's own pages: the form for another password."""
STRANGER = Member(Person(""), frozenset())
"""Somebody whom the product does not know (any more), or who cannot be looked up now: nothing is open to him."""


def is_platform_admin(user: Any) -> bool:
    """Whether FAB knows the user as an admin; asked before the product's database, which may be away."""
    return ADMIN_ROLE in role_names(user)


def role_names(user: Any) -> frozenset[str]:
    """The FAB roles of a user; none of somebody anonymous."""
    return frozenset(role.name for role in getattr(user, "roles", None) or ())


def member_of(user: Any) -> Member | None:
    """The product's member; None for those whom FAB's own rules hold for: its admins, users that are none of ours, and
    whoever is not signed in.

    A user of FAB's member role whom the product does not know is a stranger. While the database is away so is everybody
    but the admins: who is a member is not known.
    """
    if user is None or user.is_anonymous:
        return None
    roles = role_names(user)
    if ADMIN_ROLE in roles or TECHNICAL_ROLE in roles:
        return None
    try:
        known = members().member(user.get_name())
    except MembersUnknown as error:
        if error.__cause__:  # it was asked; those who ask within the next second are not told one by one
            log.warning("Nothing is open to %s: %s (%s)", user.get_name(), error, error.__cause__)
        return STRANGER
    return known or (STRANGER if MEMBER_ROLE in roles else None)


def fab_decides_for(user: User) -> bool:
    """Whether FAB's own rules hold for the user."""
    return member_of(user) is None


def may_read(member: Member) -> bool:
    """Whether the member has any role at all."""
    return may(member.person, Action.READ)


def may_start(member: Member) -> bool:
    """Whether the member's role starts and ends runs."""
    return may(member.person, Action.START_RUNS)


class SiteAuthManager(FabAuthManager):
    """FAB's auth manager, with the product's own answers for the product's members."""

    def is_authorized_dag(
        self,
        *,
        method: str,
        user: User,
        access_entity: DagAccessEntity | None = None,
        details: DagDetails | None = None,
    ) -> bool:
        """A member reads what belongs to his sites' DAGs, and starts, pauses and ends their runs where his role goes so
        far."""
        if (member := member_of(user)) is None:
            return super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
        dag = details.id if details else None
        if not dag:
            return method == "GET" and access_entity in LISTS and bool(member.dag_ids)
        if dag not in member.dag_ids:
            return False
        if method == "GET":
            return access_entity in READS
        return (method, access_entity) in WRITES and may_start(member)

    def get_authorized_dag_ids(self, *, user: User, method: str = "GET", **rest: Any) -> set[str]:
        """The member's DAGs: to read all, to change none where his role does not go so far."""
        if (member := member_of(user)) is None:
            return super().get_authorized_dag_ids(user=user, method=method, **rest)
        allowed = method == "GET" or (method == "PUT" and may_start(member))
        return set(member.dag_ids) if allowed else set()

    def filter_authorized_dag_ids(self, *, dag_ids: set[str], user: User, method: str = "GET", **rest: Any) -> set[str]:
        """Those of them that are the member's."""
        if fab_decides_for(user):
            return super().filter_authorized_dag_ids(dag_ids=dag_ids, user=user, method=method, **rest)
        return set(dag_ids) & self.get_authorized_dag_ids(user=user, method=method)

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: User) -> bool:
        """A task that waits for one of these people: the member must be one of them, and one who runs DAGs."""
        member = member_of(user)
        may_answer = member is None or may_start(member)
        return may_answer and super().is_authorized_hitl_task(assigned_users=assigned_users, user=user)

    def is_authorized_view(self, *, access_view: AccessView, user: User, **rest: Any) -> bool:
        """Members see Airflow's frame and the entries of its plugins."""
        if (member := member_of(user)) is None:
            return super().is_authorized_view(access_view=access_view, user=user, **rest)
        return access_view in VIEWS and may_read(member)

    def is_authorized_custom_view(self, *, method: str, resource_name: str, user: User) -> bool:
        """Of the pages of FAB and of plugins that ask for a permission a member has the one for his own password."""
        if (member := member_of(user)) is None:
            return super().is_authorized_custom_view(method=method, resource_name=resource_name, user=user)
        action = get_fab_action_from_method_map().get(method, method)
        return (action, resource_name) in PAGES and may_read(member)

    def filter_authorized_menu_items(self, menu_items: list[MenuItem], user: User) -> list[MenuItem]:
        """The entries of Airflow's navigation that lead to something."""
        if (member := member_of(user)) is None:
            return super().filter_authorized_menu_items(menu_items, user)
        return [item for item in menu_items if item in MENU and may_read(member)]

    def get_extra_menu_items(self, *, user: User) -> list[ExtraMenuItem]:
        """FAB's pages on users and roles, for admins."""
        return super().get_extra_menu_items(user=user) if fab_decides_for(user) else []

    # What members have nothing of: FAB answers for its own users alone.

    def is_authorized_configuration(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_configuration(user=user, **asked)

    def is_authorized_connection(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_connection(user=user, **asked)

    def is_authorized_pool(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_pool(user=user, **asked)

    def is_authorized_variable(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_variable(user=user, **asked)

    def is_authorized_asset(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_asset(user=user, **asked)

    def is_authorized_asset_alias(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_asset_alias(user=user, **asked)

    def is_authorized_backfill(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_backfill(user=user, **asked)

    def is_authorized_team(self, *, user: User, **asked: Any) -> bool:
        return fab_decides_for(user) and super().is_authorized_team(user=user, **asked)

    # An empty list of wishes would be granted, one by one: Airflow then hands the body on.

    def batch_is_authorized_connection(self, requests: Sequence[Any], *, user: User) -> bool:
        return fab_decides_for(user) and super().batch_is_authorized_connection(requests, user=user)

    def batch_is_authorized_pool(self, requests: Sequence[Any], *, user: User) -> bool:
        return fab_decides_for(user) and super().batch_is_authorized_pool(requests, user=user)

    def batch_is_authorized_variable(self, requests: Sequence[Any], *, user: User) -> bool:
        return fab_decides_for(user) and super().batch_is_authorized_variable(requests, user=user)

    # FAB knows no rights on single ones of these and would name them all.

    def get_authorized_assets(self, *, user: User, **asked: Any) -> set[int]:
        return super().get_authorized_assets(user=user, **asked) if fab_decides_for(user) else set()

    def get_authorized_connections(self, *, user: User, **asked: Any) -> set[str]:
        return super().get_authorized_connections(user=user, **asked) if fab_decides_for(user) else set()

    def get_authorized_pools(self, *, user: User, **asked: Any) -> set[str]:
        return super().get_authorized_pools(user=user, **asked) if fab_decides_for(user) else set()

    def get_authorized_teams(self, *, user: User, **asked: Any) -> set[str]:
        return super().get_authorized_teams(user=user, **asked) if fab_decides_for(user) else set()

    def get_authorized_variables(self, *, user: User, **asked: Any) -> set[str]:
        return super().get_authorized_variables(user=user, **asked) if fab_decides_for(user) else set()
