"""Airflow's whole configuration as environment variables: no airflow.cfg, so that nothing else decides.

The values that both shapes of a deployment share stand in airflow_settings.py, with their reasons.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from sqlalchemy import make_url

from igny8_lib.secret_files import SUFFIX
from igny8_lib.stack.credentials import Credentials
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.ports import LOOPBACK

PRIVATE = (
    "IGNY8_AIRFLOW_PASSWORD",
    "IGNY8_DATABASE_OWNER_PASSWORD",
    "IGNY8_DATABASE_OWNER_URL",
    "IGNY8_DATABASE_SUPERUSER_PASSWORD",
    "IGNY8_DATABASE_SUPERUSER_URL",
    "POSTGRES_PASSWORD",
)
INITIALISATION_ONLY = ("IGNY8_AIRFLOW_USERNAME", *PRIVATE, *(name + SUFFIX for name in PRIVATE))
"""What only `igny8 init` and a person's command line may know: no process that stays up inherits it, nor where it
stands."""


def airflow_environment(
    layout: Layout, credentials: Credentials, *, port: int, database_url: str, parallelism: int
) -> dict[str, str]:
    """Airflow's addresses, folders and secrets in a stack of either shape."""
    address = f"http://{LOOPBACK}:{port}"
    return {
        "AIRFLOW_HOME": str(layout.airflow),
        "AIRFLOW__CORE__PARALLELISM": str(parallelism),
        "AIRFLOW__CORE__DAGS_FOLDER": str(layout.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(layout.plugins),
        "AIRFLOW__CORE__FERNET_KEY": credentials.fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": credentials.api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": credentials.jwt_secret,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.task_logs),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(layout.logs / "dag_processor"),
    }


def celery_environment(*, broker_url: str, database_url: str, log_port: int) -> dict[str, str]:
    """What a cluster has beside it. The asynchronous driver is psycopg, which can do without prepared statements:
    PgBouncer's transactions know none."""
    bare = make_url(database_url)
    return {
        "AIRFLOW__CELERY__BROKER_URL": broker_url,
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{database_url}",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(log_port),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": bare.set(drivername="postgresql+psycopg").render_as_string(
            hide_password=False
        ),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC": "igny8_lib.db.pooling.UNPREPARED",
    }


def remote_logs(url: str) -> dict[str, str]:
    """Task logs go to an object store when their task has ended; read there from then on."""
    return {"AIRFLOW__LOGGING__REMOTE_LOGGING": "True", "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": url}


def connection(url: str) -> str:
    """AIRFLOW_CONN_IGNY8_POSTGRES: the product database as a connection document."""
    parts = make_url(url)
    document = {
        "conn_type": "postgres",
        "host": parts.host,
        "port": parts.port,
        "login": parts.username,
        "password": parts.password,
        "schema": parts.database,
    }
    return json.dumps(document)


def python_environment(layout: Layout, outside: Mapping[str, str] | None = None) -> dict[str, str]:
    """The outside environment for a Python process of the stack.

    Bytecode is written and used: without it every Airflow process starts many times slower. The folder of DAGs is on
    the path, for igny8_dags. Process titles leave the environment readable, by which the stack knows its own. The
    admin's password and the database's higher roles stay outside.
    """
    environment = dict(os.environ if outside is None else outside)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "AIRFLOW_CONFIG", "VIRTUAL_ENV", *INITIALISATION_ONLY):
        environment.pop(name, None)
    search = [str(layout.dags), str(layout.checkout)]
    if environment.get("PYTHONPATH"):
        search.append(environment["PYTHONPATH"])
    return environment | {
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONUNBUFFERED": "1",
        "SPT_NOENV": "1",
    }


def as_dotenv(values: Mapping[str, str]) -> str:
    """Variables as a file of NAME='value' lines, which python-dotenv and a shell read alike."""
    return "".join(f"{name}={quote(value)}\n" for name, value in values.items())


def quote(value: str) -> str:
    """In single quotes, or in double ones where it holds a single one; then $ and ` mean something to a shell."""
    if "'" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
