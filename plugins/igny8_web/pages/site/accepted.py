"""A start that Airflow has accepted and that has no run yet: between the two lie seconds, or a queue."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib import clock
from igny8_lib.errors import Igny8Error
from igny8_lib.models import ACTIVE_RUN, AutomationRun
from igny8_lib.pipeline.future_starts import future_date
from igny8_lib.sites.naming import dag_id
from igny8_web.as_caller import airflow_of
from igny8_web.doors import SiteDoor


@dataclass(frozen=True)
class Accepted:
    """The DAG run of a start. `is_open`: it is queued or begins; else it ended before it became a run."""

    dag_id: str
    dag_run_id: str
    is_open: bool = True


def follow(door: SiteDoor, run: AutomationRun | None, name: str) -> Accepted | None:
    """What became of the DAG run of that name; None as soon as it is the site's run, or another one is active."""
    if run and (run.dag_run_id == name or run.status in ACTIVE_RUN):
        return None
    found = open_starts(door)
    return None if found is None else Accepted(dag_id(door.slug), name, is_open=name in found)


def look_for(door: SiteDoor, run: AutomationRun | None) -> Accepted | None:
    """The start that Airflow has accepted, where no run is active and there is one."""
    if run and run.status in ACTIVE_RUN:
        return None
    known = run.dag_run_id if run else ""
    starts = [name for name in open_starts(door) or [] if name != known]
    return Accepted(dag_id(door.slug), starts[0]) if starts else None


def open_starts(door: SiteDoor) -> list[str] | None:
    """DAG runs of the site that are queued or running and wait for no date; None where Airflow does not tell: the page
    is about the site and does not fail with it."""
    try:
        runs = airflow_of(door.caller).open_runs([dag_id(door.slug)])
    except Igny8Error:
        return None
    return [str(each["dag_run_id"]) for each in runs if future_date(each, clock.now()) is None]
