"""`igny8 wordpress import|sync|status|conflicts|resolve`: content that comes from WordPress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.review import document_of, readable
from igny8_lib.errors import InvalidInput
from igny8_lib.models import HostingType, Site
from igny8_lib.publishing.calendar import local
from igny8_lib.publishing.importing import conflicts, state
from igny8_lib.review.versions import find_article
from igny8_lib.sites.sites import site_by_slug

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
ArticleArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The article's id, as `conflicts` shows it.")
]
TIMES = {
    "started_at": "Began",
    "finished_at": "Ended",
    "full_finished_at": "Last read whole",
    "next_at": "Next",
}
HERE, THERE = "what IGNY8 has", "what WordPress has"
NO_CONFLICTS = "There is no conflict: nothing was changed in WordPress and here."
COUNTED = ("new", "changed", "unchanged", "conflicts", "trashed", "deleted", "skipped")


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 wordpress`."""
    app.command("import")(import_site)
    app.command("sync")(sync_site)
    app.command("status")(status)
    app.command("conflicts")(list_conflicts)
    app.command("resolve")(resolve)


def import_site(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Have all posts and pages of the site's WordPress read; the DAG sync_wordpress begins within five minutes.

    Example: igny8 wordpress import blog
    """
    ask(site, full=True, as_json=as_json)


def sync_site(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Have what changed in the site's WordPress read now, not at the next full hour of its own.

    Example: igny8 wordpress sync blog
    """
    ask(site, full=False, as_json=as_json)


def ask(slug: str, *, full: bool, as_json: bool) -> None:
    """Note the wish: the next round of the DAG fulfils it, whatever happens to this process."""
    with open_sessions().begin() as session:
        site = wordpress_site(site_by_slug(session, slug))
        state.ask(session, site.id, full=full)
        session.flush()
        document = state.describe(session, site.id)
    what = "Everything in" if full else "What changed in"
    sentence = (
        f"{what} the WordPress of {slug} will be read: the DAG sync_wordpress begins within five minutes, and goes on "
        f"until it is done. igny8 wordpress status {slug} shows how far it is."
    )
    show(document, as_json=as_json, text=lambda: sentence)


def wordpress_site(site: Site) -> Site:
    """The site. Raises InvalidInput for one that is not on WordPress."""
    if site.hosting_type != HostingType.WORDPRESS:
        raise InvalidInput(f"The site {site.slug} is hosted by {site.hosting_type.value}, not by WordPress.")
    return site


def status(site: SiteArgument, as_json: JsonOption = False) -> None:
    """Show how far the import of the site's WordPress is, and what came of it.

    Example: igny8 wordpress status blog
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        document = state.describe(session, found.id)
    show(document, as_json=as_json, text=lambda: status_view(document, found))


def status_view(document: dict[str, Any], site: Site) -> Table | str:
    """The import as people read it."""
    if document["state"] == "never":
        return f"Nothing was read yet: igny8 wordpress import {site.slug} has all of it read."
    rows = [(name, value) for name, value in rows_of(document, site) if value is not None]
    return table(("", "~"), rows, title=f"WordPress of {site.slug}")


def rows_of(document: dict[str, Any], site: Site) -> list[tuple[str, Any]]:
    """What there is to say of it; times by the site's clocks."""
    times = {name: local(datetime.fromisoformat(at), site) for name in TIMES if (at := document[name])}
    counts = document["counts"]
    return [
        ("State", document["state"].replace("_", " ")),
        ("Reads", "everything" if document["is_full"] else "what changed"),
        *((words, times.get(name)) for name, words in TIMES.items()),
        *((name.capitalize(), counts[name]) for name in COUNTED if counts.get(name)),
        ("Open conflicts", document["open_conflicts"]),
        *([("Problem", document["error"])] if document["error"] else []),
    ]


def list_conflicts(
    site: SiteArgument,
    article: Annotated[
        int | None, typer.Option("--article", min=1, max=HIGHEST_ID, help="Show what differs in this one.")
    ] = None,
    before: Annotated[
        int | None, typer.Option(min=1, max=HIGHEST_ID, help="Older conflicts than this one, by its number.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List articles that were changed in WordPress and here, newest first; with --article, what differs in one.

    Example: igny8 wordpress conflicts blog --article 12
    """
    with open_sessions()() as session:
        found = site_by_slug(session, site)
        if article is not None:
            difference = conflicts.show_conflict(session, found.id, article).difference
            show(document_of(difference), as_json=as_json, text=lambda: sides_view(readable(difference), site, article))
            return
        rows = conflicts.list_conflicts(session, found.id, before=before)
    show(rows, as_json=as_json, text=lambda: conflicts_view(rows, found) if rows else NO_CONFLICTS)


def sides_view(difference: Text, site: str, article: int) -> Group:
    """What differs, whose is what, and what to do."""
    decide = f"igny8 wordpress resolve {site} {article}"
    return Group(
        Text(f"- {HERE}, + {THERE}", style="bold"),
        difference,
        Text(f"Decide: {decide} --ours lets {HERE} win, {decide} --theirs {THERE}."),
    )


def conflicts_view(rows: Sequence[dict[str, Any]], site: Site) -> Table:
    """A row per conflict."""
    heads = (">article", "~title", "~theirs", "?>version", "?=seen", "?>number")
    names = ("content_id", "title", "their_title", "version")
    seen = [local(datetime.fromisoformat(row["seen_at"]), site) for row in rows]
    return table(heads, [[*(row[name] for name in names), at, row["id"]] for row, at in zip(rows, seen, strict=True)])


def resolve(
    site: SiteArgument,
    article: ArticleArgument,
    by: ByOption,
    ours: Annotated[bool, typer.Option("--ours", help="The article stands; theirs is kept as a version.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="The article says what WordPress says.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Decide which text wins where an article was changed in WordPress, too; the other one is kept as a version.

    Example: igny8 wordpress resolve blog 12 --theirs
    """
    if ours == theirs:
        raise InvalidInput("Say which text wins: --ours or --theirs.")
    decide = conflicts.keep_ours if ours else conflicts.take_theirs
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        version = find_article(session, site_id, article).version
        content = decide(session, site_id, article, version=version, by=by)
        document = {"id": content.id, "title": content.title, "version": content.version}
    said = f"The article {article} says {HERE if ours else THERE}, as its version {document['version']}."
    sentence = f"{said} igny8 publishing update {site} {article} writes it into WordPress." if ours else said
    show(document, as_json=as_json, text=lambda: sentence)
