"""Runs of a site: what goes on, starting, pausing, resuming and cancelling, settings and estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ACTIVE_RUN, AutomationConfig, AutomationRun, Module, Site, Trigger
from igny8_lib.pipeline import activity, control
from igny8_lib.pipeline.control import Done
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.pipeline.runs import active_run
from igny8_lib.pipeline.stages import stage
from igny8_lib.sites.access import Action
from igny8_lib.sites.configuration import configuration_of, configure
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_web.api.automation_shapes import (
    Config,
    ConfigChange,
    CurrentProcessing,
    CurrentRun,
    Estimate,
    Named,
    RunControlled,
    RunNow,
    Started,
)
from igny8_web.api.shapes import IdempotencyKey
from igny8_web.as_caller import DAG_APPEARS_WITHIN, airflow_of
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import STARTING_RUNS

router = APIRouter(prefix="/automation", tags=["automation"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.AUTOMATION))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.AUTOMATION))]
Managing = Annotated[SiteDoor, Depends(OnSite(Action.MANAGE, Module.AUTOMATION))]
LOG_LINES = 50


def newest(session: Session, site: Site) -> AutomationRun | None:
    """The site's active run, else its last one that began."""
    return active_run(session, site.id) or last_begun(session, site)


def result_name(number: int) -> str:
    """Under which name a stage's result stands."""
    told = stage(number)
    return f"stage_{number}_result" if told.is_numbered else f"{told.slug}_result"


@router.get("/current_run/")
def current_run(door: Reading) -> CurrentRun:
    """The site's active run, or its last one, with each stage's result and the last 50 lines of its log."""
    with door.begin() as (session, site):
        run = newest(session, site)
        if run is None:
            return CurrentRun(run=None)
        stages = progress_of(session, run).stages
        results = {result_name(each.number): each.as_json() for each in stages}
        log = activity.latest(session, run, LOG_LINES)
        return CurrentRun.model_validate({"run": run_view(run), "log": log} | results)


@router.get("/current_processing/")
def current_processing(door: Reading) -> CurrentProcessing:
    """How far the run is, what is in work, what comes next, and how long it will still take."""
    with door.begin() as (session, site):
        run = newest(session, site)
        if run is None:
            return CurrentProcessing(active=False)
        progress = progress_of(session, run).as_json()
        return CurrentProcessing.model_validate(progress | {"active": run.status in ACTIVE_RUN})


@router.get("/estimate/")
def estimate(
    door: Reading,
    stages: Annotated[list[int] | None, Query(description="Stages to run; all where absent.")] = None,
) -> Estimate:
    """What a run would take, make and cost if it started now."""
    options = RunOptions.parse({"stages": stages} if stages else {})
    with door.begin() as (session, site):
        return Estimate.model_validate(forecast(session, site, options).as_json())


@router.get("/config/")
def config(door: Reading) -> Config:
    """The site's settings, and when its next run starts by itself."""
    with door.begin() as (session, site):
        return config_of(session, site)


@router.put("/config/")
def change_config(door: Managing, change: ConfigChange) -> Config:
    """Change settings, all or none; they hold from the next run on."""
    with door.begin() as (session, site):
        configure(session, site.id, change.settings, version=change.version)
        return config_of(session, site)


def config_of(session: Session, site: Site) -> Config:
    """Settings, schedule in words and the next start."""
    stored = session.get_one(AutomationConfig, site.id, populate_existing=True)
    schedule = schedule_of(stored, site)
    return Config(
        site=site.slug,
        version=stored.version,
        schedule=schedule.describe() if schedule else "off",
        next_run_at=next_run_at(schedule, clock.now()),
        settings=configuration_of(stored),
    )


@router.post("/run_now/", status_code=202, dependencies=[Depends(STARTING_RUNS)])
def start_run(door: Running, wish: Annotated[RunNow, Body()], key: IdempotencyKey = "") -> Started:
    """Start a run. Refused while one of the site is active, and where the credits cover not even its first request.

    The same key starts one run, however often it is sent.
    """
    door.check()
    return launch(
        door, wish.model_dump(exclude_none=True, exclude={"limits"}) | wish.limits.model_dump(exclude_unset=True), key
    )


def launch(door: SiteDoor, conf: Mapping[str, object], key: str, *, direct: bool = False) -> Started:
    """Start a run as the caller, one per key; `direct` where it is one stage's work and nothing else."""
    launched = run_now(
        door.caller.sessions,
        airflow_of(door.caller),
        door.slug,
        conf,
        trigger=Trigger.API,
        patience=DAG_APPEARS_WITHIN,
        token=f"{door.caller.name}/{key}" if key else "",
        direct=direct,
    )
    return Started(site=door.slug, dag_id=launched.dag_id, dag_run_id=launched.dag_run_id)


@router.post("/pause/")
def pause(door: Running, named: Annotated[Named, Body()]) -> RunControlled:
    """Pause the run after the batch under way; the site's schedule is quiet until it is resumed."""
    return act(door, control.pause, named)


@router.post("/resume/")
def resume(door: Running, named: Annotated[Named, Body()]) -> RunControlled:
    """Let the paused run go on where it stopped."""
    return act(door, control.resume, named)


@router.post("/cancel/")
def cancel(door: Running, named: Annotated[Named, Body()]) -> RunControlled:
    """End the run now; what it finished stays, and the site is free at once."""
    return act(door, control.cancel, named)


def act(door: SiteDoor, action: Callable[..., Done], named: Named) -> RunControlled:
    """Do it in Airflow and in the run's record, as the caller. All three may be sent twice."""
    door.check()
    done = action(door.caller.sessions, airflow_of(door.caller), door.slug, actor=door.caller.name, run_id=named.run_id)
    return RunControlled.model_validate(done.as_json())
