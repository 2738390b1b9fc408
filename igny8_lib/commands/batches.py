"""`igny8 content batch|batches|cancel-batch|continue-batch`: work on chosen articles."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from sqlalchemy.orm import Session

from igny8_lib.ai.environment_connection import endpoint_of
from igny8_lib.batches import cancelling
from igny8_lib.batches.listing import Items, View, list_batches, list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.progress import Progress, progress_of
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, console, show, table
from igny8_lib.errors import Conflict
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, ContentBatch, ContentSource, Site
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
BatchArgument = Annotated[
    int, typer.Argument(metavar="BATCH", min=1, max=HIGHEST_ID, help="The batch's number, as `batches` shows it.")
]
BEGINS = "The DAG content_batches begins within a minute or two."
NONE_YET = "No batch was opened yet: igny8 content batch {site} analyze --all opens one."
FOLLOW = "How far it is: igny8 content batches {site}."
MOST_LISTED = 100
SHOWN = 100
"""Articles of one batch that are shown."""
WORST_FIRST = (BatchItemStatus.FAILED, BatchItemStatus.SKIPPED, BatchItemStatus.DONE, BatchItemStatus.PENDING)
STEP_SECONDS = 2.0
"""Between two lines of progress."""


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 content`."""
    app.command("batch")(batch)
    app.command("batches")(batches)
    app.command("cancel-batch")(cancel_batch)
    app.command("continue-batch")(continue_batch)


def batch(
    site: SiteArgument,
    kind: Annotated[BatchKind, typer.Argument(metavar="KIND", help="analyze, link or optimize.")],
    by: ByOption,
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID…]", min=1, max=HIGHEST_ID, help="The articles' ids.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All articles of the site.")] = False,
    score_below: Annotated[
        int | None, typer.Option(min=1, max=100, help="Only articles whose overall score is lower.")
    ] = None,
    source: Annotated[ContentSource | None, typer.Option(help="Only articles that were first written there.")] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Work in this process until it is done, without Airflow.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Analyze, link or optimize articles, one after the other; Airflow does it, or this command with --here.

    Analyzing is free, linking costs 8 credits for each article that got a link, optimizing 1 credit per 200 words.

    Examples: igny8 content batch blog link 12 15, igny8 content batch blog optimize --score-below 60 --source wordpress
    """
    choice = Choice(ids or (), everything, score_below, source)
    sessions = open_sessions()
    with sessions.begin() as session:
        found = site_by_slug(session, site)
        opened = open_batch(session, found, kind, choice, by=by)
        (progress,) = progress_of(session, [opened])
    if here:
        progress = work_here(found, opened.id, quiet=as_json)
    said = f"Batch {opened.id} of {progress.total:,} articles is open. {BEGINS} {FOLLOW.format(site=site)}"
    told = f"Batch {opened.id}: {progress.sentence}" if here else said
    show(progress.as_json(), as_json=as_json, text=lambda: told)
    if here and progress.status is BatchStatus.FAILED:
        raise typer.Exit(1)


def work_here(site: Site, batch_id: int, *, quiet: bool) -> Progress:
    """Work the batch in this process until nothing is left of it, with a line of progress now and then.

    Ctrl-C leaves the rest to Airflow's next round. Raises Conflict where another worker is at it already.
    """
    from igny8_lib.batches.work import Worker  # noqa: PLC0415 - what reads texts and asks the AI is slow to import

    worker = Worker(open_sessions(), lambda: endpoint_of(load()))
    while True:
        if not worker.work_batch(batch_id, until=time.monotonic() + STEP_SECONDS):
            raise Conflict(f"A worker of Airflow is at batch {batch_id} already. {FOLLOW.format(site=site.slug)}")
        with open_sessions()() as session:
            progress = show_batch(session, site.id, batch_id)
        if progress.status not in {BatchStatus.PENDING, BatchStatus.RUNNING}:
            return progress
        if not quiet:
            console.print(progress.sentence, markup=False)


def batches(
    site: SiteArgument,
    one: Annotated[
        int | None, typer.Option("--batch", min=1, max=HIGHEST_ID, help="Show the articles of this one.")
    ] = None,
    kind: Annotated[BatchKind | None, typer.Option(help="Only batches of this kind.")] = None,
    status: Annotated[BatchStatus | None, typer.Option(help="Only batches that stand here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the batches of a site with their progress, newest first; with --batch, what became of its articles.

    Example: igny8 content batches blog --status running
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        if one is not None:
            show_articles(session, found, one, as_json=as_json)
            return
        rows = list_batches(session, found.id, View(kind, status), page_size=limit).rows
    nothing = NONE_YET.format(site=site)
    show([row.as_json() for row in rows], as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: list[Progress]) -> Table:
    """A row per batch."""
    heads = (">batch", "kind", "status", ">done", ">of", "?>left as is", "?>failed", "?>credits", "~how it stands")
    plain = ("id", "done", "total", "skipped", "failed", "credits", "sentence")
    lines = []
    for row in rows:
        number, *figures = (getattr(row, name) for name in plain)
        lines.append([number, row.kind.value, row.status.value, *figures])
    return table(heads, lines)


def show_articles(session: Session, site: Site, batch_id: int, *, as_json: bool) -> None:
    """One batch, and what became of its articles: those first that failed, then those that were left as they are."""
    progress = show_batch(session, site.id, batch_id)
    found: list[Items] = [list_items(session, site.id, batch_id, status, page_size=SHOWN) for status in WORST_FIRST]
    rows = [row for items in found for row in items.rows][:SHOWN]
    articles = [
        {
            "content_id": row.content_id,
            "title": row.title,
            "status": row.status.value,
            "outcome": row.outcome,
            "credits": row.credits.as_number(),
        }
        for row in rows
    ]
    heads = (">article", "~title", "status", "~outcome", "?>credits")
    lines = [[each[name] for name in ("content_id", "title", "status", "outcome", "credits")] for each in articles]
    more = f"{len(rows):,} of {progress.total:,} articles are shown."
    text = Group(progress.sentence, table(heads, lines), *([more] if len(rows) < progress.total else []))
    show(progress.as_json() | {"articles": articles}, as_json=as_json, text=lambda: text)


def cancel_batch(site: SiteArgument, number: BatchArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """End a batch: the article under way is ended, no further one is begun, and what was done stays.

    Example: igny8 content cancel-batch blog 7
    """
    act(site, lambda session, found: cancelling.cancel(session, found.id, number, by=by), as_json=as_json)


def continue_batch(site: SiteArgument, number: BatchArgument, as_json: JsonOption = False) -> None:
    """Go on with what is left of a batch that failed or was cancelled; articles that failed are tried again.

    Example: igny8 content continue-batch blog 7
    """
    act(site, lambda session, found: cancelling.go_on(session, found, number), as_json=as_json)


def act(site: str, action: Callable[[Session, Site], ContentBatch], *, as_json: bool) -> None:
    """Do it, and say how the batch stands."""
    with open_sessions().begin() as session:
        changed = action(session, site_by_slug(session, site))
        session.flush()
        (progress,) = progress_of(session, [changed])
    document: dict[str, Any] = progress.as_json()
    show(document, as_json=as_json, text=lambda: f"Batch {progress.id}: {progress.sentence}")
