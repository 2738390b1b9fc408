"""FAB's users as the auth manager meets them: objects with roles, no database behind them."""

from __future__ import annotations

from airflow.providers.fab.auth_manager.models import Action, Permission, Resource, Role, User

from igny8_lib.airflow_api.fab_names import ADMIN_ROLE, MEMBER_ROLE

EVERYTHING = tuple(
    (f"can_{verb}", resource)
    for verb in ("read", "create", "edit", "delete")
    for resource in (
        "DAGs",
        "DAG Runs",
        "DAG Code",
        "Task Instances",
        "Audit Logs",
        "Configurations",
        "Connections",
        "Pools",
        "Variables",
        "Website",
        "Users",
        "Plugins",
        "Jobs",
        "Assets",
    )
)
"""What an admin's role holds of FAB's permissions, as far as the tests ask."""


def fab_user(name: str, *roles: Role) -> User:
    """A user of FAB with these roles."""
    return User(id=7, username=name, email=f"{name}@agency.example", active=True, roles=list(roles))


def fab_role(name: str, *permissions: tuple[str, str]) -> Role:
    """A role of FAB with (action, resource) pairs."""
    made = [Permission(action=Action(name=action), resource=Resource(name=what)) for action, what in permissions]
    return Role(name=name, permissions=made)


def member(name: str) -> User:
    """A user as `igny8 users add` makes them."""
    return fab_user(name, fab_role(MEMBER_ROLE))


def admin(name: str = "admin") -> User:
    """One of Airflow's admins."""
    return fab_user(name, fab_role(ADMIN_ROLE, *EVERYTHING))
