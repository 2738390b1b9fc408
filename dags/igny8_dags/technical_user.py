"""The user as whom the product's tasks speak to Airflow's API: no person, no rights but those of its calls.

Its password is generated and kept in one place, the connection `igny8_airflow`, which Airflow encrypts. People may name
another user there; then this one is left alone.
"""

from __future__ import annotations

import secrets

from airflow.models import Connection
from airflow.providers.fab.auth_manager.models import Role
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_dags.fab_roles import set_role
from igny8_lib.airflow_api.fab_names import TECHNICAL_ROLE, TECHNICAL_USER

CONNECTION = "igny8_airflow"
PERMISSIONS = (
    ("can_read", "DAGs"),  # is it paused, when does it start next
    ("can_edit", "DAGs"),  # pause it; have its file read again; a DAG run's changes ask for it, too
    ("can_read", "DAG Runs"),
    ("can_create", "DAG Runs"),  # start one
    ("can_edit", "DAG Runs"),  # end one
    ("can_delete", "DAG Runs"),  # the old ones of what runs every minute
    ("can_read", "Task Instances"),  # does one run
    ("can_create", "Pools"),  # a site's
    ("can_read", "Pools"),  # which are missing
    ("can_edit", "Pools"),  # one slot again
    ("can_read", "Audit Logs"),  # who paused, who ended
)
"""What the calls of igny8_lib/airflow_api/client.py need, as (action, resource) of Airflow's FAB auth manager."""


def ensure_technical_user(manager: FabAirflowSecurityManagerOverride, session: Session) -> str:
    """Make the role, the user and the connection, or mend what of them is missing or differs.

    Returns "made", "mended" or "kept"; "another user" where people named one in the connection.
    """
    connection = session.scalar(select(Connection).where(Connection.conn_id == CONNECTION))
    if connection is not None and connection.login not in {None, "", TECHNICAL_USER}:
        return "another user"
    role = set_role(manager, TECHNICAL_ROLE, PERMISSIONS)
    known = connection.password if connection is not None else None
    password = known or secrets.token_hex(24)
    done = set_user(manager, role, password)
    if connection is None:
        connection = Connection(conn_id=CONNECTION, conn_type="http", description="The product's own user of this API")
        session.add(connection)
    if connection.login != TECHNICAL_USER or not known:
        connection.login = TECHNICAL_USER
        connection.set_password(password)
        done = "mended" if done == "kept" else done
    return done


def set_user(manager: FabAirflowSecurityManagerOverride, role: Role, password: str) -> str:
    """The user with this role alone and this password."""
    user = manager.find_user(TECHNICAL_USER)
    if user is None:
        if not manager.add_user(TECHNICAL_USER, "IGNY8", "Reconciler", f"{TECHNICAL_USER}@example.com", role, password):
            raise SystemExit(f"The user {TECHNICAL_USER} could not be made.")
        return "made"
    done = "kept"
    if [held.name for held in user.roles] != [TECHNICAL_ROLE]:
        user.roles = [role]
        manager.update_user(user)
        done = "mended"
    if not has_password(user.password, password):
        manager.reset_password(user.id, password)
        done = "mended"
    return done


def has_password(stored: str, password: str) -> bool:
    """Whether the stored hash is the password's."""
    from werkzeug.security import check_password_hash  # noqa: PLC0415 - for a second run only

    return check_password_hash(stored, password)
