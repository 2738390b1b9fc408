"""What Airflow is set to where its default does not fit, told once for both shapes of a deployment.

The local stack takes the first column, docker-compose.yaml the second: `make docs` writes them there and into
docs/airflow_settings.md, with the reasons. Addresses, folders and secrets are each shape's own and stand elsewhere.
"""

from __future__ import annotations

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
    only: str = ""
    """The one component that is set so, such as dag-processor; empty: all of them."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"AIRFLOW__{self.option}"


def alike(option: str, value: str, why: str, *, only: str = "") -> AirflowSetting:
    """A setting with one value in both shapes."""
    return AirflowSetting(option, value, value, why, only)


AUTH_MANAGER = "igny8_auth.SiteAuthManager"
"""In the plugins folder, which Airflow has on its path."""

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
    alike("CORE__DAGBAG_IMPORT_TIMEOUT", "120", "a thousand sites in one file take 31 s"),
    alike("CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL", "10", "a site's new setting shows soon"),
    alike("CORE__KILLED_TASK_CLEANUP_TIME", "15", "a cancelled task ends soon, after it has told what it was doing"),
    alike("DATABASE__SQL_ALCHEMY_POOL_SIZE", "5", "a fixed number of connections for each process"),
    alike("SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME", "0.1", "50 tasks in sequence take 19.6 s instead of 51.5 s"),
    alike("SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT", "20", "a killed task is retried after 25 s, not 5 minutes"),
    alike("SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL", "5", "the same"),
    alike("SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL", "30", "a new scheduler adopts the tasks of a killed one"),
    alike("SCHEDULER__ENABLE_HEALTH_CHECK", "False", "the API server tells the scheduler's health"),
    alike("WORKERS__MIN_HEARTBEAT_INTERVAL", "1", "a cancelled task notices within a second"),
    AirflowSetting("DAG_PROCESSOR__PARSING_PROCESSES", "1", "2", "one machine has few cores"),
    AirflowSetting(
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL",
        "30",
        "300",
        "a new site appears within half a minute; a thousand sites cost 33 CPU seconds of each parsing",
    ),
    AirflowSetting("DAG_PROCESSOR__REFRESH_INTERVAL", "30", "300", "the same"),
    alike("DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT", "180", "a thousand sites are serialised and stored, too"),
    alike("DAG_PROCESSOR__STALE_DAG_THRESHOLD", "180", "while they are stored none counts as gone"),
    alike("DAG_PROCESSOR__PRINT_STATS_INTERVAL", "0", "no table in the log every half minute"),
    AirflowSetting("TRIGGERER__CAPACITY", "100", "1000", "the product defers little"),
    AirflowSetting("API__HOST", "127.0.0.1", "0.0.0.0", "this machine only; in a container all of it, behind a port"),  # noqa: S104
    AirflowSetting("API__WORKERS", "1", "2", "each takes 200 MB"),
    alike("API__EXPOSE_CONFIG", "False", "secrets stay out of the UI"),
    alike("LOGGING__COLORED_CONSOLE_LOG", "False", "logs go into files"),
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
