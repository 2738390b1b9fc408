"""`igny8 run`: start a site's pipeline through Airflow."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.interrupts import run_goes_on, say_what_goes_on
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.commands.status import follow_run
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, PermanentError
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus
from igny8_lib.pipeline.limits import MOST_CHOSEN, RunOptions
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.pipeline.run_now import Launched, run_now
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.pipeline.runs import find
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.settings import load
from igny8_lib.sites.configuration import MOST_CREDITS, MOST_ITEMS

LIMITS = {str(stage.number): stage.limit for stage in STAGES} | {"credits": "max_credits_per_run"}
STARTS_WITHIN = 300.0
MAY_HAVE_STARTED = (
    "Interrupted while Airflow was asked; the run may start all the same. "
    "Look: igny8 status {site} --follow. Stop it: igny8 cancel {site}."
)

LIMIT_HELP = (
    f"At most N items in stage 1…7 (up to {MOST_ITEMS:,}), or credits=N (up to {MOST_CREDITS:,}); 0 is unlimited. "
    "May be repeated."
)
LimitOption = Annotated[list[str] | None, typer.Option("--limit", metavar="STAGE=N", help=LIMIT_HELP)]
StagesOption = Annotated[str, typer.Option(help="Stages to run, such as 1,2,3; all when empty.")]
StageOption = Annotated[int | None, typer.Option("--stage", min=1, max=7, help="The one stage to run.")]
ITEMS_HELP = (
    f"Only these items of the one stage: their ids, such as 3,7,9 (up to {MOST_CHOSEN:,}), or - to read them from the "
    "input. May be repeated."
)
ItemsOption = Annotated[list[str] | None, typer.Option("--items", metavar="IDS", help=ITEMS_HELP)]


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
    stage: StageOption = None,
    items: ItemsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start the site's pipeline. Refused while a run of the site is active, with that run's id.

    Examples: igny8 run blog --limit 4=10 --limit credits=50 --wait, igny8 run blog --stage 4 --items 3,7,9
    """
    sessions = open_sessions()
    airflow = AirflowApi.of(load())
    conf = make_conf(limit or [], one_stage(stages, stage), items or [], dry_run=dry_run)
    with say_what_goes_on(MAY_HAVE_STARTED.format(site=site)):
        launched = run_now(sessions, airflow, site, conf)
    document: dict[str, Any] = {"site": site, "dag_id": launched.dag_id, "dag_run_id": launched.dag_run_id}
    if not wait:
        show(
            document,
            as_json=as_json,
            text=lambda: f"Started {launched.dag_run_id}. Follow it: igny8 status {site} --follow",
        )
        return
    with say_what_goes_on(run_goes_on(site)):
        ended = wait_for_end(sessions, launched, airflow, quiet=as_json)
    with sessions() as session:
        document |= run_view(ended) | progress_of(session, ended).as_json()
    show(document, as_json=as_json, text=lambda: f"{ended.run_id}: {ended.status.value}. {ended.stopped_detail}")
    if ended.status != RunStatus.COMPLETED:
        raise typer.Exit(1)


def one_stage(stages: str, stage: int | None) -> str:
    """The stages to run, from the two options that name them. Raises InvalidInput where both are given."""
    if stages and stage is not None:
        raise InvalidInput("Give --stage for one stage or --stages for several, not both.")
    return stages if stage is None else str(stage)


def make_conf(limits: list[str], stages: str, items: Sequence[str] = (), *, dry_run: bool) -> dict[str, Any]:
    """The DAG run's conf. Raises InvalidInput for a limit that is not STAGE=N, and for what is out of bounds."""
    conf: dict[str, Any] = dict(parse_limit(pair) for pair in limits)
    if stages:
        conf["stages"] = stages.replace(" ", "").split(",")
    if items:
        conf["items"] = [id_ for part in items for id_ in read_ids(part)]
    conf |= {"dry_run": True} if dry_run else {}
    RunOptions.parse(conf)
    return conf


def read_ids(given: str) -> list[str]:
    """Ids with commas or white space between them, from the option or, for "-", from the input."""
    return (sys.stdin.read() if given == "-" else given).replace(",", " ").split()


def parse_limit(pair: str) -> tuple[str, int | float]:
    """`4=10` or `credits=20.5` as the limit's name and value. Raises InvalidInput."""
    name, _, value = pair.partition("=")
    field = LIMITS.get(name) or (name if name in LIMITS.values() else None)
    try:
        if field is not None:
            return field, (float(value) if field == "max_credits_per_run" else int(value))
    except ValueError:
        pass
    raise InvalidInput(f"--limit {pair[:100]!r} is not STAGE=N: name a stage 1…7 or credits, and a whole number.")


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
