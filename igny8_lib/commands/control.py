"""`igny8 pause`, `igny8 resume`, `igny8 cancel`: a site's active run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.pipeline import control
from igny8_lib.pipeline.control import Done
from igny8_lib.pipeline.find_run import find_run
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
RunOption = Annotated[
    str,
    typer.Option(
        "--run", metavar="RUN", help="Only this run: its number, or its name such as run_20260113_140523_manual."
    ),
]


def pause(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """Pause the site's run after the batch under way; its schedule is quiet until it is resumed.

    Example: igny8 pause blog
    """
    act(control.pause, site, run, by, as_json=as_json)


def resume(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """Let the site's paused run go on where it stopped.

    Example: igny8 resume blog
    """
    act(control.resume, site, run, by, as_json=as_json)


def cancel(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """End the site's run now; the site is free at once, and what the run finished stays.

    Example: igny8 cancel blog --run 7
    """
    act(control.cancel, site, run, by, as_json=as_json)


def act(action: Callable[..., Done], site: str, run: str, by: str, *, as_json: bool) -> None:
    """Do it to the run that was named, or to the site's active one, and say what was done."""
    sessions = open_sessions()
    if run:
        with sessions() as session:
            run = find_run(session, site_by_slug(session, site), run).run_id
    done = action(sessions, AirflowApi.of(load()), site, actor=by, run_id=run)
    document = (run_view(done.run) if done.run else {}) | done.as_json()
    show(document, as_json=as_json, text=lambda: done.sentence)
