"""`igny8 website pages|page|revisions`: the pages of a website."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.commands.website import BlueprintArgument, SiteArgument
from igny8_lib.errors import InvalidInput
from igny8_lib.models import SitePage
from igny8_lib.site_builder.blueprints import pages as page_changes
from igny8_lib.site_builder.blueprints import revisions as page_revisions
from igny8_lib.site_builder.blueprints.finding import find_blueprint, find_page, pages_of
from igny8_lib.sites.sites import site_by_slug

PageArgument = Annotated[
    int, typer.Argument(metavar="PAGE", min=1, max=HIGHEST_ID, help="The page's number, as `pages` shows it.")
]
NumberOption = Annotated[
    int | None, typer.Option("--restore", min=1, max=2**31 - 1, help="Take this revision back, as a new one.")
]
MOST_BYTES = 1024 * 1024
STANDARD_INPUT = "-"
SAID = ("slug", "title", "type", "description", "purpose", "sections", "blocks")
"""What people may say of a page."""
TOLD = ("id", "blueprint_id", "position", "status", *SAID, "edited", "revision", "edited_by")
TIMES = ("edited_at", "written_at", "created_at")
NO_PAGES = "It has no pages yet: igny8 website structure {site} {blueprint} has the AI plan them."


def register(app: typer.Typer) -> None:
    """Add the commands to `igny8 website`."""
    app.command("pages")(pages)
    app.command("page")(page)
    app.command("revisions")(revisions)


def pages(site: SiteArgument, blueprint: BlueprintArgument, as_json: JsonOption = False) -> None:
    """List the pages of a website as its navigation has them.

    Example: igny8 website pages blog 3
    """
    with open_sessions()() as session:
        found = find_blueprint(session, site_by_slug(session, site).id, blueprint)
        rows = [as_document(each) for each in pages_of(session, found)]
    nothing = NO_PAGES.format(site=site, blueprint=blueprint)
    show(rows, as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: Sequence[dict[str, Any]]) -> Table:
    """A row per page."""
    heads = (">page", "~title", "~slug", "type", "status", "?>blocks", "?~written by people")
    lines = [
        [row["id"], row["title"], row["slug"], row["type"], row["status"], len(row["blocks"]), ", ".join(row["edited"])]
        for row in rows
    ]
    return table(heads, lines)


def page(
    site: SiteArgument,
    page: PageArgument,
    by: ByOption,
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Make it what a file says, as `page --json` prints it; - reads the input."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a page with its blocks, or change it by a file; refused where it was changed after the file was written.

    Example: igny8 website page blog 7 --json > page.json, then igny8 website page blog 7 --file page.json
    """
    given = read_page(file) if file else None
    with open_sessions().begin() as session:
        found = find_page(session, site_by_slug(session, site).id, page, lock=given is not None)
        if given is not None:
            said = {name: value for name, value in given.items() if name in SAID}
            page_changes.change_page(session, found, said, revision=revision_of(given), by=by)
            session.flush()
        show(as_document(found), as_json=as_json, text=lambda: view(found))


def read_page(file: Path) -> dict[str, Any]:
    """The page that a file holds. Raises InvalidInput; OSError for no file."""
    if str(file) == STANDARD_INPUT:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"{file} is larger than {MOST_BYTES // 1024:,} KB: that is no page.")
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidInput(f"{file} is no JSON document: `igny8 website page SITE PAGE --json` prints one.") from None
    if not isinstance(given, dict):
        raise InvalidInput(f'{file} holds no JSON object: a page begins with {{"title": …}}.')
    unknown = [name for name in given if name not in {*SAID, *TOLD, *TIMES}]
    if unknown:
        raise InvalidInput(f"{file} says {unknown[0][:40]!r}, which no page has: it has {', '.join(SAID)}.")
    return given


def revision_of(given: dict[str, Any]) -> int | None:
    """The revision that the file was made from, where it says one."""
    revision = given.get("revision")
    return revision if isinstance(revision, int) and not isinstance(revision, bool) else None


def as_document(page: SitePage) -> dict[str, Any]:
    """A page as JSON has it."""
    plain = {name: getattr(page, name) for name in TOLD}
    return plain | {name: at.isoformat() if (at := getattr(page, name)) else None for name in TIMES}


def view(page: SitePage) -> Group:
    """A page as people read it."""
    facts = [
        ("page", page.id),
        ("address", page.slug),
        ("type", page.type.value),
        ("status", page.status.value),
        ("purpose", page.purpose),
        ("description", page.description),
        ("written by people", ", ".join(page.edited)),
        ("revision", page.revision),
    ]
    blocks = [[block["id"], block["type"], block["data"].get("title", "")] for block in page.blocks]
    planned = [["", section["type"], section.get("purpose", "")] for section in page.sections]
    kind = "block" if blocks else "planned"
    body = table(["=id", kind, "~what"], blocks or planned) if blocks or planned else Text("Nothing is planned on it.")
    return Group(
        Text(page.title, "bold"), table(["=", ""], [fact for fact in facts if fact[1] not in {None, ""}]), body
    )


def revisions(
    site: SiteArgument, page: PageArgument, by: ByOption, restore: NumberOption = None, as_json: JsonOption = False
) -> None:
    """List what a page was after each change, the newest first; with --restore, take one back.

    Example: igny8 website revisions blog 7 --restore 2
    """
    with open_sessions().begin() as session:
        found = find_page(session, site_by_slug(session, site).id, page, lock=restore is not None)
        if restore is not None:
            page_revisions.restore(session, found, restore, by=by)
            session.flush()
        rows = [
            {
                "revision": row.revision,
                "change": row.change.value,
                "by": row.by,
                "created_at": row.created_at.isoformat(),
                "title": row.title,
                "blocks": row.blocks_count,
            }
            for row in page_revisions.revisions_of(session, found).rows
        ]
    heads = (">revision", "change", "~by", "at", "?~title", "?>blocks")
    show(rows, as_json=as_json, text=lambda: table(heads, [list(row.values()) for row in rows]))
