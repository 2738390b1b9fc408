"""`igny8 publishing now|update|unpublish|delete|retry|list|post`: articles on their way, and their posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Group
from rich.table import Table
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import Publication, PublicationStatus, Site
from igny8_lib.publishing import actions
from igny8_lib.publishing.listing import list_publications, show_publication
from igny8_lib.publishing.steps import DELAY
from igny8_lib.sites.sites import site_by_slug
from igny8_lib.text.durations import duration

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id.")]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Let the article win over what people did to its post on the website.")
]
SOON = "a publisher takes it within a minute"
NOTHING = "Nothing went out yet: approved articles do at their dates, and appear here then."
NOTHING_FAILED = "No publication failed."
MOST_LISTED = 1_000
FACTS = ("title", "wish", "status", "external_url", "error", "found", "requested_by")
TIMES = (("due_at", "due"), ("published_at", "first public"), ("next_attempt_at", "next attempt"))
"""Of a publication; the last one is told while it waits for it."""


def publish_now(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Publish an approved article now, whatever its date is.

    Example: igny8 publishing now blog 12
    """
    ask(
        site,
        lambda session, found: actions.publish_now(session, found, article, by=by, overwrite=overwrite),
        "goes out",
        as_json,
    )


def update(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let the post of a published article say what the article says now.

    Example: igny8 publishing update blog 12
    """
    ask(
        site,
        lambda session, found: actions.update(session, found, article, by=by, overwrite=overwrite),
        "will be updated",
        as_json,
    )


def unpublish(site: SiteArgument, article: ArticleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Take an article's post from the public and keep it as a draft.

    Example: igny8 publishing unpublish blog 12
    """
    ask(
        site,
        lambda session, found: actions.unpublish(session, found, article, by=by),
        "will be taken from the public",
        as_json,
    )


def delete(site: SiteArgument, article: ArticleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Delete an article's post and its pictures from the website; the article stays.

    Example: igny8 publishing delete blog 12
    """
    ask(
        site,
        lambda session, found: actions.delete_post(session, found, article, by=by),
        "will be deleted from the website",
        as_json,
    )


def retry(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Try a publication again that failed, from the step that failed.

    Example: igny8 publishing retry blog 12
    """
    ask(
        site,
        lambda session, found: actions.retry(session, found, article, by=by, overwrite=overwrite),
        "is tried again",
        as_json,
    )


def ask(site: str, action: Callable[[Session, Site], Publication], what: str, as_json: bool) -> None:
    """Write the wish down and say what happens next."""
    with open_sessions().begin() as session:
        publication = action(session, site_by_slug(session, site))
        document = {"article": publication.content_id, "wish": publication.wish, "status": publication.status}
    show(document, as_json=as_json, text=lambda: f"Article {document['article']} {what}: {SOON}.")


def list_all(
    site: SiteArgument,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many at most, the newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List a site's publications, the newest first: when each was first public, or is due, and how late it was.

    Example: igny8 publishing list blog --failed
    """
    status = PublicationStatus.FAILED if failed else None
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        rows = list_publications(session, found.id, status=status, limit=limit)
    nothing = NOTHING_FAILED if failed else NOTHING
    show(rows, as_json=as_json, text=lambda: list_view(rows, found) if rows else nothing)


def list_view(rows: Sequence[dict[str, Any]], site: Site) -> Table:
    """A row per publication. How late it was has a column where one was."""
    is_late = any(late(row) for row in rows)
    heads = [">article", "~title", "wish", "status", "=when", *(["=late"] if is_late else [])]
    lines = [
        [row[name] for name in ("content_id", "title", "wish", "status")]
        + [clocks(row["published_at"] or row["due_at"], site), *([late(row)] if is_late else [])]
        + [row[name] for name in ("attempts", "error", "external_url")]
        for row in rows
    ]
    return table([*heads, ">tries", "error", "?address"], lines, title=f"{site.slug}: times of {site.timezone}")


def late(row: Mapping[str, Any]) -> str:
    """How late a publication was that had been missed; empty where it was not."""
    seconds = row["report"].get(DELAY)
    return duration(seconds) if isinstance(seconds, int) else ""


def clocks(stamp: str, site: Site) -> str:
    """An instant of a document as the site's clocks show it."""
    return f"{datetime.fromisoformat(stamp).astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}"


def show_one(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """Show an article's publication with its steps.

    Example: igny8 publishing post blog 12
    """
    with open_sessions()() as session:
        known = site_by_slug(session, site)
        found = show_publication(session, known.id, article)
    show(found, as_json=as_json, text=lambda: view(found, known))


def view(found: dict[str, Any], site: Site) -> Group:
    """The publication's facts, then a row per step that was begun."""
    facts = [[name.replace("_", " "), found[name]] for name in FACTS if found[name] is not None]
    times = TIMES if found["status"] == PublicationStatus.WAITING else TIMES[:-1]
    facts += [[words, clocks(found[name], site)] for name, words in times if found[name] is not None]
    facts += [["late by", late(found)]] if late(found) else []
    facts += [["report", f"{name}: {value}"] for name, value in found["report"].items() if name != DELAY]
    steps = [[step["name"], step["status"], step["attempts"], step["error"]] for step in found["steps"]]
    title = f"Article {found['content_id']} of {site.slug}, times of {site.timezone}"
    known = table(["publication", ""], facts, title=title)
    return Group(known, table(["step", "status", ">tries", "error"], steps)) if steps else Group(known)


def register(publishing: typer.Typer) -> None:
    """Put the commands among those on publishing."""
    publishing.command("now")(publish_now)
    publishing.command()(update)
    publishing.command()(unpublish)
    publishing.command()(delete)
    publishing.command()(retry)
    publishing.command("list")(list_all)
    publishing.command("post")(show_one)
