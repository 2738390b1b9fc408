"""`igny8 website`: websites that are made here, from a brief to what visitors see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from igny8_lib.commands.actor import ByOption
from igny8_lib.commands.arguments import HIGHEST_ID
from igny8_lib.commands.config import parse
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.models import SiteBlueprint, SitePage
from igny8_lib.site_builder.blueprints import changing, creating
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.listing import BlueprintRow, list_blueprints
from igny8_lib.site_builder.blueprints.whole import structure_of
from igny8_lib.sites.sites import site_by_slug

app = typer.Typer(help="Websites made here: briefs, pages, builds, versions.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="The site's slug.")]
BlueprintArgument = Annotated[
    int,
    typer.Argument(
        metavar="BLUEPRINT", min=1, max=HIGHEST_ID, help="The blueprint's number, as `blueprints` shows it."
    ),
]
NONE_YET = 'Site {site} has no blueprint yet: igny8 website create {site} "NAME" --brief "…" makes one.'
MOST_LISTED = 100
SAID = (
    ("hosting", "hosting_type"),
    ("business", "business_type"),
    ("industry", "industry"),
    ("audience", "audience"),
    ("brief", "brief"),
    ("tagline", "tagline"),
    ("language", "language"),
    ("layout", "layout"),
    ("template", "template"),
)
OWN = ("id", "name", *(name for _, name in SAID), "objectives", "theme", "icon_asset_id", "edited", "revision")
STANDS = ("status", "version", "deployed_version", "created_by")
TIMES = ("structured_at", "created_at", "updated_at")
SEPARATOR = ";"
"""Between objectives on the command line."""


@app.command("blueprints")
def blueprints(
    site: SiteArgument,
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what is planned and built for a site, the newest first; one of them is what visitors see.

    Example: igny8 website blueprints blog
    """
    with open_sessions()() as session:
        found = list_blueprints(session, site_by_slug(session, site).id, page_size=limit).rows
        rows = [as_row(row) | {"pages_total": row.pages_total, "pages_ready": row.pages_ready} for row in found]
    nothing = NONE_YET.format(site=site)
    show(rows, as_json=as_json, text=lambda: list_view(rows) if rows else nothing)


def list_view(rows: Sequence[Mapping[str, Any]]) -> Table:
    """A row per blueprint."""
    heads = (">blueprint", "~name", "status", "?>pages", "?>with text", "?>live", "?changed")
    names = ("id", "name", "status", "pages_total", "pages_ready", "deployed_version", "updated_at")
    return table(heads, [[row[name] for name in names] for row in rows])


@app.command("show")
def show_one(site: SiteArgument, blueprint: BlueprintArgument, as_json: JsonOption = False) -> None:
    """Show what a website shall be; with --json with its whole structure, pages and blocks.

    Example: igny8 website show blog 3 --json
    """
    with open_sessions()() as session:
        tell(session, find_blueprint(session, site_by_slug(session, site).id, blueprint), as_json=as_json)


@app.command("create")
def create(
    site: SiteArgument,
    name: Annotated[str, typer.Argument(help="What the website is called on its pages.")],
    by: ByOption,
    brief: Annotated[str, typer.Option(help="What the business is and does.")] = "",
    business: Annotated[str, typer.Option(help="What kind of business it is.")] = "",
    industry: Annotated[str, typer.Option(help="Its industry.")] = "",
    audience: Annotated[str, typer.Option(help="Whom the website is made for.")] = "",
    objective: Annotated[list[str] | None, typer.Option(help="What it is to achieve. May be repeated.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Anything else, as for `change`.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a website shall be. Nothing is planned or charged yet: `structure` has the AI plan its pages.

    Example: igny8 website create blog "Harbour Homes" --brief "We sell flats." --set palette=forest
    """
    said = {"brief": brief, "business_type": business, "industry": industry, "audience": audience}
    given = {key: value for key, value in said.items() if value} | given_of(settings or ())
    given |= {"name": name} | ({"objectives": objective} if objective else {})
    with open_sessions().begin() as session:
        made = creating.create(session, site_by_slug(session, site), given, by=by)
        session.flush()
        told = f"Blueprint {made.id} “{made.name}” is there. Plan its pages: igny8 website structure {site} {made.id}"
        show(document(session, made), as_json=as_json, text=lambda: told)


@app.command("change")
def change(
    site: SiteArgument,
    blueprint: BlueprintArgument,
    settings: Annotated[list[str], typer.Argument(help="NAME=VALUE …, such as palette=forest; see `show --json`.")],
    by: ByOption,
    revision: Annotated[
        int | None, typer.Option(min=1, max=HIGHEST_ID, help="The revision it was made from; else the newest.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what was said of a website. What visitors see stays until the next deployment.

    Example: igny8 website change blog 3 palette=forest "objectives=Bring people to viewings; Explain the costs"
    """
    with open_sessions().begin() as session:
        found = find_blueprint(session, site_by_slug(session, site).id, blueprint, lock=True)
        changing.change(session, found, given_of(settings), revision=revision, by=by)
        session.flush()
        tell(session, found, as_json=as_json)


def given_of(settings: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE … as the library takes it; objectives are several, and an empty icon or brand is none."""
    given: dict[str, Any] = dict(parse(each) for each in settings)
    if "objectives" in given:
        given["objectives"] = [line.strip() for line in given["objectives"].split(SEPARATOR) if line.strip()]
    return given | {name: None for name in ("brand", "icon_asset_id") if given.get(name) == ""}


@app.command("delete")
def delete(site: SiteArgument, blueprint: BlueprintArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Delete a blueprint with its pages. Refused while a build is under way, and for the one that visitors see.

    Example: igny8 website delete blog 3
    """
    with open_sessions().begin() as session:
        site_id = site_by_slug(session, site).id
        name = find_blueprint(session, site_id, blueprint).name
        changing.delete(session, site_id, blueprint, by=by)
    told = {"deleted": blueprint, "name": name}
    show(told, as_json=as_json, text=lambda: f"Blueprint {blueprint} “{name}” is deleted.")


def tell(session: Session, blueprint: SiteBlueprint, *, as_json: bool) -> None:
    """Print a blueprint."""
    pages = pages_of(session, blueprint)
    show(document(session, blueprint), as_json=as_json, text=lambda: view(blueprint, pages))


def as_row(row: SiteBlueprint | BlueprintRow) -> dict[str, Any]:
    """A blueprint without its pages, as JSON has it."""
    plain = {name: getattr(row, name) for name in (*OWN, *STANDS)}
    times = {name: at.isoformat() if (at := getattr(row, name)) else None for name in TIMES}
    return plain | times


def document(session: Session, blueprint: SiteBlueprint) -> dict[str, Any]:
    """The same with its structure."""
    return as_row(blueprint) | {"structure": structure_of(session, blueprint)}


def view(blueprint: SiteBlueprint, pages: Sequence[SitePage]) -> Group:
    """A blueprint as people read it."""
    live = f"version {blueprint.deployed_version}" if blueprint.deployed_version is not None else ""
    written = sum(bool(page.blocks) for page in pages)
    facts: list[tuple[str, object]] = [
        ("blueprint", blueprint.id),
        ("status", blueprint.status.value),
        *((head, getattr(blueprint, name)) for head, name in SAID),
        ("objectives", "\n".join(blueprint.objectives)),
        ("look", ", ".join(f"{name} {value}" for name, value in blueprint.theme.items() if value)),
        ("pages", f"{len(pages)}, {written} of them with a text"),
        ("visitors see", live),
        ("revision", blueprint.revision),
    ]
    return Group(Text(blueprint.name, "bold"), table(["=", ""], [fact for fact in facts if fact[1] not in {None, ""}]))
