"""`igny8 clean-up`: remove what is old, or tell how much that is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.retention.airflow_rows import AIRFLOW_PARTS
from igny8_lib.retention.clean_up import PARTS, PRODUCT_PARTS, Cleaner, CleanUp
from igny8_lib.retention.log_files import LogPlace
from igny8_lib.retention.watch import AT_DEADLINE, Watch, heeding_signals
from igny8_lib.settings import Settings, load

WHY = {AT_DEADLINE: "its time was over", "": ""}
"""Why it stopped before its end; otherwise it was told to."""


def clean_up(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what is old, and remove nothing.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Only this part; may be given again. Parts: {', '.join(PARTS)}.")
    ] = None,
    product_only: Annotated[
        bool, typer.Option("--product-only", help="Only the product's own tables: needs no Airflow.")
    ] = False,
    task_logs: Annotated[
        str, typer.Option(help="Folder or fsspec URL of Airflow's task logs; the local stack's where nothing is given.")
    ] = "",
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="Stop after so long; the next one goes on.")] = 90,
    as_json: JsonOption = False,
) -> None:
    """Remove what is older than the settings IGNY8_KEEP_…_DAYS say; the DAG clean_up does so every day.

    Example: igny8 clean-up --dry-run
    """
    settings = load()
    places = task_log_places(settings, task_logs)
    parsing = existing(settings.home / "logs" / "dag_processor")
    cleaner = Cleaner(open_sessions(), settings, lambda: AirflowApi.of(settings), places, parsing)
    if product_only:
        cleaner = Cleaner(cleaner.sessions, settings)
    parts, _ = cleaner.plan(only or ())  # what is wrong with it is told before anything is asked
    if not set(parts) <= set(PRODUCT_PARTS):
        AirflowApi.of(settings).sign_in()  # where Airflow is away or refuses, nothing is begun
    with heeding_signals(Watch(minutes * 60)) as watch:
        done = cleaner.clean_up(watch, only=only or (), dry_run=dry_run)
    show(done.as_json(), as_json=as_json, text=lambda: view(done))


def task_log_places(settings: Settings, given: str) -> list[LogPlace]:
    """The place that was named, or the local stack's folder where there is one."""
    return [LogPlace.of(given)] if given else existing(settings.home / "task_logs")


def existing(folder: Path) -> list[LogPlace]:
    """The folder, where it is there."""
    return [LogPlace.of(str(folder))] if folder.is_dir() else []


def view(done: CleanUp) -> object:
    """A table of the parts; what is older than its date."""
    counted = "to remove" if done.dry_run else "removed"
    rows = [(each.part, kind_of(each.part), f"{each.before:%Y-%m-%d %H:%M}", f"{each.rows:,}") for each in done.done]
    title = ""
    if done.stopped:
        title = f"Stopped before its end, as {WHY.get(done.stopped, 'it was told to')}: the next one goes on."
    return table(["=part", "?of", "?before (UTC)", f">{counted}"], rows, title=title)


def kind_of(part: str) -> str:
    """Where the part lies."""
    if part in PRODUCT_PARTS:
        return "product"
    return "Airflow" if part in AIRFLOW_PARTS else "log files"
