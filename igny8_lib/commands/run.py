"""`igny8 run`: start a site's pipeline through Airflow."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.commands.status import follow_run
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, PermanentError
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.pipeline.run_now import Launched, launch
from igny8_lib.pipeline.runs import find
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.settings import load

LIMITS = {str(stage.number): stage.limit for stage in STAGES} | {"credits": "max_credits_per_run"}
STARTS_WITHIN = 300.0

LimitOption = Annotated[
    list[str] | None, typer.Option("--limit", help="STAGE=N: at most N items in stage 1…7, or credits=N.")
]
StagesOption = Annotated[str, typer.Option(help="Stages to run, such as 1,2,3; all when empty.")]


def run(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the end; the exit code is 0 where it completed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Take the snapshot and the estimate, change nothing.")
    ] = False,
    limit: LimitOption = None,
    stages: StagesOption = "",
    as_json: JsonOption = False,
) -> None:
    """Start the site's pipeline. Refused while a run of the site is active, with that run's id."""
    sessions = open_sessions()
    airflow = AirflowApi.of(load())
    launched = launch(sessions, airflow, site, conf_of(limit or [], stages, dry_run=dry_run))
    document: dict[str, Any] = {"site": site, "dag_id": launched.dag_id, "dag_run_id": launched.dag_run_id}
    if not wait:
        show(
            document,
            as_json=as_json,
            text=lambda: f"Started {launched.dag_run_id}. Follow it: igny8 status {site} --follow",
        )
        return
    ended = wait_for_end(sessions, launched, airflow, quiet=as_json)
    with sessions() as session:
        document |= progress_of(session, ended).as_json()
    show(document, as_json=as_json, text=lambda: f"{ended.run_id}: {ended.status.value}. {ended.stopped_detail}")
    if ended.status != RunStatus.COMPLETED:
        raise typer.Exit(1)


def conf_of(limits: list[str], stages: str, *, dry_run: bool) -> dict[str, Any]:
    """The DAG run's conf. Raises InvalidInput for a limit that is not STAGE=N."""
    conf: dict[str, Any] = {}
    for pair in limits:
        name, _, value = pair.partition("=")
        field = LIMITS.get(name) or (name if name in LIMITS.values() else None)
        try:
            conf[str(field)] = float(value) if field == "max_credits_per_run" else int(value)
        except ValueError:
            field = None
        if field is None:
            raise InvalidInput(f"--limit {pair!r} is not STAGE=N: name a stage 1…7 or credits, and a whole number.")
    if stages:
        conf["stages"] = stages.replace(" ", "").split(",")
    return conf | ({"dry_run": True} if dry_run else {})


def wait_for_end(sessions: Sessions, launched: Launched, airflow: AirflowApi, *, quiet: bool) -> AutomationRun:
    """Follow the run until it has ended.

    Raises PermanentError where the DAG run ended, or did not begin within five minutes, without a run record.
    """
    give_up_at = time.monotonic() + STARTS_WITHIN
    while True:
        with sessions() as session:
            record = find(session, launched.dag_id, launched.dag_run_id)
        if record is not None:
            break
        state = airflow.dag_run(launched.dag_id, launched.dag_run_id)["state"]
        if state in ("failed", "success") or time.monotonic() > give_up_at:
            raise PermanentError(
                f"DAG run {launched.dag_run_id} is {state} without having begun: see its log in Airflow."
            )
        time.sleep(0.5)
    return record if record.status not in ACTIVE_RUN else follow_run(sessions, record.id, quiet=quiet)
