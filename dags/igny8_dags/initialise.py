"""Airflow's part of the initialisation, in one process: `python -m igny8_dags.initialise < wish.json`.

Each `airflow` command takes 2 to 5 seconds to import Airflow; here the schema, the users, pools, connections and
variables share one import. The wish arrives on the standard input while the schema is already being migrated; the
answer, one JSON document, is the last line of the standard output.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

from airflow.models import Connection, Variable
from airflow.models.pool import Pool
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from airflow.utils.db import upgradedb
from airflow.utils.providers_configuration_loader import providers_configuration_loaded
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_dags.fab_roles import set_role
from igny8_dags.pools import write_pool
from igny8_dags.technical_user import ensure_technical_user, has_password
from igny8_lib.airflow_api.fab_names import MEMBER_ROLE


@providers_configuration_loaded
def main() -> None:
    """Migrate, read the wish, fulfil it, answer."""
    with contextlib.redirect_stdout(sys.stderr):  # Airflow's own words are no part of the answer
        upgradedb()
        wish = json.load(sys.stdin)
        with create_session(scoped=False) as session:
            made: dict[str, Any] = {
                "pools": add_missing_pools(session, wish["pools"]) + set_site_pools(session, wish["site_pools"]),
                "connections": add_missing_connections(session, wish["connections"]),
                "variables": add_missing_variables(session, wish["variables"]),
            }
            made |= ensure_users(session, wish["admin"])  # last: a connection of the settings may name another user
    print(json.dumps(made))  # noqa: T201 - the answer


def ensure_users(session: Session, admin: dict[str, str]) -> dict[str, Any]:
    """Synchronise Airflow's roles; make that of the product's people, the first user and the technical one."""
    with get_application_builder() as builder:
        manager = builder.sm
        manager.sync_roles()
        set_role(manager, MEMBER_ROLE)
        return {"admin": ensure_admin(manager, **admin), "reconciler": ensure_technical_user(manager, session)}


def ensure_admin(manager: FabAirflowSecurityManagerOverride, username: str, password: str) -> str:
    """Make the first user, or give it the password that is asked for."""
    user = manager.find_user(username)
    if user is None:
        role = manager.find_role("Admin")
        if not manager.add_user(username, "IGNY8", "Admin", f"{username}@example.com", role, password):
            raise SystemExit(f"The user {username} could not be made.")
        return "made"
    if has_password(user.password, password):
        return "kept"
    manager.reset_password(user.id, password)
    return "password changed"


def add_missing_pools(session: Session, pools: list[dict[str, Any]]) -> int:
    """Pools of airflow_settings.yaml; one that is there keeps the slots that people gave it."""
    known = set(session.scalars(select(Pool.pool)))
    missing = [pool for pool in pools if pool["name"] not in known]
    set_site_pools(session, missing)
    return len(missing)


def set_site_pools(session: Session, pools: list[dict[str, Any]]) -> int:
    """Pools of the sites: one slot, always."""
    for pool in pools:
        write_pool(session, pool["name"], int(pool["slots"]), pool.get("description", ""))
    return len(pools)


def add_missing_connections(session: Session, connections: list[dict[str, Any]]) -> int:
    """Connections of airflow_settings.yaml; one that is there keeps what people wrote into it."""
    known = set(session.scalars(select(Connection.conn_id)))
    missing = [Connection(**fields) for fields in connections if fields["conn_id"] not in known]
    session.add_all(missing)
    return len(missing)


def add_missing_variables(session: Session, variables: list[dict[str, Any]]) -> int:
    """Variables of airflow_settings.yaml; one that is there keeps its value."""
    known = set(session.scalars(select(Variable.key)))
    missing = [variable for variable in variables if variable["key"] not in known]
    for variable in missing:
        session.add(Variable(key=variable["key"], val=str(variable["value"])))
    return len(missing)


if __name__ == "__main__":
    main()
