"""# Builds of websites

Plans the pages of a website, writes them, checks the whole site and deploys it, as far as somebody asked for each
(`igny8 website structure SITE`, `write`, `deploy`; the page "Website" of each site; a rule's action).

**When it runs.** When somebody opens a build: the product starts a DAG run of its own for each, named
`build__<build>__<start>`. Builds of several websites run side by side; a website has one at a time.

**What it does.** `structure` asks the AI for the plan (50 credits), `page` is one mapped task for each page (20 credits
each; as many at once as the pool `site_builder` has slots), `check` looks for whatever is wrong with the whole site,
`deploy` makes it live, `close` ends the build. What is not part of the build is passed over. `igny8 website builds
SITE` shows how far builds are. A build that fails turns its DAG run red, and says why; what was done of it stays.

**When credits or the AI provider are gone,** the build ends as failed and says so; pages under way are ended. A page
that the AI gives no usable answer for fails alone: the others are written, then the build fails before it deploys, and
names the page. A check that finds faults deploys nothing, and lists them.

**When a task fails or is killed.** Nothing is lost and nothing is done or charged twice: its lock ends with it, and the
retry goes on with the answer that was kept. A step that kills its worker five times fails. A build whose DAG run ended
without ending it, or that Airflow never got, is handed to Airflow again by `reconcile_runs` within two minutes, five
times at most. If that happens again and again, look whether the product database answers.

**To stop one.** `igny8 website cancel SITE BUILD`: what is under way is ended and charged, the rest is left. To stop
everything, pause this DAG; builds wait, and go on when it is resumed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task
from igny8_dags import site_builds
from igny8_dags.defaults import DEFAULT_ARGS
from igny8_dags.interruption import interruptible

POOL = "site_builder"


@dag(
    dag_id="build_site",
    description="Plans, writes, checks and deploys websites that people asked for",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=16,
    is_paused_upon_creation=False,
    dagrun_timeout=timedelta(hours=12),
    tags=["platform", "websites"],
    default_args=DEFAULT_ARGS | {"owner": "platform", "pool": POOL},
)
def build_site() -> None:
    """The steps one after the other, the pages side by side."""

    @task(multiple_outputs=False)
    def structure(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401 - Airflow hands in its DAG run
        with interruptible():
            return site_builds.structure(dag_run.conf)

    @task
    def find_pages(dag_run: Any = None) -> list[int]:  # noqa: ANN401
        return site_builds.find_pages(dag_run.conf)

    @task(multiple_outputs=False)
    def page(step: int) -> dict[str, Any]:
        with interruptible():
            return site_builds.page(step)

    @task(trigger_rule="none_failed", multiple_outputs=False)
    def check(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401
        with interruptible():
            return site_builds.check(dag_run.conf)

    @task(multiple_outputs=False)
    def deploy(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401
        with interruptible():
            return site_builds.deploy(dag_run.conf)

    @task(trigger_rule="all_done", multiple_outputs=False)
    def close(dag_run: Any = None) -> dict[str, Any]:  # noqa: ANN401
        return site_builds.close(dag_run.conf)

    found = find_pages()
    structure() >> found
    page.expand(step=found) >> check() >> deploy() >> close()


build_site()
