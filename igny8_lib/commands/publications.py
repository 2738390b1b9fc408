"""`igny8 publishing now|update|unpublish|delete|retry|list|post`: articles on their way, and their posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Group
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import Publication, PublicationStatus, Site
from igny8_lib.publishing import actions
from igny8_lib.publishing.listing import list_publications, show_publication
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id.")]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Let the article win over what people did to its post on the website.")
]
SOON = "a publisher takes it within a minute"
MOST_LISTED = 1_000


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
        "is updated",
        as_json,
    )


def unpublish(site: SiteArgument, article: ArticleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Take an article's post from the public and keep it as a draft.

    Example: igny8 publishing unpublish blog 12
    """
    ask(
        site,
        lambda session, found: actions.unpublish(session, found, article, by=by),
        "is taken from the public",
        as_json,
    )


def delete(site: SiteArgument, article: ArticleArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Delete an article's post and its pictures from the website; the article stays.

    Example: igny8 publishing delete blog 12
    """
    ask(
        site,
        lambda session, found: actions.delete_post(session, found, article, by=by),
        "is deleted from the website",
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
    """List a site's publications, the newest first.

    Example: igny8 publishing list blog --failed
    """
    status = PublicationStatus.FAILED if failed else None
    with open_sessions()() as session:
        rows = list_publications(session, site_by_slug(session, site).id, status=status, limit=limit)
    heads = [">article", "~title", "wish", "status", ">tries", "error", "?address"]
    names = ("content_id", "title", "wish", "status", "attempts", "error", "external_url")
    show(rows, as_json=as_json, text=lambda: table(heads, [[row[name] for name in names] for row in rows]))


def show_one(site: SiteArgument, article: ArticleArgument, as_json: JsonOption = False) -> None:
    """Show an article's publication with its steps.

    Example: igny8 publishing post blog 12
    """
    with open_sessions()() as session:
        found = show_publication(session, site_by_slug(session, site).id, article)
    show(found, as_json=as_json, text=lambda: view(found))


def view(found: dict[str, Any]) -> Group:
    """The publication's facts, then a row per step."""
    names = ("title", "wish", "status", "external_url", "error", "found", "requested_by", "due_at", "published_at")
    facts = [[name.replace("_", " "), found[name]] for name in (*names, "next_attempt_at") if found[name] is not None]
    facts += [["report", f"{name}: {value}"] for name, value in found["report"].items()]
    steps = [[step["name"], step["status"], step["attempts"], step["error"]] for step in found["steps"]]
    return Group(table(["publication", ""], facts), table(["step", "status", ">tries", "error"], steps))


def register(publishing: typer.Typer) -> None:
    """Put the commands among those on publishing."""
    publishing.command("now")(publish_now)
    publishing.command()(update)
    publishing.command()(unpublish)
    publishing.command()(delete)
    publishing.command()(retry)
    publishing.command("list")(list_all)
    publishing.command("post")(show_one)
