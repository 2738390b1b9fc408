"""# Monthly credits

Gives every active account the monthly credits of its plan, exactly once per account and month.

**When it runs.** On the first of the month at midnight UTC. A start that an outage missed is made up as soon as Airflow
is back: one run, which also makes up all earlier months that were missed, each once.

**What it does.** One short transaction per account decides each open month for ever: paid, suspended (nothing), or
nothing due (no plan, or a plan without credits). Accounts get their first month when one begins after they were
created. The outcome is the task's return value.

**When it fails.** It retries by itself and goes on with the accounts it had not reached. Running it again at any time,
here or by `igny8 credits replenish`, gives nobody anything twice.

**An account got nothing.** `igny8 credits history ACCOUNT --type monthly_replenishment` shows what it got. A month that
found it suspended or without a plan stays unpaid: give what it should have by `igny8 credits grant`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from igny8_dags.connections import sessions
from igny8_dags.defaults import DEFAULT_ARGS

from igny8_lib.credits.replenishment import replenish

PERSISTENT = {"retries": 24, "retry_delay": timedelta(minutes=5)}
"""An outage of two hours passes without anybody looking."""


@dag(
    dag_id="replenish_credits",
    description="Monthly credits for every active account, once per account and month",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 0 1 * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["platform", "credits"],
    default_args=DEFAULT_ARGS | {"owner": "platform"},
)
def replenish_credits() -> None:
    """One task: every account, one short transaction each."""

    @task(multiple_outputs=False, **PERSISTENT)
    def replenish_accounts(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401 - Airflow hands in its DAG run
        # The time the run was due, not the clock: a worker whose clock is a second slow is still in last month.
        return replenish(sessions(), dag_run.run_after).as_json()

    replenish_accounts()


replenish_credits()
