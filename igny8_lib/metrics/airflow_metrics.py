"""The figures that the API server reads from Airflow's database: names and labels; plugins/ has the queries."""

from __future__ import annotations

from igny8_lib.metrics.counters import COUNTERS
from igny8_lib.metrics.gauges import GAUGES
from igny8_lib.metrics.metric import Kind, Metric

JOBS = {"SchedulerJob": "scheduler", "DagProcessorJob": "dag-processor", "TriggererJob": "triggerer"}
"""Airflow's kinds of processes, as people call them."""
WAITING_STATES = ("scheduled", "queued", "running", "deferred", "up_for_retry", "up_for_reschedule")
PLATFORM_DAGS = (
    "build_site",
    "check_credits",
    "clean_up",
    "content_batches",
    "publish_due",
    "reconcile_runs",
    "replenish_credits",
    "run_rules",
    "sync_wordpress",
)
HEARTBEAT = Metric(
    "igny8_airflow_heartbeat_age_seconds",
    Kind.GAUGE,
    "Seconds since the newest heartbeat of a kind of process.",
    {"component": tuple(JOBS.values())},
)
TASKS = Metric("igny8_airflow_tasks", Kind.GAUGE, "Tasks by state.", {"state": WAITING_STATES})
WAITING_SECONDS = Metric(
    "igny8_airflow_queued_oldest_seconds", Kind.GAUGE, "How long the longest queued task is queued."
)
SILENCE = Metric(
    "igny8_airflow_task_silent_seconds",
    Kind.GAUGE,
    "How long the running task that has been silent longest has shown no sign of life.",
)
SUCCESS = Metric(
    "igny8_airflow_last_success_timestamp_seconds",
    Kind.GAUGE,
    "When a DAG of the platform last succeeded; missing where it never did.",
    {"dag_id": PLATFORM_DAGS},
)
DATABASE_UP = Metric("igny8_airflow_database_up", Kind.GAUGE, "Whether Airflow's database answers: 1 or 0.")
READING_SECONDS = Metric(
    "igny8_database_reading_seconds",
    Kind.GAUGE,
    "Seconds that the product's database took for the figures above.",
)
OF_AIRFLOW = (TASKS, WAITING_SECONDS, SILENCE, HEARTBEAT, SUCCESS, DATABASE_UP)
CATALOGUE: tuple[Metric, ...] = (*COUNTERS, *GAUGES, READING_SECONDS, *OF_AIRFLOW)
"""Everything that the page shows, in its order."""
