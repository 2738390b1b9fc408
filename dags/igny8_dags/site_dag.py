"""One DAG per active site: seven stages from keywords to review.

Where the account's modules and the site's switches are on, two more groups, `link` and `optimize`, stand between the
sixth and the seventh. Elsewhere they are no part of the DAG, and cost nothing.

Runs on the site's schedule, by hand, or through the API; one run per site at a time, every task in the site's own pool
of one slot. A task start builds only its own site's DAG, from one query. The dag-processor builds a site's DAG anew
when the site changes: within ten seconds it is there, or gone half a minute after its site (docs/scale.md).

**A site's DAG has the tag `needs-attention`.** Its schedule cannot be used (the page of the DAG says why), so it starts
by hand only; or it could not be built at all, then its only task fails with the reason. The other sites' DAGs are not
touched. Mend the site (`igny8 sites list` shows what is wrong); the DAG follows within seconds.

Each of these DAGs has a page of its own in Airflow. It reads as follows, here for a sample site:
"""

from __future__ import annotations

import logging

from airflow.sdk import DAG, chain, task

from igny8_dags import steps
from igny8_dags.broken_site import NEEDS_ATTENTION, broken_dag
from igny8_dags.defaults import DEFAULT_ARGS
from igny8_dags.runbook import runbook
from igny8_dags.schedule import schedule_of, schedule_problem
from igny8_dags.stage_group import stage_group
from igny8_dags.trigger_form import give_form
from igny8_lib.pipeline.stages import path_of
from igny8_lib.sites.naming import dag_id, pool_name
from igny8_lib.sites.roster import RosterSite

log = logging.getLogger(__name__)


def site_dag(site: RosterSite) -> DAG:
    """The pipeline of one site."""
    path = path_of(site.improvement.keys)
    with DAG(
        dag_id=dag_id(site.slug),
        dag_display_name=site.domain,
        description=f"{site.name}: keywords → clusters → ideas → tasks → articles → image prompts → images → review",
        doc_md=runbook(site, schedule_problem(site)),
        schedule=schedule_of(site),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["site-pipeline", site.account_slug, *([NEEDS_ATTENTION] if schedule_problem(site) else [])],
        default_args=DEFAULT_ARGS | {"owner": site.account_slug, "pool": pool_name(site.slug)},
    ) as dag:

        @task.branch(task_id=steps.START)
        def start() -> str:
            return steps.start(site.slug, path)

        @task(task_id=steps.FINISH, trigger_rule="all_done", multiple_outputs=False)
        def finish() -> dict[str, object]:
            return steps.finish()

        first, last = start(), finish()
        chain(*[stage_group(stage, first) for stage in path], last)
        first >> last
    give_form(dag)
    return dag


def build(site: RosterSite) -> DAG:
    """The site's DAG; one that says why where it cannot be built, for one site never takes the others away."""
    try:
        return site_dag(site)
    except Exception as error:
        log.exception("The DAG of site %s cannot be built", site.slug)
        return broken_dag(site, error)
