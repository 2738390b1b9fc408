"""# Reconciler

Keeps the run records and Airflow together, whoever did what where: people in Airflow's UI, the product, a crash. And
looks every minute whether there is work for the DAGs that have none in most minutes.

**When it runs.** Every minute, one at a time.

**What it starts.** `publish_due`, `run_rules` and `content_batches`, each only where it has work: a handful of
statements to the product database instead of three processes a minute that find nothing. One whose round is under way
gets another one behind it, never a second one. Airflow starts each of them every ten minutes as well, so while this DAG
is paused they work ten times more slowly.

**What it repairs.** A run whose DAG run ended, was marked or was deleted in Airflow ends with its reason, and its site
is free. A DAG run that goes on after its run has ended (a cancel while Airflow was down, a cleared task) is stopped. A
DAG that was paused or unpaused in Airflow's UI pauses or resumes its run. A site held by a dead process is freed.
Credits that ended runs still hold, and reservations whose time is over, are given back. A scheduled start that met an
active run is recorded as skipped. A start that was given a date in the future is refused with a reason: it would keep
the site from every other run until then. A site's pool that is missing, or has more than one slot, is set right. Ends
that nobody was told about are told. Builds of websites that Airflow never got, or whose DAG run ended before they did,
are handed to it again (`build_site`). Beside that it moves the counters that `/igny8/metrics` shows.

**What it only tells.** `unscheduled`: sites whose schedule cannot be used; `igny8 sites list` shows them, too.

**When it fails.** Nothing is lost: the next one, a minute later, does the same. If it fails again and again, look
whether the product database answers and whether the connection `igny8_airflow` names a user who may see and change all
DAG runs; `igny8 init` makes both, and mends them.

**What it did.** The task's return value lists every start and repair; the run's activity log has the repairs, too. Its
successful runs are removed after a day by `clean_up`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags.connections import airflow_api, sessions
from igny8_dags.starting import start_due
from igny8_dags.untold import tell_ends

from igny8_lib.metrics import counting
from igny8_lib.pipeline.reconcile import reconcile
from igny8_lib.site_builder.building.rescuing import rescue


@dag(
    dag_id="reconcile_runs",
    description="Keeps run records and DAG runs together; frees what is left behind; starts what has work",
    doc_md=__doc__,
    schedule=timedelta(minutes=1),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=5),
    tags=["platform", "run-control"],
    default_args={"owner": "platform", "retries": 0},
)
def reconcile_runs() -> None:
    """One task: the next run is its retry."""

    @task(multiple_outputs=False)
    def compare_and_repair(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401 - Airflow hands in its DAG run
        airflow = airflow_api()
        started = start_due(airflow, dag_run.run_after)  # first: nobody's work waits until others' is repaired
        counting.count(sessions())
        told = tell_ends(sessions())  # before what follows: it needs no answer of Airflow
        repaired = reconcile(sessions(), airflow).as_json()
        counting.add_repairs(sessions(), repaired)
        return repaired | {"started": started, "told": told, "builds": rescue(sessions(), airflow)}

    compare_and_repair()


reconcile_runs()
