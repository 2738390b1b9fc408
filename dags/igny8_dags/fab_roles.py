"""Roles of Airflow's auth manager (FAB) that are the product's."""

from __future__ import annotations

from collections.abc import Sequence

from airflow.providers.fab.auth_manager.models import Role
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride


def set_role(
    manager: FabAirflowSecurityManagerOverride, name: str, permissions: Sequence[tuple[str, str]] = ()
) -> Role:
    """The role with exactly these (action, resource) permissions: what people added to it is taken away."""
    role = manager.add_role(name)
    wanted = [manager.create_permission(action, resource) for action, resource in permissions]
    if {permission.id for permission in role.permissions} != {permission.id for permission in wanted}:
        role.permissions = wanted
        manager.session.commit()
    return role
