"""# Batches

Analyses, links and optimizes the articles of batches that people open (`igny8 content batch SITE KIND`, the API's
`linker/batch_process`, `optimizer/batch_optimize` and `optimizer/batch_analyze`).

**When it runs.** One at a time: `reconcile_runs`, which looks every minute, starts it where there is work, and Airflow
every ten minutes whether or not. So a batch begins within a minute, or when the round under way is over: most take 45
seconds, and each as long as the AI needs for the articles it is at.

**What it does.** `find` looks whether there is work; `work` is one mapped task for each worker, up to four. A worker
takes the batch of the site that waits longest, works its articles one after the other for ten seconds (at least one),
then the next batch. Each batch has one worker at a time. `igny8 content batches SITE` shows how far they are.

**When credits or the AI provider are gone,** or five articles fail in a row, the batch ends as failed and says why;
what was done stays, the rest waits: `igny8 content continue-batch SITE BATCH` goes on with it.

**When a task fails or is killed.** Nothing is lost and nothing is done or charged twice: its lock ends with it, and the
next round goes on with the articles of which nothing is written down. An article that kills its worker five times
fails, and the others go on. If rounds fail again and again, look whether the product database answers.

**To stop everything.** Pause this DAG; batches wait, and go on when it is resumed. To end one,
`igny8 content cancel-batch SITE BATCH`: the article under way is ended, the rest stays as it is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags.batches import find_workers, work_some
from igny8_dags.defaults import RARELY
from igny8_dags.interruption import interruptible


@dag(
    dag_id="content_batches",
    description="Analyses, links and optimizes the articles of batches",
    doc_md=__doc__,
    schedule=RARELY,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=30),
    tags=["platform", "articles"],
    default_args={"owner": "platform", "retries": 0},  # what is left is in the database, the next round is the retry
)
def content_batches() -> None:
    """Look whether there is work, then do it side by side."""

    @task
    def find() -> list[str]:
        return find_workers()

    @task(pool="batches", map_index_template="{{ task.op_kwargs['worker'] }}", multiple_outputs=False)
    def work(worker: str) -> dict[str, Any]:  # noqa: ARG001 - names the mapped task
        with interruptible():
            return work_some()

    work.expand(worker=find())


content_batches()
