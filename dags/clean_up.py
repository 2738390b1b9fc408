"""# Clean-up

Removes what is old, so that tables, queries and disks stay as large as the last months are.

**When it runs.** Daily at 03:40 UTC, one at a time, for 90 minutes at most; what it did not come to is the next day's.
`igny8 clean-up` does the same by hand.

**What it removes**, by the ages in the settings (`IGNY8_KEEP_…_DAYS`; docs/retention.md has every table and why):
work lists, events and merge offers of runs that ended 90 days ago; the stored answers of AI requests after 30 days;
executions of rules, batches, builds of websites and notices after a year; Airflow's DAG runs with all that hangs on
them after 30 days (the DAGs that run all day long: after one), its event log, Celery's results, dead jobs, superseded
versions of DAGs; log files of those runs, in folders and in the object store of remote logging.

**What it never removes.** The ledger, costs, reservations, content and its versions, runs themselves and how their
stages ended, the figures of AI requests; anything of a run, batch, build or execution that is not over; the newest run
of each DAG.

**How it removes.** In small transactions that wait a second for a lock at most: what somebody holds is the next day's.
Killed at any point it has done what it had done, and the next one goes on. Airflow's tables are the API server's: it
removes one batch per request of the user `igny8_airflow`, as old as its own settings say.

**When it fails.** It retries three times, ten minutes apart; nothing is lost in between. If it fails again and again,
look whether the product database and the API server answer, and whether the connection `igny8_airflow` names a user who
may delete DAG runs (`igny8 init` mends both). A clean-up that is skipped met another one.

**To look first.** Trigger it with the configuration `{"dry_run": true}`, or `igny8 clean-up --dry-run`: it counts and
removes nothing.

**What it did.** The task's return value: each part, the instant before which it removed, and how many rows or files.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from igny8_dags.cleaning import clean


@dag(
    dag_id="clean_up",
    description="Removes old run details, AI answers, records, Airflow's rows and log files, by their ages",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("40 3 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=8),
    tags=["platform", "upkeep"],
    default_args={"owner": "platform", "retries": 3, "retry_delay": timedelta(minutes=10)},
)
def clean_up() -> None:
    """One task: it goes from part to part."""

    @task(multiple_outputs=False)
    def remove_what_is_old(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401 - Airflow hands in its DAG run
        return clean(dry_run=bool((dag_run.conf or {}).get("dry_run")))

    remove_what_is_old()


clean_up()
