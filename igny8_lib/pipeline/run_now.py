"""Starting a run by hand: the product's `run_now`, whoever asks (command line, API, rule)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.credits.ledger import require
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound, SiteBusy, TemporaryError
from igny8_lib.models import Site, Trigger
from igny8_lib.pipeline.chosen_items import require_waiting, require_workable
from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.future_starts import future_date, withdraw
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.rule_runs import RULE_EXECUTION
from igny8_lib.pipeline.runs import active_run, next_number, require_switched_on
from igny8_lib.pipeline.site_pools import make_site_pool
from igny8_lib.sites.naming import dag_id
from igny8_lib.sites.sites import site_by_slug

DAG_APPEARS_WITHIN = 120.0
"""Seconds that a new site's DAG is waited for: a few rounds of the dag-processor."""

MANUAL = "manual__"
"""Begins the dag_run_id of a run that was started by the product."""
NAMES_TRIED = 20
TOKEN = "start_token"  # noqa: S105 - the key of a mark in a DAG run's conf, no secret
"""In a DAG run's conf: whose start it is."""


@dataclass(frozen=True)
class Launched:
    """A DAG run that Airflow has accepted."""

    dag_id: str
    dag_run_id: str


class StartUnknown(TemporaryError):
    """The start was sent and Airflow did not say what became of it."""

    def __init__(self, site: str, reason: Exception) -> None:
        super().__init__(
            f"Airflow does not say whether the run of site {site} has started ({reason}). "
            f"Look before you start it again: igny8 status {site}."
        )
        self.site = site


def run_now(
    sessions: Sessions,
    airflow: AirflowApi,
    slug: str,
    conf: Mapping[str, Any],
    *,
    trigger: Trigger = Trigger.MANUAL,
    patience: float = DAG_APPEARS_WITHIN,
    token: str = "",
    direct: bool = False,
    rule_execution: int | None = None,
) -> Launched:
    """Start a run of the site through Airflow's REST API.

    Checked before anything starts: the options (InvalidInput), the site (NotFound), that site, account and automation
    module are on (SwitchedOff, ModuleDisabled), that no run is active and none accepted by Airflow (SiteBusy, which
    names it), that chosen items can be worked (`require_workable` says what it raises), that the credits cover at least
    the first AI request (InsufficientCredits), and that the site's DAG is not paused (Conflict). Raises TemporaryError
    when the DAG has not appeared in Airflow after `patience` seconds, and StartUnknown where Airflow does not say
    whether it has accepted the run.

    `direct` says that somebody asks for one stage's work and nothing else: it is refused (InvalidInput) where too few
    items wait, which any other run would pass over. A caller who may have to ask again gives the same `token` each
    time, and gets the run that an earlier call started. `rule_execution` (id) is whose run it is, for the trigger
    `rule`: it has to be of the site and under way when the run begins.
    """
    options = RunOptions.parse(conf)
    if token and (known := find_start(sessions, airflow, slug, token)):
        return known
    check_start(sessions, slug, options, direct=direct)
    make_site_pool(airflow, slug)
    require_unpaused(slug, wait_for_dag(airflow, dag_id(slug), patience))
    require_nothing_accepted(sessions, airflow, slug)
    told = dict(conf) | {"trigger": trigger.value, TOKEN: token or secrets.token_hex(16)}
    if rule_execution is not None:
        told |= {RULE_EXECUTION: rule_execution}
    return Launched(dag_id(slug), trigger_once(airflow, slug, told, number_next(sessions, slug)))


def check_start(sessions: Sessions, slug: str, options: RunOptions, *, direct: bool = False) -> None:
    """Make sure that the product lets the site start. Raises as `run_now` says."""
    with sessions() as session:
        site = site_by_slug(session, slug)
        require_free(session, site, options)
        if direct and not options.items:
            require_waiting(session, site, options.stages[0])
        require_paid(forecast(session, site, options), options)


def require_free(session: Session, site: Site, options: RunOptions) -> None:
    """Make sure that nothing but credits keeps the site from starting. Raises as `run_now` says."""
    require_switched_on(session, site)
    if active := active_run(session, site.id):
        raise SiteBusy(site.slug, active.run_id, active.status.value)
    require_workable(session, site, options)


def require_paid(expected: Estimate, options: RunOptions) -> None:
    """Make sure that the credits cover the run's first AI request. Raises InsufficientCredits."""
    if not options.dry_run:
        require(expected.least, expected.available)


def number_next(sessions: Sessions, slug: str) -> int:
    """The number of the site's next run."""
    with sessions() as session:
        return next_number(session, site_by_slug(session, slug).id)


def find_start(sessions: Sessions, airflow: AirflowApi, slug: str, token: str) -> Launched | None:
    """The run that was started with this token: one that Airflow has open, or the site's last one."""
    for dag_run in airflow.open_runs([dag_id(slug)]):
        if is_own(dag_run, token):
            return Launched(dag_run["dag_id"], dag_run["dag_run_id"])
    with sessions() as session:
        last = last_begun(session, site_by_slug(session, slug))
    try:
        if last and is_own(airflow.dag_run(last.dag_id, last.dag_run_id), token):
            return Launched(last.dag_id, last.dag_run_id)
    except NotFound:
        pass  # deleted in Airflow, or never there
    return None


def is_own(dag_run: Mapping[str, Any], token: str) -> bool:
    """Whether the DAG run was started with this token."""
    return (dag_run.get("conf") or {}).get(TOKEN) == token


def require_unpaused(slug: str, dag: Mapping[str, Any]) -> None:
    """Raise Conflict where the site's DAG is paused: a run would be accepted and wait for ever."""
    if dag["is_paused"]:
        raise Conflict(f"Site {slug} is paused in Airflow: switch its DAG on there, or run `igny8 resume {slug}`.")


def require_nothing_accepted(sessions: Sessions, airflow: AirflowApi, slug: str) -> None:
    """Raise SiteBusy where Airflow has accepted another run of the site; one that waits for a date is withdrawn."""
    for dag_run in airflow.open_runs([dag_id(slug)]):
        if future_date(dag_run, clock.now()) is None:
            raise SiteBusy(slug, dag_run["dag_run_id"], dag_run["state"])
        withdraw(sessions, airflow, dag_run)


def trigger_once(airflow: AirflowApi, slug: str, conf: Mapping[str, Any], number: int) -> str:
    """Trigger the site's next run; its dag_run_id.

    The name follows from the run's number, so of two people who start a site at the same instant Airflow refuses one
    (SiteBusy). A start whose answer was lost is sent again, and known by its token where it had arrived. A DAG run of
    that name that ended without ever beginning a run leaves the name to the next one. Raises StartUnknown.
    """
    for again in range(1, NAMES_TRIED + 1):
        name = f"{MANUAL}{number}" + (f"_{again}" if again > 1 else "")
        try:
            return airflow.trigger(dag_id(slug), conf, dag_run_id=name)
        except TemporaryError as error:
            raise StartUnknown(slug, error) from error
        except Conflict:
            there = airflow.dag_run(dag_id(slug), name)
        if is_own(there, conf[TOKEN]):
            return name
        if there["state"] not in ENDED_STATES:
            raise SiteBusy(slug, name, there["state"])
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
