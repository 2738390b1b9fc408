"""# Publisher

Brings approved articles to their websites when their slots come, and does what people asked of published ones.

**When it runs.** One at a time: `reconcile_runs`, which looks every minute, starts it where something is due, and
Airflow every ten minutes whether or not.

**What it does.** `find` looks what is due; `work` is one mapped task for each publisher (up to eight, one site each at
a time), one that gives dates to articles that wait for one where there is room, one that looks after posts nobody
looked at for a day, one that reads articles which changed, so that links know who can be linked, and mends links whose
targets moved or are no longer public, one that every five minutes asks the AI endpoint for such articles' embeddings
(charged to nobody), and one every quarter of an hour that mends links which a round that died left behind. Once a day,
at 03:00 UTC, one removes from the media store what killed uploads to websites left there. Each
publication is a record in the product's database with its steps: pictures, categories and tags, post, search engines,
seen live.

**When a publication fails.** Trouble that passes is tried again after 1, 5 and 15 minutes, then 1, 2, 4 and 8 hours, as
the record says; no task waits for that. What a person has to change fails at once, with a sentence that says what.
`igny8 publishing list SITE --failed` shows them, `igny8 publishing retry SITE ARTICLE` goes on from the step that
failed. Whom an account tells of the ends of its runs hears of it, once per site, cause and day.

**When a task fails or is killed.** Nothing is lost and nothing comes out double: its locks end with it, and the next
round goes on from what the steps left behind. If it fails again and again, look whether the product database answers.

**After an outage.** What is more than 15 minutes late goes out oldest first, at the site's pace (its stagger interval,
a minute where it publishes at once), and its publication says how late it was.

**To stop everything.** Pause this DAG; what is due waits, and goes out when it is resumed. To stop one site, switch off
its automatic publishing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags.defaults import RARELY
from igny8_dags.interruption import interruptible
from igny8_dags.publishing import do_job, find_jobs
from igny8_dags.starting import round_of


@dag(
    dag_id="publish_due",
    description="Publishes approved articles when they are due, and looks after what is published",
    doc_md=__doc__,
    schedule=RARELY,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=10),
    tags=["platform", "publishing"],
    default_args={"owner": "platform", "retries": 0},  # the records have the back-off, the next round is the retry
)
def publish_due() -> None:
    """Look what is due, then do it side by side."""

    @task
    def find(dag_run: Any = None) -> list[str]:  # noqa: ANN401 - Airflow hands in its DAG run
        return find_jobs(round_of(dag_run))

    @task(pool="publishing", map_index_template="{{ task.op_kwargs['job'] }}", multiple_outputs=False)
    def work(job: str) -> dict[str, Any]:
        with interruptible():
            return do_job(job)

    work.expand(job=find())


publish_due()
