"""`igny8 demo`: from nothing to published articles, as `make run` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.people import Wish
from igny8_lib.commands.interrupts import run_goes_on, say_what_goes_on
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.run import wait_for_end
from igny8_lib.commands.stack import say, this_stack
from igny8_lib.commands.status import follow_run
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import Igny8Error, SiteBusy
from igny8_lib.models import AutomationRun
from igny8_lib.pipeline.progress import Progress, progress_of
from igny8_lib.pipeline.run_now import run_now
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.pipeline.runs import by_name
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.stack import lifecycle
from igny8_lib.stack.demo import LIMITS, Demo, ensure_people, prepare
from igny8_lib.stack.demo_pages import NOTHING, Published, ask_for_all, wait_for_pages
from igny8_lib.stack.services import Stack

PUBLISHER = "publish_due"
"""The DAG that publishes."""
WIDTH = 80
"""Columns of a terminal."""
SHOWN_PAGES = 3
STACK_GOES_ON = (
    "Interrupted; what was started of the stack goes on in the background. "
    "Look: igny8 ps. Stop it: igny8 down. Go on: igny8 demo."
)


def demo(as_json: JsonOption = False) -> None:
    """Start the stack, set up a demo site with its keyword export, and run its pipeline while you watch.

    A second run goes on with the same data.
    """
    stack = this_stack()
    prepared: list[Demo] = []

    def set_up() -> None:
        prepared.append(set_up_demo(stack))

    with say_what_goes_on(STACK_GOES_ON):
        if not lifecycle.up(stack, say, before_airflow=set_up):
            set_up()
    site = prepared[0].site
    sessions = session_factory(make_engine(stack.database_url), PLATFORM)
    airflow = AirflowApi(stack.airflow_url, stack.options.airflow_username, stack.credentials.admin_password)
    with say_what_goes_on(STACK_GOES_ON):
        people = ensure_people(sessions, airflow, prepared[0], stack.credentials)
    with say_what_goes_on(f"{run_goes_on(site)} Stop the stack: igny8 down."):
        run = run_pipeline(airflow, sessions, site, quiet=as_json)
    with say_what_goes_on(STACK_GOES_ON):
        published = publish(airflow, sessions, site)
    with sessions() as session:
        progress = progress_of(session, run)
    document = {"site": site, "airflow_url": stack.airflow_url, **run_view(run), **progress.as_json()}
    document |= {"sites_url": f"{stack.sites_url}/{site}/", "published": published.addresses}
    show(document, as_json=as_json, text=lambda: summary(stack, site, people, progress, published))


def set_up_demo(stack: Stack) -> Demo:
    """Make the demo's account and site and import its keywords."""
    with session_factory(make_engine(stack.database_url), PLATFORM).begin() as session:
        made = prepare(session, stack.layout.demo)
    report = made.report
    say(f"{report.read} keywords read ({report.format}): {report.added} new, {report.merged} known already")
    return made


def run_pipeline(airflow: AirflowApi, sessions: Sessions, site: str, *, quiet: bool) -> AutomationRun:
    """Start a run through Airflow's REST API, or join the one that is active, and follow it to its end."""
    try:
        launched = run_now(sessions, airflow, site, LIMITS)
    except SiteBusy as busy:
        say(f"Joining run {busy.run_id}, which is {busy.status}")
        with sessions() as session:
            active = by_name(session, site_by_slug(session, site).id, busy.run_id)
        return follow_run(sessions, active.id, quiet=quiet)
    say(f"Started {launched.dag_run_id} of {launched.dag_id}")
    return wait_for_end(sessions, launched, airflow, quiet=quiet)


def publish(airflow: AirflowApi, sessions: Sessions, site: str) -> Published:
    """Ask for the approved articles at once, and wait a while until they are public."""
    with sessions.begin() as session:
        asked = ask_for_all(session, site)
    if asked:
        say(f"Publishing {asked} article{'s' if asked > 1 else ''}")
        with suppress(Igny8Error):  # it runs every minute by itself
            airflow.trigger(PUBLISHER, {})
    return wait_for_pages(sessions, site)


def summary(
    stack: Stack, site: str, people: Sequence[Wish], progress: Progress, published: Published = NOTHING
) -> Group:
    """What became of the run, and where to go from here."""
    end = Text(f"Run #{progress.run_number} is {progress.status}. {progress.sentence}", style="bold")
    return Group(end, stage_table(progress), where_next(stack, site, people, published))


def stage_table(progress: Progress) -> Table:
    """A row per stage."""
    rows: list[list[Any]] = []
    for stage in progress.stages:
        place, counts = stage.label.removesuffix(stage.title).strip(), (stage.finished, stage.created, stage.failed)
        rows.append([place, stage.title, stage.status, *counts, stage.credits, f"{stage.seconds:.1f}"])
    heads = [">#", "stage", "status", ">items", ">made", ">failed", ">credits", ">seconds"]
    return table(heads, rows)


def where_next(stack: Stack, site: str, people: Sequence[Wish], published: Published = NOTHING) -> Text:
    """Where to read, look, sign in and stop."""
    lines = [
        *published_lines(published, f"{stack.sites_url}/{site}/"),
        f"Read the articles   .venv/bin/igny8 content list {site}",
        f"                    .venv/bin/igny8 content export {site} --to articles",
        f"The pages           {stack.airflow_url}/igny8/, user and password one of",
        *(f"  {login}" for login in logins(stack, people)),
        "Go on, stop         make run, make stop",
    ]
    if stack.options.embeds_sandbox:
        lines += [
            "No model wrote these texts, the offline AI sandbox did;",
            "OPENAI_API_KEY=… make run asks a real one.",
        ]
    return Text("\n".join(lines))


def published_lines(published: Published, front_page: str) -> list[str]:
    """The site's first page and some of its articles, and what is still to come; addresses that do not fit a line are
    found on the first page."""
    if not published.addresses and not published.to_come:
        return []
    fitting = [address for address in published.addresses if len(address) <= WIDTH - 2][:SHOWN_PAGES]
    more = f"; {published.to_come} more within minutes" if published.to_come else ""
    count = len(published.addresses)
    return [
        f"The website          {front_page}",
        f"                     {count} article{'' if count == 1 else 's'} published{more}",
        *(f"  {address}" for address in fitting),
    ]


def logins(stack: Stack, people: Sequence[Wish]) -> list[str]:
    """A line for each who can sign in: name, password, and what he sees."""
    rows = [(stack.options.airflow_username, stack.credentials.admin_password, "Airflow's admin: the platform")]
    for wish in people:
        seen = f"of site {', '.join(wish.sites)}" if wish.sites else "of the account"
        rows.append((wish.username, wish.password, f"{wish.role} {seen}"))
    return [f"{name:<16}  {password:<16}  {sees}" for name, password, sees in rows]
