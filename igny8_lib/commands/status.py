"""`igny8 status`: how far a site's run is."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.control import RunOption
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.interrupts import run_goes_on, say_what_goes_on
from igny8_lib.commands.output import JsonOption, console, show
from igny8_lib.db.session import Sessions
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunEvent
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.find_run import find_run, newest_run
from igny8_lib.pipeline.progress import Progress, progress_of
from igny8_lib.pipeline.run_view import direct_words, run_view
from igny8_lib.sites.sites import site_by_slug

EVERY_SECONDS = 0.5
LINES_SHOWN = 8
STYLES = {"completed": "green", "failed": "red", "running": "cyan", "skipped": "dim", "waiting": "dim"}


def status(
    site: Annotated[str, typer.Argument(help="The site's slug.")],
    run: RunOption = "",
    follow: Annotated[bool, typer.Option("--follow", help="Show the run live until it has ended.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the site's newest run: a bar per stage with items, credits and time left, and the end of its log.

    Examples: igny8 status blog --follow, igny8 status blog --run 7
    """
    sessions = open_sessions()
    with sessions() as session:
        found = site_by_slug(session, site)
        chosen = find_run(session, found, run) if run else newest_run(session, found)
    if follow and chosen.status in ACTIVE_RUN:
        with say_what_goes_on(run_goes_on(site)):
            chosen = follow_run(sessions, chosen.id, quiet=as_json)
    with sessions() as session:
        progress = progress_of(session, chosen)
        lines = activity.latest(session, chosen)
    log = [{"at": line.at, "stage": line.stage, "level": line.level, "message": line.message} for line in lines]
    document = {"site": site, **run_view(chosen), **progress.as_json(), "log": log}
    show(document, as_json=as_json, text=lambda: view(progress, lines))


def follow_run(sessions: Sessions, run_id: int, *, quiet: bool) -> AutomationRun:
    """Show the run live until it has ended; silently where `quiet`."""
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while True:
            with sessions() as session:
                run = session.get_one(AutomationRun, run_id)
                if run.status not in ACTIVE_RUN:
                    return run
                if not quiet:
                    live.update(view(progress_of(session, run), activity.latest(session, run, LINES_SHOWN)))
            time.sleep(EVERY_SECONDS)


def view(progress: Progress, lines: list[RunEvent]) -> Group:
    """A run as text: a bar per stage, what is being worked, the last lines of the log."""
    log = [
        Text(f"{line.at:%H:%M:%S} {line.message}", style="dim", overflow="ellipsis") for line in lines[-LINES_SHOWN:]
    ]
    return Group(headline(progress), bars(progress), *log)


def headline(progress: Progress) -> Text:
    """One line on the whole run."""
    left = f", about {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
    facts = f"{progress.percentage:.0f} %, {progress.seconds_elapsed:.0f} s{left}, {progress.credits_used} credits"
    end = f"\n{progress.sentence}" if progress.sentence else ""
    chosen = f" on {words}" if (words := direct_words(progress.direct)) else ""
    run = f"Run #{progress.run_number} ({progress.run_id}){chosen}"
    return Text(f"{run} is {progress.status}: {facts}{end}", style="bold")


def bars(progress: Progress) -> Table:
    """A row per stage."""
    table = Table.grid(padding=(0, 2))
    for stage in progress.stages:
        style = STYLES.get(stage.status, "")
        bar = ProgressBar(total=1, completed=stage.share if stage.status != "skipped" else 0, width=30)
        items = f"{stage.finished}/{stage.total}" if stage.total else stage.reason or "–"
        failed = f"{stage.failed} failed" if stage.failed else ""
        spent = f"{stage.credits} credits" if stage.credits else ""
        table.add_row(stage.label, Text(stage.status, style), bar, items, failed, spent)
    return table
