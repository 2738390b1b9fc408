"""# Import from WordPress

Brings what the websites have into the product, and sees what people change there.

**When it runs.** Every five minutes, one at a time. A site has its turn every hour for what changed since, once a day
for everything, and at once where somebody asked (`igny8 wordpress import SITE`, `igny8 wordpress sync SITE`). An idle
round is one short task.

**What it does.** `find` shares the sites whose turn it is out to up to four workers; each `read` works through its
sites for four minutes at most. Posts and pages are read a hundred at a time and stored with the place where the next
hundred begin. What takes longer than a round goes on in the next one. Successful runs are removed after three days by
the publisher.

**When a website does not answer as it should.** The site keeps the sentence that says what to change, shown by
`igny8 wordpress status SITE`; it is tried again after an hour, after a quarter of one where the trouble may pass by
itself. Other sites are not held up. A site without a connection `wordpress_<site>` is left out in the same way.

**When a task fails or is killed.** Nothing is lost and nothing comes twice: a page is stored whole or not at all, and
the next round goes on behind the last one. If it fails again and again, look whether the product database answers.

**What was changed on both sides** is overwritten on neither: `igny8 wordpress conflicts SITE` lists it, and
`igny8 wordpress resolve SITE ARTICLE --ours` or `--theirs` decides.

**To stop everything.** Pause this DAG; when it is resumed, the sites go on where they were.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags.importing import import_sites, share_out
from igny8_dags.interruption import interruptible


@dag(
    dag_id="sync_wordpress",
    description="Imports posts and pages of WordPress sites, and what people change in them",
    doc_md=__doc__,
    schedule=timedelta(minutes=5),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(minutes=15),
    tags=["platform", "publishing"],
    default_args={"owner": "platform", "retries": 0},  # the next round is the retry
)
def sync_wordpress() -> None:
    """Look whose turn it is, then read side by side."""

    @task
    def find() -> list[list[str]]:
        return share_out()

    @task(map_index_template="{{ task.op_kwargs['sites'] | join(', ') | truncate(60) }}", multiple_outputs=False)
    def read(sites: list[str]) -> dict[str, Any]:
        with interruptible():
            return import_sites(sites)

    read.expand(sites=find())


sync_wordpress()
