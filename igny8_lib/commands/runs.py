"""`igny8 runs`: the runs of a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.status import view
from igny8_lib.models import AutomationRun
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.find_run import find_run
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.pipeline.run_view import direct_words, direct_work, run_view
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="The runs of a site.", no_args_is_help=True)


@app.command("list")
def list_runs(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List runs, newest first.

    Example: igny8 runs list blog --limit 5
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        query = select(AutomationRun).where(AutomationRun.site_id == found.id).order_by(AutomationRun.id.desc())
        runs = session.scalars(query.limit(limit)).all()
    show([run_view(run) for run in runs], as_json=as_json, text=lambda: runs_table(runs))


def runs_table(runs: Sequence[AutomationRun]) -> Table:
    """The runs as people compare them; their names carry the time of their start."""
    heads = [">#", "=run", "?on", "status", ">credits", "why it stopped"]
    return table(
        heads,
        ([r.run_number, r.run_id, worked_on(r), r.status, r.total_credits_used, r.stopped_detail] for r in runs),
    )


def worked_on(run: AutomationRun) -> str:
    """Which items the run was for."""
    return direct_words(direct_work(run)) or "what waited"


@app.command("show")
def show_run(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    run: Annotated[str, typer.Argument(help="The run's number, or its name such as run_20260113_140523_manual.")],
    as_json: JsonOption = False,
) -> None:
    """Show one run: its stages, its end and its log.

    Example: igny8 runs show blog 7
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        chosen = find_run(session, found, run)
        progress = progress_of(session, chosen)
        lines = activity.latest(session, chosen)
    document = run_view(chosen) | {
        "stages": [stage.as_json() for stage in progress.stages],
        "initial_snapshot": chosen.initial_snapshot,
        "log": [{"at": line.at, "stage": line.stage, "level": line.level, "message": line.message} for line in lines],
    }
    show(document, as_json=as_json, text=lambda: view(progress, lines))
