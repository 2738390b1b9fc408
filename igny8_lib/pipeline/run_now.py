"""Starting a run by hand: the product's `run_now`, whoever asks (command line, API, rule)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.credits.ledger import require
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound, SiteBusy, TemporaryError
from igny8_lib.models import Trigger
from igny8_lib.pipeline.airflow_mirror import ENDED_STATES
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.runs import active_run, next_number, require_switched_on
from igny8_lib.sites.naming import dag_id, pool_name
from igny8_lib.sites.sites import site_by_slug

DAG_APPEARS_WITHIN = 120.0
"""Seconds that a new site's DAG is waited for: a few rounds of the dag-processor."""

MANUAL = "manual__"
"""Begins the dag_run_id of a run that was started by the product."""
NAMES_TRIED = 20


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

    Checked before anything starts: the options (InvalidInput), the site (NotFound), that site, account and automation
    module are on (SwitchedOff, ModuleDisabled), that no run is active and none accepted by Airflow (SiteBusy, which
    names it), that the credits cover at least the first AI request (InsufficientCredits), and that the site's DAG is
    not paused (Conflict). Raises TemporaryError when the DAG has not appeared in Airflow after `patience` seconds.
    """
    options = RunOptions.parse(conf)
    with sessions() as session:
        site = site_by_slug(session, slug)
        require_switched_on(session, site)
        if active := active_run(session, site.id):
            raise SiteBusy(slug, active.run_id, active.status.value)
        expected = forecast(session, site, options)
        if not options.dry_run:
            require(expected.least, expected.available)
        number = next_number(session, site.id)
    airflow.make_pool(pool_name(slug), f"Site {slug}: one task at a time")
    require_unpaused(slug, wait_for_dag(airflow, dag_id(slug), patience))
    if waiting := airflow.open_runs([dag_id(slug)]):
        raise SiteBusy(slug, waiting[0]["dag_run_id"], waiting[0]["state"])
    return Launched(dag_id(slug), trigger_once(airflow, slug, dict(conf) | {"trigger": trigger.value}, number))


def require_unpaused(slug: str, dag: Mapping[str, Any]) -> None:
    """Raise Conflict where the site's DAG is paused: a run would be accepted and wait for ever."""
    if dag["is_paused"]:
        raise Conflict(f"Site {slug} is paused in Airflow: switch its DAG on there, or run `igny8 resume {slug}`.")


def trigger_once(airflow: AirflowApi, slug: str, conf: Mapping[str, Any], number: int) -> str:
    """Trigger the site's next run; its dag_run_id.

    The name follows from the run's number, so of two people who start a site at the same instant Airflow refuses one
    (SiteBusy). A DAG run of that name that ended without ever beginning a run leaves the name to the next one.
    """
    for again in range(1, NAMES_TRIED + 1):
        name = f"{MANUAL}{number}" + (f"_{again}" if again > 1 else "")
        try:
            return airflow.trigger(dag_id(slug), conf, dag_run_id=name)
        except Conflict:
            state = airflow.dag_run(dag_id(slug), name)["state"]
            if state not in ENDED_STATES:
                raise SiteBusy(slug, name, state) from None
    raise Conflict(f"{NAMES_TRIED} starts of run {number} of site {slug} never began: see their logs in Airflow.")


def wait_for_dag(airflow: AirflowApi, dag: str, patience: float) -> dict[str, Any]:
    """Airflow's view of the DAG, as soon as it knows it. Raises TemporaryError after `patience` seconds."""
    give_up_at = time.monotonic() + patience
    while True:
        try:
            return airflow.dag(dag)
        except NotFound:
            if time.monotonic() > give_up_at:
                reason = "is the dag-processor running, and the site active?"
                raise TemporaryError(f"Airflow does not know {dag} after {patience:.0f} s: {reason}") from None
            time.sleep(1)
