"""The one initialisation of every deployment: roles, databases, schemas, users, pools, connections, variables.

`make run`, docker-compose's one-shot service and the tests run it. It may run again at any time: what is there stays,
what is missing is added.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml
from psycopg import sql

from igny8_lib.credits.cost_changes import write_defaults
from igny8_lib.db.migrate import upgrade
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.errors import InvalidInput, PermanentError
from igny8_lib.sites.naming import pool_name
from igny8_lib.sites.sites import list_all_sites
from igny8_lib.stack.database_roles import (
    DatabaseAccess,
    DatabaseUnprepared,
    connect,
    database_of,
    grant_application,
    prepare_server,
)

NAMES_AN_ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit): \S")
SITE_POOL = "One task at a time may change this site's pipeline data."


class InitialisationFailed(PermanentError):
    """Airflow's part of the initialisation failed."""


@dataclass(frozen=True)
class AirflowSettings:
    """What airflow_settings.yaml holds (the Astro CLI's format), as Airflow's models want it."""

    connections: list[dict[str, Any]] = field(default_factory=list)
    pools: list[dict[str, Any]] = field(default_factory=list)
    variables: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> AirflowSettings:
        """Raises InvalidInput for a file of another shape. Entries without a name are placeholders and left out."""
        document = (yaml.safe_load(path.read_text()) or {}).get("airflow")
        if not isinstance(document, dict):
            raise InvalidInput(f"{path} needs a mapping `airflow:` with connections, pools and variables.")
        return cls(
            connections=read_section(document, "connections", CONNECTION_FIELDS),
            pools=read_section(document, "pools", POOL_FIELDS),
            variables=read_section(document, "variables", VARIABLE_FIELDS),
        )


CONNECTION_FIELDS = {
    "conn_id": "conn_id",
    "conn_type": "conn_type",
    "conn_host": "host",
    "conn_schema": "schema",
    "conn_login": "login",
    "conn_password": "password",
    "conn_port": "port",
    "conn_extra": "extra",
    "conn_description": "description",
}
POOL_FIELDS = {"pool_name": "name", "pool_slot": "slots", "pool_description": "description"}
VARIABLE_FIELDS = {"variable_name": "key", "variable_value": "value"}


def read_section(document: Mapping[str, Any], section: str, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """The section's entries with Airflow's own names for their fields. Raises InvalidInput for an unknown field."""
    entries = document.get(section) or []
    for entry in entries:
        if unknown := set(entry) - set(fields):
            raise InvalidInput(f"airflow_settings.yaml, {section}: unknown field {', '.join(sorted(unknown))}.")
    name = next(iter(fields))
    return [
        {fields[key]: value for key, value in entry.items() if value not in (None, "")}
        for entry in entries
        if entry.get(name)
    ]


@dataclass(frozen=True)
class Deployment:
    """What the initialisation needs to know of a deployment."""

    environment: Mapping[str, str] = field(repr=False)
    """Of the processes: Airflow's configuration, and everything the product's settings read."""
    databases: DatabaseAccess
    admin_username: str
    admin_password: str = field(repr=False)
    airflow_settings: Path


def initialise(deployment: Deployment) -> dict[str, Any]:
    """Bring both databases and Airflow's objects up to date; returns what was made. Safe to run again."""
    databases = deployment.databases
    prepare_server(databases)
    airflow = start_airflow_part(deployment.environment)
    try:
        create_if_missing(databases.migrating)
        sites = prepare_product(databases.migrating)
        grant_application(databases)
    except BaseException:
        airflow.kill()
        raise
    settings = AirflowSettings.read(deployment.airflow_settings)
    wish = asdict(settings) | {
        "admin": {"username": deployment.admin_username, "password": deployment.admin_password},
        "site_pools": [{"name": pool_name(slug), "slots": 1, "description": SITE_POOL} for slug in sites],
    }
    return {"sites": len(sites), **finish_airflow_part(airflow, wish)}


def create_if_missing(url: str) -> None:
    """Create the database, where its server has none of that name and lets this user create it."""
    try:
        with connect(url):
            return
    except DatabaseUnprepared as error:
        if "does not exist" not in str(error):
            raise
    with connect(url, database="postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database_of(url))))


def prepare_product(url: str) -> list[str]:
    """Migrate the product database and write the default costs; returns the slugs of all sites."""
    engine = make_engine(url)
    try:
        upgrade(engine)
        with session_factory(engine, PLATFORM).begin() as session:
            write_defaults(session)
            return [site.slug for site in list_all_sites(session)]
    finally:
        engine.dispose()


def start_airflow_part(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start what only Airflow can do, in a process of its own: it migrates while the product database is prepared."""
    return subprocess.Popen(
        [sys.executable, "-m", "igny8_dags.initialise"],
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish_airflow_part(process: subprocess.Popen[str], wish: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the process what Airflow shall have, and wait. Raises InitialisationFailed with its last words."""
    output, complaints = process.communicate(json.dumps(wish))
    if process.returncode != 0:
        raise InitialisationFailed(f"Airflow could not be initialised: {last_words(complaints) or process.returncode}")
    return dict(json.loads(output.splitlines()[-1]))


def last_words(complaints: str) -> str:
    """The line that names the error: what follows it (the statement, its parameters, a link) says less."""
    lines = [line for line in complaints.splitlines() if line.strip()]
    errors = [line for line in lines if NAMES_AN_ERROR.match(line)]
    return (errors or lines or [""])[-1]
