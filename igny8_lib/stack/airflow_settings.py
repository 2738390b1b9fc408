"""What Airflow is set to where its default does not fit, told once for all shapes of a deployment.

The local stack takes the first column, docker-compose.yaml and `make cluster` the second: `make docs` writes them into
the file and into docs/airflow_settings.md, with the reasons. Addresses, folders and secrets are each shape's own and
stand elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class AirflowSetting:
    """One option of Airflow in both shapes; times are seconds."""

    option: str
    """SECTION__OPTION, as in the variable AIRFLOW__SECTION__OPTION."""
    local: str
    """On one machine, under LocalExecutor."""
    compose: str
    """In containers, under CeleryExecutor."""
    why: str
    cluster: str | None = None
    """As plain processes on one machine under CeleryExecutor, where that differs from containers."""
    only: str = ""
    """The one component that is set so, such as dag-processor; empty: all of them."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"AIRFLOW__{self.option}"


def alike(option: str, value: str, why: str, *, only: str = "") -> AirflowSetting:
    """A setting with one value in both shapes."""
    return AirflowSetting(option, value, value, why, only=only)


AUTH_MANAGER = "igny8_auth.SiteAuthManager"
"""In the plugins folder, which Airflow has on its path."""

BUNDLES = json.dumps(
    [
        {
            "name": "sites",
            "classpath": "igny8_dags.bundle.RosterBundle",
            "kwargs": {"shards": 32, "refresh_interval": 3},
        },
        {"name": "platform", "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle", "kwargs": {}},
    ]
)
"""The sites' DAGs, and the files in `dags/`. Another name or another number of shards writes every DAG anew, once."""

SETTINGS = (
    AirflowSetting("CORE__EXECUTOR", "LocalExecutor", "CeleryExecutor", "one machine, or workers beside each other"),
    alike("CORE__AUTH_MANAGER", AUTH_MANAGER, "FAB's users and login; members see their own sites' DAGs alone"),
    alike(
        "CORE__AUTH_MANAGER",
        "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "nobody logs in there; under FAB it would look up every DAG's permissions at each parsing: 72 % of the storing",
        only="dag-processor",
    ),
    alike("CORE__LOAD_EXAMPLES", "False", "only the product's DAGs"),
    alike("CORE__DAGS_ARE_PAUSED_AT_CREATION", "False", "a new site is ready to run; its schedule is its own switch"),
    alike("CORE__DAGBAG_IMPORT_TIMEOUT", "120", "a busy machine builds a shard of many sites slowly"),
    alike("CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL", "0", "a site's new setting shows at once"),
    alike("CORE__KILLED_TASK_CLEANUP_TIME", "15", "a cancelled task ends soon, after it has told what it was doing"),
    alike("DATABASE__SQL_ALCHEMY_POOL_SIZE", "5", "a fixed number of connections for each process"),
    alike("SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME", "0.1", "50 tasks in sequence take 19.6 s instead of 51.5 s"),
    alike("SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT", "20", "a killed task is retried after 25 s, not 5 minutes"),
    alike("SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL", "5", "the same"),
    alike("SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL", "30", "a new scheduler adopts the tasks of a killed one"),
    alike("SCHEDULER__ENABLE_HEALTH_CHECK", "False", "the API server tells the scheduler's health"),
    alike("WORKERS__MIN_HEARTBEAT_INTERVAL", "1", "a cancelled task notices within a second"),
    alike(
        "CELERY__CELERY_CONFIG_OPTIONS",
        "igny8_dags.celery_config.CONFIG",
        "workers import what tasks need before they fork: 0.95 instead of 1.66 CPU seconds a task",
    ),
    AirflowSetting("SCHEDULER__TASK_QUEUED_TIMEOUT", "600", "120", "a message that Redis lost is sent again"),
    AirflowSetting("SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL", "120", "15", "the same"),
    AirflowSetting(
        "SCHEDULER__NUM_STUCK_IN_QUEUED_RETRIES",
        "2",
        "30",
        "a task that waits for an hour while workers are missing is sent again each time, and never failed",
    ),
    AirflowSetting("DAG_PROCESSOR__PARSING_PROCESSES", "1", "2", "one machine has few cores", cluster="1"),
    alike(
        "DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST",
        BUNDLES,
        "one file per shard of sites; each component needs it, for a DAG belongs to its bundle by name",
    ),
    alike("DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL", "2", "a new or changed site is there within ten seconds"),
    alike("DAG_PROCESSOR__REFRESH_INTERVAL", "60", "a new DAG file of the platform appears within a minute"),
    alike("DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL", "86400", "what is unchanged is not parsed again"),
    alike("DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT", "180", "a shard of ten thousand sites is stored in a minute"),
    alike(
        "DAG_PROCESSOR__STALE_DAG_THRESHOLD",
        "1",
        "a removed site's DAG does not wait for the next parsing, a day later",
    ),
    alike("SCHEDULER__PARSING_CLEANUP_INTERVAL", "10", "a removed site's DAG is gone within half a minute"),
    alike("DAG_PROCESSOR__PRINT_STATS_INTERVAL", "0", "no table in the log every half minute"),
    alike(
        "DAG_PROCESSOR__STALE_BUNDLE_CLEANUP_INTERVAL",
        "0",
        "our bundles have no versions to clean up; each killed Celery worker would leave behind the process that looks",
    ),
    AirflowSetting("TRIGGERER__CAPACITY", "100", "1000", "the product defers little"),
    AirflowSetting(
        "API__HOST",
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104
        "this machine only; in a container all of it, behind a port",
        cluster="127.0.0.1",
    ),
    AirflowSetting("API__WORKERS", "1", "2", "each takes 200 MB", cluster="1"),
    alike("API__EXPOSE_CONFIG", "False", "secrets stay out of the UI"),
    alike("LOGGING__COLORED_CONSOLE_LOG", "False", "logs go into files"),
    AirflowSetting(
        "LOGGING__JSON_LOGS",
        "False",
        "True",
        "programs collect the logs of containers, people read those of one machine",
        cluster="False",
    ),
    alike(
        "LOGGING__NAMESPACE_LEVELS",
        "airflow.models.dag=WARNING airflow.serialization.definitions.dag=WARNING"
        " airflow.dag_processing.manager=WARNING airflow.dag_processing.bundles.manager=WARNING",
        "not two lines for each DAG of each parsing, and one whenever the dag-processor looks and finds nothing new",
    ),
    alike("LOGGING__LOGGING_LEVEL", "INFO", "what a task did, not how Airflow ran it"),
)
"""Every setting that both shapes have, in the order of docker-compose.yaml."""


def local_settings(component: str = "") -> dict[str, str]:
    """The variables of the local stack that all components have; with a name, those of that component alone, which
    win over them."""
    return {setting.variable: setting.local for setting in SETTINGS if setting.only == component}


def compose_settings(component: str = "") -> dict[str, str]:
    """The variables of every container; with a name, those of that component's alone, which win over them."""
    return {setting.variable: setting.compose for setting in SETTINGS if setting.only == component}


def cluster_settings(component: str = "") -> dict[str, str]:
    """The variables of the processes of a cluster on one machine: those of the containers, but for what a single
    machine needs; with a name, those of that component alone."""
    return {
        setting.variable: setting.compose if setting.cluster is None else setting.cluster
        for setting in SETTINGS
        if setting.only == component
    }
