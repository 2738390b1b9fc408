"""# Checked books

Adds up every account's ledger and journal in full, and compares balances, running sums, runs' spending and daily rows
with the sums.

**When it runs.** Every night at half past three UTC. A night that an outage missed is not made up: the next one checks
the same and more.

**What it does.** It reads, account by account, and changes nothing. The return value is the number of accounts.

**When it fails.** Two different things. The database was not there: it retries. Or the books do not agree: the error
names the accounts and what differs. The database refuses every change that could cause it, so somebody went round its
rules: stop all runs and look before anything is changed. `igny8 credits check` does the same by hand.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task
from igny8_dags.connections import sessions
from igny8_dags.defaults import DEFAULT_ARGS

from igny8_lib.credits.checking import check_all


@dag(
    dag_id="check_credits",
    description="Balances and daily rows against the full sums of ledger and journal, every night",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 3 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["platform", "credits"],
    default_args=DEFAULT_ARGS | {"owner": "platform"},
)
def check_credits() -> None:
    """One task: every account, one after the other."""

    @task
    def check_accounts() -> int:
        return check_all(sessions())

    check_accounts()


check_credits()
