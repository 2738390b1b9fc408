"""Starting a run by hand: the product's `run_now`, whoever asks (command line, API, rule)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound, SiteBusy, TemporaryError
from igny8_lib.models import Module, Trigger
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.runs import active_run
from igny8_lib.sites.modules import require_module
from igny8_lib.sites.naming import dag_id, pool_name
from igny8_lib.sites.sites import site_by_slug

DAG_APPEARS_WITHIN = 120.0
"""Seconds that a new site's DAG is waited for: a few rounds of the dag-processor."""


@dataclass(frozen=True)
class Launched:
    """A DAG run that Airflow has accepted."""

    dag_id: str
    dag_run_id: str


def launch(
    sessions: Sessions,
    airflow: AirflowApi,
    slug: str,
    conf: Mapping[str, Any],
    *,
    trigger: Trigger = Trigger.MANUAL,
    patience: float = DAG_APPEARS_WITHIN,
) -> Launched:
    """Start a run of the site through Airflow's REST API.

    Checked before anything starts: the options (InvalidInput), the site (NotFound), its account's automation module
    (ModuleDisabled), and that no run is active (SiteBusy, which names it). Raises TemporaryError when the site's DAG
    has not appeared in Airflow after `patience` seconds.
    """
    RunOptions.parse(conf)
    with sessions() as session:
        site = site_by_slug(session, slug)
        require_module(session, site.account_id, Module.AUTOMATION)
        if active := active_run(session, site.id):
            raise SiteBusy(slug, active.run_id, active.status.value)
    airflow.make_pool(pool_name(slug), f"Site {slug}: one task at a time")
    wait_for_dag(airflow, dag_id(slug), patience)
    return Launched(dag_id(slug), airflow.trigger(dag_id(slug), dict(conf) | {"trigger": trigger.value}))


def wait_for_dag(airflow: AirflowApi, dag: str, patience: float) -> None:
    """Wait until Airflow knows the DAG. Raises TemporaryError after `patience` seconds."""
    give_up_at = time.monotonic() + patience
    while True:
        try:
            airflow.dag(dag)
        except NotFound:
            if time.monotonic() > give_up_at:
                reason = "is the dag-processor running, and the site active?"
                raise TemporaryError(f"Airflow does not know {dag} after {patience:.0f} s: {reason}") from None
            time.sleep(1)
        else:
            return
