"""`igny8 pause`, `igny8 resume`, `igny8 cancel`: a site's active run."""

from __future__ import annotations

from typing import Annotated

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.pipeline import control
from igny8_lib.pipeline.control import Done
from igny8_lib.settings import load

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
RunOption = Annotated[str, typer.Option("--run", help="Only this run, such as run_20260113_140523_manual.")]


def pause(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """Pause the site's run after the batch under way; its schedule is quiet until it is resumed."""
    tell(control.pause(open_sessions(), AirflowApi.of(load()), site, actor=by, run_id=run), as_json=as_json)


def resume(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """Let the site's paused run go on where it stopped."""
    tell(control.resume(open_sessions(), AirflowApi.of(load()), site, actor=by, run_id=run), as_json=as_json)


def cancel(site: SiteArgument, by: ByOption, run: RunOption = "", as_json: JsonOption = False) -> None:
    """End the site's run now; the site is free at once, and what the run finished stays."""
    tell(control.cancel(open_sessions(), AirflowApi.of(load()), site, actor=by, run_id=run), as_json=as_json)


def tell(done: Done, *, as_json: bool) -> None:
    """What was done."""
    show(done.as_json(), as_json=as_json, text=lambda: done.sentence)
