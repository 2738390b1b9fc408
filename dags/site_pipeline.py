"""One DAG per active site: seven stages from keywords to review.

Runs on the site's schedule, by hand, or through the API; one run per site at a time, every task in the site's own pool
of one slot. A task start builds only its own site's DAG; the dag-processor builds all of them from one query.
"""

from __future__ import annotations

from airflow.sdk import DAG, chain, get_parsing_context, task
from igny8_dags import steps
from igny8_dags.defaults import DEFAULT_ARGS
from igny8_dags.roster import sites_to_build
from igny8_dags.runbook import runbook
from igny8_dags.schedule import schedule_of
from igny8_dags.stage_group import stage_group
from igny8_dags.trigger_form import give_form

from igny8_lib.pipeline.stages import STAGES
from igny8_lib.sites.naming import dag_id, pool_name
from igny8_lib.sites.roster import RosterSite


def site_dag(site: RosterSite) -> DAG:
    """The pipeline of one site."""
    with DAG(
        dag_id=dag_id(site.slug),
        dag_display_name=site.domain,
        description=f"{site.name}: keywords → clusters → ideas → tasks → articles → image prompts → images → review",
        doc_md=runbook(site),
        schedule=schedule_of(site),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["site-pipeline", site.account_slug],
        default_args=DEFAULT_ARGS | {"owner": site.account_slug, "pool": pool_name(site.slug)},
    ) as dag:

        @task.branch(task_id=steps.START)
        def start() -> str:
            return steps.start(site.slug)

        @task(task_id=steps.FINISH, trigger_rule="all_done", multiple_outputs=False)
        def finish() -> dict[str, object]:
            return steps.finish()

        first, last = start(), finish()
        chain(*[stage_group(stage, first) for stage in STAGES], last)
        first >> last
    give_form(dag)
    return dag


for _site in sites_to_build(get_parsing_context().dag_id):
    globals()[dag_id(_site.slug)] = site_dag(_site)
