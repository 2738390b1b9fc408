"""Airflow's whole configuration as environment variables: no airflow.cfg, so that nothing else decides.

Where a value differs from Airflow's default, the reason stands beside it; times are seconds. docker-compose.yaml sets
the same names for the production shape.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from igny8_lib.stack.credentials import Credentials
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.ports import LOOPBACK

TUNED = {
    "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",  # a new site is ready to run; its schedule is its own switch
    "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "120",  # a thousand sites in one file take 31 s
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "10",  # a site's new setting shows soon
    "AIRFLOW__CORE__KILLED_TASK_CLEANUP_TIME": "15",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",  # 50 tasks in sequence: 19.6 s instead of 51.5 s
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",  # a killed task is retried after 25 s, not 5 minutes
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",  # a new scheduler adopts the tasks of a killed one
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",  # the API server tells the scheduler's health
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # a cancelled task notices within a second
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",  # a new site appears within half a minute
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
    "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "180",  # a thousand sites are serialised and stored, too
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "180",  # while they are stored none counts as gone
    "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "0",
    "AIRFLOW__TRIGGERER__CAPACITY": "100",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__API__EXPOSE_CONFIG": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE": "5",
    "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
}
"""What holds for every deployment of one machine."""


def airflow_environment(
    layout: Layout, credentials: Credentials, *, port: int, database_url: str, parallelism: int
) -> dict[str, str]:
    """Airflow's variables for the local stack."""
    address = f"http://{LOOPBACK}:{port}"
    return TUNED | {
        "AIRFLOW_HOME": str(layout.airflow),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(parallelism),
        "AIRFLOW__CORE__DAGS_FOLDER": str(layout.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(layout.plugins),
        "AIRFLOW__CORE__FERNET_KEY": credentials.fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url,
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": credentials.api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": credentials.jwt_secret,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.task_logs),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(layout.logs / "dag_processor"),
    }


def connection(url: str) -> str:
    """AIRFLOW_CONN_IGNY8_POSTGRES: the product database as a connection document."""
    from sqlalchemy import make_url  # noqa: PLC0415 - beside its one use

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
    the path, for igny8_dags. Process titles leave the environment readable, by which the stack knows its own.
    """
    environment = dict(os.environ if outside is None else outside)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "AIRFLOW_CONFIG", "VIRTUAL_ENV"):
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
    return "".join(f"{name}={quoted(value)}\n" for name, value in values.items())


def quoted(value: str) -> str:
    """In single quotes, or in double ones where it holds a single one; then $ and ` mean something to a shell."""
    if "'" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
