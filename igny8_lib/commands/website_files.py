"""`igny8 website files`: what a website shows beside its texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text
from upath import UPath

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AssetFolder, SiteAsset
from igny8_lib.pipeline.media import Media
from igny8_lib.settings import load
from igny8_lib.site_builder.assets import cleaning
from igny8_lib.site_builder.assets.changing import change_alt, remove_file
from igny8_lib.site_builder.assets.finding import find_asset
from igny8_lib.site_builder.assets.listing import list_files
from igny8_lib.site_builder.assets.quota import MB, Usage, in_mb, usage
from igny8_lib.site_builder.assets.receiving import keep_received
from igny8_lib.site_builder.uploads.receiving import MOST_BYTES, receive
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Files of a website: pictures, documents, film and sound.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
FileArgument = Annotated[
    int, typer.Argument(metavar="FILE", min=1, max=HIGHEST_ID, help="The file's number, as `list` shows it.")
]
MOST_PAGES = 1_000
ON_A_PAGE = 100


@app.command("list")
def list_(
    site: SiteArgument,
    folder: Annotated[AssetFolder | None, typer.Option(help="Only files of this folder.")] = None,
    page: Annotated[int, typer.Option(min=1, max=MOST_PAGES, help=f"Which {ON_A_PAGE} of them, from 1.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """List a website's files, the newest first, and how much of its quota they take.

    Example: igny8 website files list blog --folder images
    """
    with open_sessions()() as session:
        owner = site_by_slug(session, site)
        found = list_files(session, owner.id, folder, page=page, page_size=ON_A_PAGE)
        used = usage(session, owner.id)
    document = {"files": [facts_of(row) for row in found.rows], "total": found.total, "usage": used.as_json()}
    show(document, as_json=as_json, text=lambda: list_view(found.rows, found.total, used))


def facts_of(row: SiteAsset) -> dict[str, Any]:
    """A file as JSON tells it."""
    image = row.image or {}
    return {
        "id": row.id,
        "folder": row.folder.value,
        "name": row.name,
        "path": f"assets/{row.folder}/{row.name}",
        "media_type": row.media_type,
        "alt_text": row.alt_text,
        "size_bytes": row.size_bytes,
        "width": image.get("width"),
        "height": image.get("height"),
        "uploaded_by": row.uploaded_by,
        "created_at": row.created_at.isoformat(),
    }


def list_view(rows: Sequence[SiteAsset], total: int, used: Usage) -> Group:
    """A row per file, and the quota."""
    told = f"{in_mb(used.bytes)} of {used.quota // MB:,} MB taken by {used.files:,} files; {total:,} match."
    return Group(files_table(rows), Text(told)) if rows else Group(Text(told))


def files_table(rows: Sequence[SiteAsset]) -> Table:
    """A row per file."""
    heads = ("=file", "folder", "~name", "?>MB", "?pixels", "?~what it shows", "?~brought by")
    return table(heads, [cells(row) for row in rows])


def cells(row: SiteAsset) -> list[object]:
    """A file as a row of the table."""
    pixels = f"{row.image['width']}×{row.image['height']}" if row.image else ""
    return [row.id, row.folder.value, row.name, f"{row.size_bytes / MB:.2f}", pixels, row.alt_text, row.uploaded_by]


@app.command("add")
def add(
    site: SiteArgument,
    file: Annotated[Path, typer.Argument(help="A picture, a document, film or sound; its content says which.")],
    by: ByOption,
    name: Annotated[str, typer.Option(help="Another name than the file has.")] = "",
    alt: Annotated[str, typer.Option(help="What a picture shows, for those who cannot see it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Bring a file: pictures are drawn anew in several widths; what could run is refused.

    Example: igny8 website files add blog oven.jpg --alt "The oven at night"
    """
    sessions = open_sessions()
    with sessions() as session:
        site_by_slug(session, site)
    received = receive(name or file.name, read_file(file))
    with sessions.begin() as session:
        owner = site_by_slug(session, site)
        facts = facts_of(keep_received(session, media(), owner, received, by=by, alt_text=alt))
    told = f"{facts['path']} is kept: {in_mb(facts['size_bytes'])} MB with all widths."
    show(facts, as_json=as_json, text=lambda: told)


def read_file(file: Path) -> bytes:
    """The bytes. Raises InvalidInput for what is no file, or larger than any that is taken, before it is read."""
    most = max(MOST_BYTES.values())
    try:
        if not file.is_file():
            raise InvalidInput(f"Nothing was kept: there is no file {file}.")
        if file.stat().st_size > most:
            raise InvalidInput(f"Nothing was kept: {file} is larger than {most // 1024 // 1024} MB.")
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise InvalidInput(f"Nothing was kept: {file} cannot be read ({type(error).__name__}).") from None


@app.command("describe")
def describe(
    site: SiteArgument,
    file: FileArgument,
    text: Annotated[str, typer.Argument(help="What the picture shows; empty where it only decorates.")],
    by: ByOption,
    as_json: JsonOption = False,
) -> None:
    """Say what a picture shows, for those who cannot see it.

    Example: igny8 website files describe blog 3 "The oven at night"
    """
    with open_sessions().begin() as session:
        row = change_alt(session, site_by_slug(session, site).id, file, text, by=by)
        facts = facts_of(row)
    show(facts, as_json=as_json, text=lambda: f"{facts['name']}: {facts['alt_text'] or 'it only decorates'}")


@app.command("delete")
def delete(site: SiteArgument, file: FileArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Delete a file that no page shows; versions of the website that are deployed keep it.

    Example: igny8 website files delete blog 3
    """
    sessions = open_sessions()
    with sessions.begin() as session:
        site_id = site_by_slug(session, site).id
        name = find_asset(session, site_id, file).name
        stored = remove_file(session, site_id, file, by=by)
    cleaning.clean(sessions, media(), site_id, stored)
    show({"deleted": file, "name": name}, as_json=as_json, text=lambda: f"{name} is deleted.")


def media() -> Media:
    """The media store."""
    return Media(UPath(load().media_root))


def register(website: typer.Typer) -> None:
    """Put the group among the commands on websites."""
    website.add_typer(app, name="files")
