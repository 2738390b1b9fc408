"""What stands in for the DAG of a site that cannot be built: it says why, so that nobody has to look for it."""

from __future__ import annotations

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

from igny8_lib.sites.naming import dag_id
from igny8_lib.sites.roster import RosterSite

NEEDS_ATTENTION = "needs-attention"
"""The tag of the DAGs that a person has to look after."""


def broken_dag(site: RosterSite, error: Exception) -> DAG:
    """A DAG without a schedule under the site's id, whose only task fails with the reason."""
    reason = f"The DAG of site {site.slug} cannot be built: {type(error).__name__}: {error}"
    with DAG(
        dag_id=dag_id(site.slug),
        description=reason[:500],
        doc_md=f"# {site.slug}\n\n{reason}\n\nMend the site; its DAG follows within seconds.",
        schedule=None,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["site-pipeline", NEEDS_ATTENTION],
        default_args={"owner": "platform", "retries": 0},
    ) as dag:

        @task
        def tell() -> None:
            raise AirflowFailException(reason)

        tell()
    return dag
