"""`igny8 content optimize …`: better texts by the AI, what was tried, and taking it back."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib.ai.environment_connection import endpoint_of
from igny8_lib.ai.retrying import Retrying
from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.review import SiteArgument, readable, saved, told
from igny8_lib.errors import Conflict, InsufficientCredits, ProviderUnavailable
from igny8_lib.models import OptimizationStatus
from igny8_lib.optimizer.closing import Optimized
from igny8_lib.optimizer.taking_back import take_back as take_task_back
from igny8_lib.optimizer.tasks import Chosen, compare, list_tasks
from igny8_lib.optimizer.work import optimize as optimize_article
from igny8_lib.settings import load
from igny8_lib.sites.sites import site_by_slug

ArticlesArgument = Annotated[
    list[int], typer.Argument(metavar="ID...", min=1, max=HIGHEST_ID, help="Articles, as `list` shows them.")
]
TaskArgument = Annotated[
    int,
    typer.Argument(metavar="TASK", min=1, max=HIGHEST_ID, help="An optimization's number, as `optimizations` has it."),
]

RETRYING = Retrying(attempts=4, total_seconds=120)
"""Someone waits for the sentence."""


def optimize(site: SiteArgument, articles: ArticlesArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Let the AI make articles better, one after the other; only what scores higher and keeps all facts is taken.

    Costs 1 credit per 200 words of an article that was made better, and nothing for others. Asks the AI provider that
    `ai check` shows. Exit code 4 where no article could be worked on.

    Example: igny8 content optimize blog 12 15
    """
    sessions, endpoint = open_sessions(), endpoint_of(load())
    with sessions() as session:
        site_id = site_by_slug(session, site).id
    results: list[dict[str, Any]] = []
    for article in dict.fromkeys(articles):
        try:
            ended = asyncio.run(optimize_article(sessions, endpoint, site_id, article, by=by, retrying=RETRYING))
        except Conflict as refusal:
            results.append({"article": article, "status": "refused", "sentence": str(refusal)})
        except (InsufficientCredits, ProviderUnavailable) as refusal:
            if not any(result["status"] != "refused" for result in results):
                raise
            results.append({"article": article, "status": "refused", "sentence": f"{refusal} Nothing more was tried."})
            break
        else:
            results.append(document_of(article, ended))
    if all(result["status"] == "refused" for result in results):
        raise Conflict(" ".join(result["sentence"] for result in results))
    show(results, as_json=as_json, text=lambda: Text("\n".join(result["sentence"] for result in results)))


def document_of(article: int, ended: Optimized) -> dict[str, Any]:
    """What came of an article, as a document."""
    facts = {"article": article, "task": ended.task_id, "status": ended.status.value}
    return facts | {"credits": ended.credits.as_number(), "sentence": ended.sentence}


def optimizations(
    site: SiteArgument,
    article: Annotated[int | None, typer.Option(min=1, max=HIGHEST_ID, help="Only those of this article.")] = None,
    status: Annotated[OptimizationStatus | None, typer.Option(help="Only those that ended so.")] = None,
    task: Annotated[int | None, typer.Option(min=1, max=HIGHEST_ID, help="One, with what it changed.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what was tried with articles, newest first, or show one try with what it changed.

    Example: igny8 content optimizations blog --status not_better
    """
    with open_sessions()() as session:
        site_id = site_by_slug(session, site).id
        if task is not None:
            show_one(session, site_id, task, as_json=as_json)
            return
        chosen = Chosen(content_id=article, statuses=[status] if status else [])
        rows = list_tasks(session, site_id, chosen, page_size=limit).tasks
    heads = [">task", ">article", "status", ">before", ">after", ">credits", "~title", "?~reason"]
    names = ["id", "content_id", "status", "score_before", "score_after", "credits", "title", "reason"]
    show(rows, as_json=as_json, text=lambda: table(heads, [[row[name] for name in names] for row in rows]))


def show_one(session: Session, site_id: int, task: int, *, as_json: bool) -> None:
    """One try: what came of it, and what differs."""
    found = compare(session, site_id, task)
    facts = found.task
    heading = f"Article {facts['content_id']} {facts['title']!r}: {facts['status']}, {facts['reason'] or ''}".rstrip(
        ", "
    )
    scores = f"{facts['score_before']} → {facts['score_after']}, {facts['credits']} credits"
    document = facts | {"before": found.before, "after": found.after, "scores_before": found.scores_before}
    document |= {"scores_after": found.scores_after, "newest_version": found.newest_version}
    difference = readable(found.difference) if found.difference else Text("No text came back.")
    show(document, as_json=as_json, text=lambda: Text.assemble(f"{heading}\n{scores}\n", difference))


def take_back(
    site: SiteArgument,
    task: TaskArgument,
    by: ByOption,
    newest: Annotated[
        int | None,
        typer.Option("--version", min=1, max=HIGHEST_ID, help="The newest version, where it is to be thrown away."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Let an article say again what it said before an optimization, as its next version.

    Where its text was changed since, nothing is done unless --version names the newest version. Credits stay charged.

    Example: igny8 content take-back blog 7
    """
    with open_sessions().begin() as session:
        content = take_task_back(session, site_by_slug(session, site).id, task, by=by, version=newest)
        document = saved(content)
    show(document, as_json=as_json, text=lambda: told(document))


def register(content: typer.Typer) -> None:
    """Put the commands among those on articles."""
    content.command()(optimize)
    content.command()(optimizations)
    content.command("take-back")(take_back)
