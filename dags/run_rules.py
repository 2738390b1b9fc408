"""# Automation rules

Does what people's rules say: when this happens on a site and that holds, cluster, plan, write, optimize, link, run the
pipeline, or tell people (`igny8 rules list SITE`; the page "Rules" of each site).

**When it runs.** One at a time: `reconcile_runs`, which looks every minute, starts it where there is work, and Airflow
every ten minutes whether or not. Events are answered within a minute or two, schedules on the quarters of an hour.

**What it does.** `look` shows what happened since the last round to the rules that wait for it, looks which schedules
are due, and removes events that were consumed more than a week ago; `work` is one mapped task for each worker, up to
four, where something is open. A worker takes the execution of the site that waits longest, begins its next action or
looks how far the one under way is, and takes the next. Each execution has one worker at a time. `igny8 rules history
SITE` shows how far they are, and why.

**When a site is busy,** an action that is a run waits, and is looked at each minute anew; after six hours it is skipped
and says so. So is what the day's limit, the credits or a loop of rules keep from being done: nothing of that is an
error. An action that fails ends its execution as failed; `igny8 rules retry SITE EXECUTION` executes it again. A rule
that fails five times in a row is switched off, and whom the account tells of failures hears of it once.

**When a task fails or is killed.** Nothing is lost and nothing is done or charged twice: its locks end with it, and the
next round goes on with what is written down. If rounds fail again and again, look whether the product database and
Airflow's API answer.

**After an outage.** Everything that happened meanwhile is answered; of a schedule's times that were missed one is made
up for.

**To stop everything.** Pause this DAG; events wait, and are answered when it is resumed. To stop one rule, switch it
off: an execution of it that is under way is ended with what the rule said when it began.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags.defaults import RARELY
from igny8_dags.interruption import interruptible
from igny8_dags.rules import look_around, work_some


@dag(
    dag_id="run_rules",
    description="Executes automation rules: what happened and what is due, each once",
    doc_md=__doc__,
    schedule=RARELY,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=10),
    tags=["platform", "automation"],
    default_args={"owner": "platform", "retries": 0},  # what is left is in the database, the next round is the retry
)
def run_rules() -> None:
    """Look what is to be done, then do it side by side."""

    @task
    def look() -> list[str]:
        with interruptible():
            return look_around()

    @task(pool="rules", map_index_template="{{ task.op_kwargs['worker'] }}", multiple_outputs=False)
    def work(worker: str) -> dict[str, Any]:  # noqa: ARG001 - names the mapped task
        with interruptible():
            return work_some()

    work.expand(worker=look())


run_rules()
