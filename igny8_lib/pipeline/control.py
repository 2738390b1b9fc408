"""Pause, resume and cancel, whoever asks (command line, API, rule). All three may be repeated and may meet each other.

    pause    Airflow first (the DAG's is_paused is the truth), then the run's record
    resume   check that the run is still going on, then Airflow, then the record
    cancel   the record first (fence, charge, release, free: from here on it holds), then Airflow

What could not be told to Airflow is repaired by the reconciler.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound, PermanentError, TemporaryError
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus
from igny8_lib.pipeline import airflow_mirror, end_run, leases, lifecycle, runs
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.sites.naming import dag_id
from igny8_lib.sites.sites import site_by_slug


@dataclass(frozen=True)
class Done:
    """What an action did: the run as it is now, whether anything changed, and a sentence for people."""

    run: AutomationRun | None
    changed: bool
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "run_id": self.run.run_id if self.run else None,
            "status": self.run.status.value if self.run else None,
            "changed": self.changed,
            "message": self.sentence,
        }


class NoActiveRun(Conflict):
    """The site has no run that this could be done to; names the last one."""

    def __init__(self, site: str, last: AutomationRun | None) -> None:
        ended = f"; the last one, {last.run_id}, is {last.status.value}" if last else ""
        super().__init__(f"Site {site} has no active run{ended}.")
        self.site = site
        self.run_id = last.run_id if last else None
        self.status = last.status.value if last else None


def pause(sessions: Sessions, airflow: AirflowApi, slug: str, *, actor: str, run_id: str = "") -> Done:
    """Pause the site's active run (or the one named): the batch under way is the last one until it is resumed.

    The site's schedule is quiet as long. Raises NoActiveRun, WrongTransition where the run ended meanwhile, NotFound,
    and AirflowUnreachable, after which nothing has changed.
    """
    run = chosen(sessions, slug, run_id)
    if run is None or run.status not in ACTIVE_RUN:
        raise NoActiveRun(slug, run)
    airflow.set_paused(run.dag_id, paused=True)
    try:
        with sessions.begin() as session:
            changed = lifecycle.pause(session, run.id, actor=actor)
    except Conflict:
        airflow.set_paused(run.dag_id, paused=False)  # it ended meanwhile, and its pause ends with it
        raise
    return Done(reread(sessions, run), changed, f"Run {run.run_id} is paused.")


def resume(sessions: Sessions, airflow: AirflowApi, slug: str, *, actor: str, run_id: str = "") -> Done:
    """Let the site's paused run go on where it stopped. Without an active run, let its paused schedule start again.

    Raises NoActiveRun, WrongTransition where the run ended meanwhile, SiteBusy where another run has the site,
    NotFound, and AirflowUnreachable, after which nothing has changed.
    """
    run = chosen(sessions, slug, run_id)
    if run is None or run.status not in ACTIVE_RUN:
        return resume_idle(airflow, slug, run)
    run = airflow_mirror.look(sessions, airflow, run.id)
    with sessions.begin() as session:
        if run.status not in ACTIVE_RUN:
            raise lifecycle.WrongTransition(run, RunStatus.RUNNING)
        leases.require_site(session, run)
    airflow.set_paused(run.dag_id, paused=False)
    with sessions.begin() as session:
        changed = lifecycle.resume(session, run.id, actor=actor)
    return Done(reread(sessions, run), changed, f"Run {run.run_id} is running.")


def resume_idle(airflow: AirflowApi, slug: str, last: AutomationRun | None) -> Done:
    """Unpause the DAG of a site without an active run. Raises NoActiveRun where it is not paused."""
    try:
        if not airflow.dag(dag_id(slug))["is_paused"]:
            raise NoActiveRun(slug, last)
    except NotFound:
        raise NoActiveRun(slug, last) from None
    airflow.set_paused(dag_id(slug), paused=False)
    return Done(None, changed=True, sentence=f"Site {slug} starts by its schedule again; no run was paused.")


def cancel(sessions: Sessions, airflow: AirflowApi, slug: str, *, actor: str, run_id: str = "") -> Done:
    """End the site's active run as cancelled, running or paused; the site is free when this returns.

    A run cancelled before is returned as it is. A DAG run that Airflow has accepted and that has not begun yet is
    withdrawn. Raises NoActiveRun, NotFound. An Airflow that does not answer is no error: the run has ended, and the
    reconciler stops its DAG run as soon as it can.
    """
    run = chosen(sessions, slug, run_id)
    if run is None or run.status not in ACTIVE_RUN:
        return cancel_unbegun(sessions, airflow, slug, run, actor=actor)
    sentence = f"Cancelled{lifecycle.by_actor(actor)}."
    with sessions.begin() as session:
        ended = end_run.cancel(session, run.id, sentence=sentence, actor=actor)
    if ended.status != RunStatus.CANCELLED:
        raise lifecycle.WrongTransition(ended, RunStatus.CANCELLED)
    note = stop_dag_run(sessions, airflow, ended)
    return Done(ended, changed=True, sentence=f"Run {run.run_id} has ended: {ended.stopped_detail}{note}")


def cancel_unbegun(
    sessions: Sessions, airflow: AirflowApi, slug: str, last: AutomationRun | None, *, actor: str
) -> Done:
    """Withdraw what Airflow has accepted for the site and what has no record yet; it may begin meanwhile."""
    known = last.dag_run_id if last else ""
    open_runs = [dag_run["dag_run_id"] for dag_run in airflow.open_runs([dag_id(slug)])]
    unbegun = [name for name in open_runs if name != known]
    for name in unbegun:
        airflow.end_run(dag_id(slug), name)
    with sessions() as session:
        begun = runs.active_run(session, site_by_slug(session, slug).id)
    if begun is not None:
        return cancel(sessions, airflow, slug, actor=actor, run_id=begun.run_id)
    if unbegun:
        return Done(None, changed=True, sentence=f"The start of site {slug} was withdrawn before it began.")
    if last is not None and last.status == RunStatus.CANCELLED:
        if known in open_runs:
            stop_dag_run(sessions, airflow, last)
        return Done(last, changed=False, sentence=f"Run {last.run_id} was cancelled before: {last.stopped_detail}")
    raise NoActiveRun(slug, last)


def stop_dag_run(sessions: Sessions, airflow: AirflowApi, run: AutomationRun) -> str:
    """Stop a cancelled run's tasks and lift its pause; returns what people should know, if anything."""
    try:
        airflow.end_run(run.dag_id, run.dag_run_id)
        airflow_mirror.lift_pause(sessions, airflow, run)
    except NotFound:
        return ""
    except (TemporaryError, PermanentError) as error:
        return f" Its tasks can write nothing any more; Airflow could not be told yet ({error})"
    return ""


def chosen(sessions: Sessions, slug: str, run_id: str) -> AutomationRun | None:
    """The run named, else the site's active one, else its last one. Raises NotFound."""
    with sessions() as session:
        site = site_by_slug(session, slug)
        if run_id:
            return runs.by_name(session, site.id, run_id)
        return runs.active_run(session, site.id) or last_begun(session, site)


def reread(sessions: Sessions, run: AutomationRun) -> AutomationRun:
    """The run as it is now."""
    with sessions() as session:
        return session.get_one(AutomationRun, run.id)
